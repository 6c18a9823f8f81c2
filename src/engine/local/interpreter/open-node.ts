import type { NodeStatus, NodeType } from "../../../manifest/argo.js";
import type { Frame } from "./invocation.js";

/** The node of an invocation, made when there is none; one that waited for its turn is Running now. */
export function openNode({ run, invocation, template }: Frame, type: NodeType): NodeStatus {
  const { name, boundary, call, place, flag } = invocation;
  const { inputs } = template;
  const existing = run.node(name);
  if (existing?.phase === "Pending") return run.mark(existing, "Running", "");
  return (
    existing ?? run.create({ name, type, phase: "Running", boundary, call, place, template, inputs, flag })
  );
}

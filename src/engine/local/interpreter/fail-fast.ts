import type { NodeStatus } from "../../../manifest/argo.js";
import type { Frame } from "./invocation.js";

const MESSAGE = "template has failed or errored children and failFast enabled";

/**
 * A steps or dag template with `failFast`: once a child has failed nothing new starts in it, and it fails when
 * nothing of it is active any more (operator.go, checkParallelism).
 */
export function failFast({ run, template }: Frame, node: NodeStatus): boolean {
  const isOver = template.failFast === true && run.index.failedWithin(node.id) > 0;
  if (!isOver || run.index.activeWithin(node.id) > 0) return false;
  for (const group of run.index.open.values()) {
    if (group.boundaryID === node.id && group.type === "StepGroup") run.mark(group, "Failed", MESSAGE);
  }
  run.mark(node, "Failed", MESSAGE);
  return true;
}

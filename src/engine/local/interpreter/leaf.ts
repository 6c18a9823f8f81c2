import { parseDuration } from "../../../lib/duration.js";
import type { NodeStatus, Outputs, Template } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { createContainers, endContainers } from "./container-set.js";
import type { ContainerEnd } from "./facts.js";
import { haltOf } from "./halt.js";
import type { Frame } from "./invocation.js";
import { isWork } from "./leaf-node.js";
import { workflowWaiting } from "./locks.js";
import { publishGlobals } from "./outputs.js";
import { isResultUsed } from "./result-use.js";
import type { RunState } from "./run-state.js";
import { typeOf } from "./templates.js";

/** A template whose work the engine does: a Pending node until the engine reports on it. */
export function executeLeaf(frame: Frame): NodeStatus {
  const { run, invocation, template } = frame;
  const { name, boundary, call, place, flag } = invocation;
  const halt = haltOf(run, invocation.onExit);
  const type = typeOf(template) === "http" ? "HTTP" : "Pod";
  const { inputs } = template;
  const node =
    run.node(name) ??
    run.create({ name, type, phase: "Pending", boundary, call, place, template, inputs, flag });
  createContainers(frame, node);
  if (node.phase !== "Pending" || run.started.has(node.id)) return node;
  if (halt) return run.mark(node, "Failed", halt.fresh);
  run.started.add(node.id);
  if (isResultUsed(frame)) run.keepsResult.add(node.id);
  limitPending(run, node, template);
  const active = millisecondsOf(template.activeDeadlineSeconds);
  if (active !== undefined) run.activeLimits.set(node.id, active);
  if (invocation.deadline !== undefined) run.addDeadline(node.id, invocation.deadline);
  run.act({ type: "start", nodeId: node.id, template });
  return node;
}

/** A timeout counts from when the node was made, so also while it waits (operator.go, checkTemplateTimeout). */
export function limitPending(run: RunState, node: NodeStatus, { timeout }: Template): void {
  const limit = millisecondsOf(timeout);
  if (limit !== undefined) run.addDeadline(node.id, Date.parse(node.startedAt ?? "") + limit);
}

function millisecondsOf(limit: string | number | undefined): number | undefined {
  return limit === undefined || limit === "" ? undefined : parseDuration(limit);
}

/** The engine began a leaf's work. */
export function leafRunning(run: RunState, nodeId: string): void {
  const node = run.nodes[nodeId];
  if (!node || !isWork(node) || node.phase !== "Pending") return;
  run.started.add(nodeId);
  const active = run.activeLimits.get(nodeId);
  if (active !== undefined) run.addDeadline(nodeId, run.now + active);
  run.mark(node, "Running", "");
}

/** The engine cannot begin a node's work yet, or give it its locks. */
export function nodeWaiting(run: RunState, nodeId: string, message: string): void {
  if (nodeId === "") return workflowWaiting(run, message);
  const node = run.nodes[nodeId];
  if (node?.phase === "Pending") run.mark(node, "Pending", message);
}

/** A leaf's work has ended; one that was killed ends as the kill said. */
export function leafFinished(
  run: RunState,
  nodeId: string,
  end: {
    phase: "Succeeded" | "Failed" | "Error";
    message: string;
    outputs?: Outputs;
    containers?: ContainerEnd[];
  },
): void {
  const node = run.nodes[nodeId];
  if (!node || !isWork(node) || isFulfilled(node.phase)) return;
  const { phase, message } = run.killed.get(nodeId) ?? end;
  if (end.outputs) node.outputs = outputsToKeep(run, node, end.outputs);
  run.mark(node, phase, message);
  endContainers(run, node, end.containers ?? []);
  if (phase === "Succeeded") publishGlobals(run, node);
}

/** A step's result is kept only where something refers to it; what an http or data template gives, always. */
function outputsToKeep(run: RunState, node: NodeStatus, outputs: Outputs): Outputs {
  if (run.keepsResult.has(node.id)) return outputs;
  const { result: _, ...rest } = outputs;
  return rest;
}

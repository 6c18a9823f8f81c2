import type { NodeStatus } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { markError } from "./halt.js";
import type { RunState } from "./run-state.js";

/** The nodes that end a node's part of the graph: what comes next hangs below them (operator.go, getOutboundNodes). */
export function outboundOf(run: RunState, node: NodeStatus): string[] {
  const children = node.children ?? [];
  switch (node.type) {
    case "TaskGroup":
      if (children.length === 0) return [node.id];
      return children.flatMap((id) => outboundOfId(run, id));
    case "Retry":
      return children.length > 0 ? children.slice(-1) : [node.id];
    case "Pod":
      return outboundContainers(run, node);
    case "Steps":
    case "DAG":
      if (node.memoizationStatus?.hit === true) return [node.id];
      return (node.outboundNodes ?? []).flatMap((id) => outboundOfId(run, id));
    case "StepGroup":
      return (node.outboundNodes ?? []).flatMap((id) => outboundOfId(run, id));
    default:
      return [node.id];
  }
}

/** Of a containerSet those of its containers that none of its others waits for; of another pod, itself. */
function outboundContainers(run: RunState, pod: NodeStatus): string[] {
  const containers = run.index.within(pod.id).filter(({ type }) => type === "Container");
  if (containers.length === 0) return [pod.id];
  const isContainer = (id: string): boolean => run.nodes[id]?.boundaryID === pod.id;
  return containers.filter(({ children = [] }) => !children.some(isContainer)).map(({ id }) => id);
}

function outboundOfId(run: RunState, id: string): string[] {
  const node = run.nodes[id];
  return node ? outboundOf(run, node) : [];
}

/** Sets a steps or dag node's outbound nodes from the nodes that end it. */
export function setOutbound(run: RunState, node: NodeStatus, last: NodeStatus[]): void {
  const outbound = [...new Set(last.flatMap((end) => outboundOf(run, end)))];
  if (outbound.length === 0) return;
  node.outboundNodes = outbound;
  run.touch(node);
}

export function childrenOf(run: RunState, node: NodeStatus): NodeStatus[] {
  return (node.children ?? []).flatMap((id) => run.nodes[id] ?? []);
}

/** Whether something that a group of calls has started has not ended; hooks are looked at by who runs them. */
export function hasOpenItem(run: RunState, group: NodeStatus): boolean {
  return openItems(run, group).length > 0;
}

/**
 * After a restart a loop is expanded anew, and its list may have changed. Nobody would go on with an item that it has no
 * more, and what the item was to do or to wait for is not done: it is an error. Argo would wait for it for ever where it is more
 * than a pod (steps.go, executeStepGroup). `calls` are the ids of the items that there are.
 */
export function failLostItems(run: RunState, group: NodeStatus, calls: ReadonlySet<string>): void {
  for (const item of openItems(run, group)) {
    if (!calls.has(item.id)) markError(run, item, "no longer in the list of its loop");
  }
}

function openItems(run: RunState, group: NodeStatus): NodeStatus[] {
  return childrenOf(run, group).filter(
    ({ phase, nodeFlag }) => !isFulfilled(phase) && nodeFlag?.hooked !== true,
  );
}

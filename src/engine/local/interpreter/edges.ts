import type { NodeStatus } from "../../../manifest/argo.js";
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

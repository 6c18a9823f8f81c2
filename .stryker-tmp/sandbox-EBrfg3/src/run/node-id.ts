/** FNV-1a, 32 bit, over the UTF-8 bytes: Go's `hash/fnv.New32a`. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash;
}

/** The key of a node in `status.nodes`; the root node has the workflow's name (workflow_types.go, NodeID). */
export function nodeId(workflowName: string, nodeName: string): string {
  return nodeName === workflowName ? workflowName : `${workflowName}-${fnv32a(nodeName)}`;
}

/** The name of a node's pod (version 2): the root's is the workflow's name. */
export function podName(workflowName: string, nodeName: string, templateName: string): string {
  if (nodeName === workflowName) return workflowName;
  const hash = `-${fnv32a(nodeName)}`;
  const prefix = templateName === "" ? workflowName : `${workflowName}-${templateName}`;
  return prefix.slice(0, 253 - 1 - hash.length) + hash;
}

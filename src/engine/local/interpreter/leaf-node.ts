import type { NodeStatus } from "../../../manifest/argo.js";

/** A node whose work the engine does. */
export function isWork({ type }: NodeStatus): boolean {
  return type === "Pod" || type === "HTTP";
}

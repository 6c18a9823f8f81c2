import { join } from "node:path";
import { segment } from "./segment.js";

export function logFile(directory: string, uid: string, nodeId: string): string {
  return join(directory, "logs", segment(uid), segment(nodeId));
}

import type { Workflow } from "../../manifest/argo.js";
import type { WriteResult } from "../engine.js";
import type { Operation } from "./json-patch.js";

/**
 * What makes the controller end a run. It would not look at `shutdown` while `spec.suspend` is set, and it takes up a
 * run that it has put off, or that was held from the start, only for Terminate: where nothing ran, there is nothing for
 * exit handlers to undo.
 */
export function stopPatch(stored: Workflow, strategy: "Stop" | "Terminate"): Operation[] | WriteResult {
  const { metadata, spec, status } = stored;
  const nothingRan = Object.keys(status?.nodes ?? {}).length === 0 && !status?.compressedNodes;
  const putOff = nothingRan && (status?.phase === "Pending" || spec.suspend === true);
  const shutdown = putOff || spec.shutdown === "Terminate" ? "Terminate" : strategy;
  if (spec.shutdown === shutdown && spec.suspend === undefined) return "done";
  const asRead: Operation =
    status?.phase === undefined
      ? { op: "test", path: "/metadata/resourceVersion", value: metadata.resourceVersion }
      : { op: "test", path: "/status/phase", value: status.phase };
  return [
    { op: "test", path: "/metadata/uid", value: metadata.uid },
    asRead,
    { op: "add", path: "/spec/shutdown", value: shutdown },
    ...(spec.suspend === undefined ? [] : [{ op: "remove" as const, path: "/spec/suspend" }]),
  ];
}

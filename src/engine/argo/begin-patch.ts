import type { Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import type { WriteResult } from "../engine.js";
import { annotationPatch, type Operation } from "./json-patch.js";

/**
 * Lets a run go that `spec.suspend` holds. The controller has counted its deadline since it first saw the run: the time
 * that it was held is given back.
 */
export function beginPatch(
  { metadata, spec, status }: Workflow,
  annotations: Record<string, string | null>,
  now: number,
): Operation[] | WriteResult {
  if (spec.suspend !== true || spec.shutdown !== undefined || isFinished(status?.phase)) return "moved";
  const { operations, needsVersion } = annotationPatch(metadata.annotations, annotations);
  const version: Operation = {
    op: "test",
    path: "/metadata/resourceVersion",
    value: metadata.resourceVersion,
  };
  const deadline = spec.activeDeadlineSeconds;
  const heldSince = Date.parse(status?.startedAt ?? "");
  const held = Number.isNaN(heldSince) ? 0 : Math.max(0, Math.ceil((now - heldSince) / 1000));
  return [
    { op: "test", path: "/metadata/uid", value: metadata.uid },
    ...(needsVersion ? [version] : []),
    { op: "test", path: "/spec/suspend", value: true },
    { op: "remove", path: "/spec/suspend" },
    ...(typeof deadline === "number" && held > 0
      ? [{ op: "replace" as const, path: "/spec/activeDeadlineSeconds", value: deadline + held }]
      : []),
    ...operations,
  ];
}

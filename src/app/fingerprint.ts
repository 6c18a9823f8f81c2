import { createHash } from "node:crypto";
import type { Workflow } from "../manifest/argo.js";
import { annotation } from "../run/metadata.js";

/**
 * What a run is, told from what it was: equal texts for equal Workflows, but for what its own report writes on it and for
 * what the API server counts.
 */
export function fingerprint({ metadata, spec, status }: Workflow): string {
  const { [annotation.report]: _report, ...annotations } = metadata.annotations ?? {};
  const { uid, labels } = metadata;
  return createHash("sha256")
    .update(JSON.stringify([uid, labels, annotations, spec, status]))
    .digest("base64");
}

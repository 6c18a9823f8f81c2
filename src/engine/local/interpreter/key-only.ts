import type { Artifact } from "../../../manifest/argo.js";

const STORES = ["s3", "gcs", "oss", "azure", "hdfs", "artifactory"];

/** Whether a store is given by its key alone: it is then the artifact repository, here the engine's own. */
export function isKeyOnly(store: unknown): boolean {
  if (typeof store !== "object" || store === null) return false;
  const fields = Object.keys(store);
  return fields.length === 1 && fields[0] === "key";
}

/** The key under which an artifact lies in the artifact repository, when the manifest names it. */
export function repositoryKey(artifact: Artifact): string | undefined {
  for (const name of STORES) {
    const store = artifact[name];
    if (isKeyOnly(store)) return String((store as { key: unknown }).key);
  }
  return undefined;
}

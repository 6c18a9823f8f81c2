import type { ObjectMeta } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import { annotation, label, type RunFacts } from "../run/metadata.js";

/** Labels and annotations of a run: those of the manifest that nobody acts on, and over them the facts of the run. */
export function runMetadata(
  manifest: Manifest,
  facts: RunFacts,
): Required<Pick<ObjectMeta, "labels" | "annotations">> {
  const { metadata } = manifest.object;
  return {
    labels: {
      ...unreserved(metadata.labels),
      [label.repositoryId]: String(facts.repositoryId),
      [label.sha]: labelValue(facts.headSha),
      ...(facts.pullRequest === undefined ? {} : { [label.pullRequest]: String(facts.pullRequest.number) }),
      [label.manifest]: labelValue(facts.manifest),
    },
    annotations: {
      ...unreserved(metadata.annotations),
      [annotation.title]: facts.title,
      [annotation.facts]: JSON.stringify(facts),
    },
  };
}

/** Cuts and cleans a text to what Kubernetes takes as a label value: at most 63 of `[A-Za-z0-9._-]`, ends alphanumeric. */
export function labelValue(text: string): string {
  const cleaned = text.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
  return cleaned.slice(0, 63).replace(/[^A-Za-z0-9]+$/, "");
}

const reserved = /(^|\.)(sluice\.dev|argoproj\.io|kubernetes\.io|k8s\.io)$/;

/** Argo, Kubernetes and Sluice act on keys of their own domains; a manifest may set the others. */
export function unreserved(entries: Record<string, string> | undefined): Record<string, string> {
  const kept = Object.entries(entries ?? {}).filter(([key, value]) => {
    const [domain = "", name] = key.split("/");
    return typeof value === "string" && (name === undefined || !reserved.test(domain.toLowerCase()));
  });
  return Object.fromEntries(kept);
}

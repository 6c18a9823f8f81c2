/**
 * Gives each script in a copied part of a spec a `source`, in place: Argo's own clients send the empty one, and the
 * schema in the cluster demands it.
 */
export function completeScripts(part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  for (const [key, inner] of Object.entries(part)) {
    if (key === "script" && typeof inner === "object" && inner !== null && !("source" in inner))
      Object.assign(inner, { source: "" });
    completeScripts(inner);
  }
}

/** One operation of RFC 6902, as far as Sluice uses it. */
export type Operation =
  { op: "test" | "add" | "replace"; path: string; value: unknown } | { op: "remove"; path: string };

/** RFC 6901. */
export function pointer(...keys: (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/**
 * What changes annotations from `present` to have these values (null removes). Where the object has no annotations,
 * the whole map is added, which is only safe together with a test of the resourceVersion: `needsVersion` says so.
 */
export function annotationPatch(
  present: Record<string, string> | undefined,
  changes: Record<string, string | null>,
): { operations: Operation[]; needsVersion: boolean } {
  const wanted = Object.entries(changes).filter(([name, value]) => (present?.[name] ?? null) !== value);
  if (present === undefined) {
    const value = Object.fromEntries(wanted);
    if (wanted.length === 0) return { operations: [], needsVersion: false };
    return { operations: [{ op: "add", path: "/metadata/annotations", value }], needsVersion: true };
  }
  const operations = wanted.map(([name, value]): Operation => {
    const path = pointer("metadata", "annotations", name);
    return value === null ? { op: "remove", path } : { op: "add", path, value };
  });
  return { operations, needsVersion: false };
}

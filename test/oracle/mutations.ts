import { parse } from "yaml";

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
export type Manifest = { [key: string]: Value };
type Path = (string | number)[];

export const MUTATIONS = ["remove", "misspell", "object", "list", "text"] as const;
export type Mutation = (typeof MUTATIONS)[number];

export interface Mutant {
  /** Where, with `*` for any index, and what was done there: `spec.templates.*.name remove`. */
  what: string;
  manifest: Manifest;
}

export function kindOf({ kind }: Manifest): string {
  return typeof kind === "string" ? kind : "";
}

/** The manifests of a file that have a kind; none when it cannot be read. */
export function manifestsIn(text: string): Manifest[] {
  try {
    return text
      .split(/^---\s*$/m)
      .map((part) => parse(part) as Manifest | null)
      .filter((manifest): manifest is Manifest => typeof manifest?.["kind"] === "string");
  } catch {
    return [];
  }
}

/** Every way to break one field, once for all manifests: the first that has the field is broken. */
export function mutantsOf(manifests: readonly Manifest[]): Mutant[] {
  const seen = new Set<string>();
  return manifests.flatMap((manifest) =>
    pathsIn(manifest).flatMap((path) =>
      MUTATIONS.flatMap((mutation) => {
        const what = `${kindOf(manifest)}.${path.map((key) => (typeof key === "number" ? "*" : key)).join(".")} ${mutation}`;
        if (seen.has(what)) return [];
        const mutant = structuredClone(manifest);
        if (!mutate(mutant, path, mutation)) return [];
        seen.add(what);
        return [{ what, manifest: mutant }];
      }),
    ),
  );
}

/** Of all fields below spec; names that a user chooses are no fields. */
function pathsIn(value: Value, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  return keys.flatMap((key) => {
    const here = [...path, key];
    if (path.length === 0 && key !== "spec") return [];
    const child = (value as Record<string | number, Value>)[key] ?? null;
    return typeof key === "string" ? [here, ...pathsIn(child, here)] : pathsIn(child, here);
  });
}

function mutate(manifest: Manifest, path: Path, mutation: Mutation): boolean {
  const parent = path.slice(0, -1).reduce<Value>((value, key) => (value as Manifest)[key] ?? null, manifest);
  const key = path.at(-1);
  if (typeof key !== "string" || typeof parent !== "object" || parent === null || Array.isArray(parent))
    return false;
  const value = parent[key] ?? null;
  switch (mutation) {
    case "remove":
      delete parent[key];
      return true;
    case "misspell":
      delete parent[key];
      parent[`${key}Zz`] = value;
      return true;
    case "object":
      if (typeof value === "object" && !Array.isArray(value)) return false;
      parent[key] = { a: "b" };
      return true;
    case "list":
      if (Array.isArray(value)) return false;
      parent[key] = [{ a: "b" }];
      return true;
    case "text":
      if (typeof value === "string") return false;
      parent[key] = "text";
      return true;
  }
}

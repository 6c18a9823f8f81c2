import type { Path } from "../manifest/problem.js";
import type { Identity, Shape } from "./compile-fields.js";

/** Something at a path that cannot be taken over; `refused` stops the run, `ignored` is left out and said. */
export interface Unpicked {
  path: Path;
  kind: "refused" | "ignored" | "wrong-type" | "not-given" | "not-fixed";
  field: string;
  /** Of what is not given: what it is, and its name in the manifest. */
  named?: { identity: Identity; name: string };
}

/** Whether the run may use what the manifest names. */
export type MayUse = (identity: Identity, name: string) => boolean;

/**
 * A fresh copy of what the shape allows. Nothing of the input is shared with the copy, and nothing that the shape
 * does not name reaches it. Nulls count as absent fields, as in Kubernetes.
 */
export function pick(
  value: unknown,
  shape: Shape,
  path: Path,
  report: (unpicked: Unpicked) => void,
  mayUse: MayUse = () => false,
): unknown {
  if (shape === "plain") return structuredClone(value);
  if (typeof shape === "string") return pickScalar(value, shape, path, report);
  if ("named" in shape) {
    if (typeof value !== "string") return wrongType(path, report);
    // A tag would be replaced after the name was looked at.
    if (!value.includes("{{") && mayUse(shape.named, value)) return value;
    const named = { identity: shape.named, name: value };
    report({ path, kind: "not-given", field: String(path.at(-1)), named });
    return undefined;
  }
  if ("list" in shape) {
    if (!Array.isArray(value)) return wrongType(path, report);
    const items = value.map((item, index) => pick(item, shape.list, [...path, index], report, mayUse));
    return items.filter((item) => item !== undefined);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wrongType(path, report);
  if ("texts" in shape) return pickTexts(value, shape.texts, path, report);
  const entries: [string, unknown][] = [];
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue;
    const at = [...path, key];
    const innerShape =
      "map" in shape ? shape.map : Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (innerShape !== undefined) {
      const copy = pick(inner, innerShape, at, report, mayUse);
      if (copy !== undefined) entries.push([key, copy]);
    } else {
      const ignored = "fields" in shape && shape.ignored?.includes(key) === true;
      report({ path: at, kind: ignored ? "ignored" : "refused", field: key });
    }
  }
  return Object.fromEntries(entries);
}

function pickScalar(
  value: unknown,
  shape: "text" | "fixed" | "flag",
  path: Path,
  report: (unpicked: Unpicked) => void,
): string | boolean | undefined {
  if (shape === "flag") return typeof value === "boolean" ? value : wrongType(path, report);
  if (typeof value !== "string") return wrongType(path, report);
  if (shape === "text" || !value.includes("{{")) return value;
  report({ path, kind: "not-fixed", field: String(path.at(-1)) });
  return undefined;
}

function pickTexts(
  value: object,
  domain: string,
  path: Path,
  report: (unpicked: Unpicked) => void,
): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const [key, text] of Object.entries(value)) {
    if (text === null || text === undefined) continue;
    const at = [...path, key];
    if (key.startsWith(`${domain}/`)) entries.push([key, pickScalar(text, "text", at, report)]);
    else report({ path: at, kind: "ignored", field: key });
  }
  return Object.fromEntries(entries);
}

function wrongType(path: Path, report: (unpicked: Unpicked) => void): undefined {
  report({ path, kind: "wrong-type", field: String(path.at(-1) ?? "spec") });
  return undefined;
}

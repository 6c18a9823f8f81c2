import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";

type Fault = Omit<Problem, "position" | "severity"> & { severity?: Problem["severity"] };

/** A Problem at a path of a manifest; an error unless the fault says otherwise. */
export function problemAt(
  manifest: Manifest,
  path: Path,
  fault: Fault,
  of: "key" | "value" = "value",
): Problem {
  const { severity = "error", text, ...rest } = fault;
  const shown = text === undefined ? {} : { text: text.slice(0, 200) };
  return { severity, ...rest, ...shown, position: manifest.positionOf(path, of) };
}

/** Where an annotation of the manifest itself stands. */
export function annotationPath(name: string): Path {
  return ["metadata", "annotations", name];
}

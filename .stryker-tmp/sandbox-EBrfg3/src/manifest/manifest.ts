import type { ManifestObject } from "./argo.js";
import type { Path, Position, Problem } from "./problem.js";

/** A file of `.workflows/` at one commit, as text. */
export interface ManifestFile {
  /** Path inside the repository, with forward slashes. */
  path: string;
  text: string;
}

/** One YAML document of a manifest file, with the source position of everything in it. */
export interface Manifest {
  file: string;
  /** Index of the document in its file, from 0. */
  document: number;
  kind: ManifestObject["kind"];
  /** `metadata.name`, or `metadata.generateName` without its trailing dash. */
  name: string;
  object: ManifestObject;
  /** Where the value at a path stands; the nearest existing parent when the path is absent. */
  positionOf(path: Path, of?: "key" | "value"): Position;
}

/** What a file or a folder of files holds: the manifests that could be read, and everything that is wrong. */
export interface Parsed {
  manifests: Manifest[];
  problems: Problem[];
}

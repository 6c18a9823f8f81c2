/** Where something stands in a file. Lines and columns count from 1, as GitHub's annotations do. */
export interface Position {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** A path inside a manifest object, e.g. `["spec", "templates", 0, "steps", 1, 0, "template"]`. */
export type Path = readonly (string | number)[];

/** A positioned fault in a manifest: the user's to fix. A value, collected and never thrown. */
export interface Problem {
  severity: "error" | "warning" | "notice";
  /** A stable kebab-case name of the rule, e.g. `unknown-field`. */
  rule: string;
  /** What is wrong, one sentence. */
  message: string;
  /** What to write instead, one sentence. */
  hint?: string;
  /** The offending text as it stands in the file, at most 200 characters. */
  text?: string;
  position: Position;
}

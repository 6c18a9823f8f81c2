/** What a manifest file may cost. Files come from anyone who can push: each bound is checked before the work. */
export const LIMITS = {
  /** UTF-16 code units of one file. */
  text: 1024 * 1024,
  /** Words and marks of YAML in one file: what the text costs to read, also when each of them is an error. */
  lexemes: 300_000,
  documents: 100,
  /** Nesting of mappings and sequences, also through aliases. */
  depth: 100,
  /** Times that an alias is expanded, in one document. */
  aliases: 100,
  /** Nodes that come from expanded aliases, in one document. */
  aliasNodes: 20_000,
  /** Re-indented scalars in one file. */
  repairs: 40,
  /** A longer text with syntax errors is not looked at twice. */
  explained: 128 * 1024,
  /** Reported syntax errors of one file: later ones mostly follow from earlier ones. */
  syntaxErrors: 10,
  /** Reported problems of one file. */
  problems: 200,
} as const;

/** Keys that would reach into JavaScript's own objects. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

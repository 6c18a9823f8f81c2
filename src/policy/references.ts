/** A reference to a parameter in a tag or an expression, e.g. `{list: "steps.a.outputs.parameters", name: "x"}`. */
export interface Reference {
  /** `inputs.parameters`, `workflow.parameters`, `workflow.outputs.parameters`, `steps.X.outputs.parameters`, ... */
  list: string;
  /** Undefined: the list as a whole. */
  name?: string;
}

const pattern =
  /(?<![\w.-])((?:inputs|workflow|workflow\.outputs|(?:steps|tasks)\.[\w-]+\.outputs)\.parameters)(?:\.([\w-]+))?/g;

/**
 * The parameter references in a text, or in any text inside a value. Both `a.b` and `a['b']` are read; text outside
 * of tags counts too, since bare expressions have no braces.
 */
export function referencesIn(value: unknown): Reference[] {
  if (value === undefined) return [];
  const text = (typeof value === "string" ? value : JSON.stringify(value)) ?? "";
  if (!text.includes("parameters")) return [];
  // White space first: `\s*` in front of what may be missing is tried at each place of a long run of it.
  const plain = text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?(?:\?\.)?\[ ?\\*['"]([\w-]*)\\*['"] ?\]/g, ".$1")
    .replaceAll(/ ?\??\. ?/g, ".");
  return [...plain.matchAll(pattern)].map(([, list = "", name]) => {
    // `.json` is the list as text.
    return name === undefined || name === "json" ? { list } : { list, name };
  });
}

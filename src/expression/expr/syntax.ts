/** The syntax tree of an expression; `at` is an index in its text. */
export type Expr = { at: number } & (
  | { type: "literal"; value: unknown }
  | { type: "name"; name: string }
  /** `#`, `#index` and `#acc` in a predicate. */
  | { type: "element"; part: "element" | "index" | "acc" }
  | { type: "unary"; op: string; operand: Expr }
  | { type: "binary"; op: string; left: Expr; right: Expr }
  | { type: "conditional"; test: Expr; then: Expr; otherwise: Expr }
  | { type: "member"; object: Expr; key: Expr; optional: boolean }
  | { type: "slice"; object: Expr; from?: Expr | undefined; to?: Expr | undefined }
  /** `name` has dots for `sprig.trim`. */
  | { type: "call"; name: string; args: Expr[] }
  | { type: "method"; object: Expr; name: string; args: Expr[] }
  | { type: "list"; items: Expr[] }
  | { type: "map"; entries: [Expr, Expr][] }
  | { type: "closure"; body: Expr }
  | { type: "let"; name: string; value: Expr; body: Expr }
);

/** The expressions directly inside one, in the order of the text. */
export function childrenOf(node: Expr): Expr[] {
  switch (node.type) {
    case "literal":
    case "name":
    case "element":
      return [];
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "conditional":
      return [node.test, node.then, node.otherwise];
    case "member":
      return [node.object, node.key];
    case "slice":
      return [node.object, node.from, node.to].filter((child) => child !== undefined);
    case "call":
      return node.args;
    case "method":
      return [node.object, ...node.args];
    case "list":
      return node.items;
    case "map":
      return node.entries.flat();
    case "closure":
      return [node.body];
    case "let":
      return [node.value, node.body];
  }
}

/** The function that a call of this expression means: `f`, `sprig.f`; undefined when it means a method or nothing. */
export function calleeOf(node: Expr): string | undefined {
  if (node.type === "name") return node.name;
  const method = methodOf(node);
  if (method?.object.type !== "name" || method.object.name !== "sprig") return undefined;
  return `sprig.${method.name}`;
}

/** The method that a call of this expression means: `name` of `object`. */
export function methodOf(node: Expr): { object: Expr; name: string } | undefined {
  if (node.type !== "member" || node.key.type !== "literal" || typeof node.key.value !== "string")
    return undefined;
  return { object: node.object, name: node.key.value };
}

/** The syntax tree of an expression. */
export type Expr =
  | { type: "literal"; value: unknown }
  | { type: "name"; name: string }
  | { type: "element" }
  | { type: "unary"; op: string; operand: Expr }
  | { type: "binary"; op: string; left: Expr; right: Expr }
  | { type: "conditional"; test: Expr; then: Expr; otherwise: Expr }
  | { type: "member"; object: Expr; key: Expr; optional: boolean }
  | { type: "slice"; object: Expr; from?: Expr | undefined; to?: Expr | undefined }
  | { type: "call"; callee: Expr; args: Expr[] }
  | { type: "list"; items: Expr[] }
  | { type: "map"; entries: [Expr, Expr][] }
  | { type: "closure"; body: Expr }
  | { type: "let"; name: string; value: Expr; body: Expr };

/** The kinds of govaluate, as its messages spell them. */
export type TokenKind =
  | "UNKNOWN"
  | "PREFIX"
  | "NUMERIC"
  | "BOOLEAN"
  | "STRING"
  | "PATTERN"
  | "TIME"
  | "VARIABLE"
  | "ACCESSOR"
  | "COMPARATOR"
  | "LOGICALOP"
  | "MODIFIER"
  | "CLAUSE"
  | "CLAUSE_CLOSE"
  | "TERNARY"
  | "SEPARATOR";

export type Token = { kind: TokenKind; value: string | number | boolean };

const OPERANDS: readonly TokenKind[] = ["NUMERIC", "BOOLEAN", "VARIABLE", "ACCESSOR", "STRING", "TIME"];
const AFTER_CONSTANT: readonly TokenKind[] = [
  "MODIFIER",
  "COMPARATOR",
  "LOGICALOP",
  "CLAUSE_CLOSE",
  "SEPARATOR",
];
const AFTER_VALUE: readonly TokenKind[] = [...AFTER_CONSTANT, "TERNARY"];
const OPENING: readonly TokenKind[] = ["PREFIX", ...OPERANDS, "PATTERN", "CLAUSE"];

const NEXT_KINDS: Readonly<Record<TokenKind, readonly TokenKind[]>> = {
  UNKNOWN: OPENING,
  CLAUSE: [...OPENING, "CLAUSE_CLOSE"],
  CLAUSE_CLOSE: [...AFTER_VALUE, "NUMERIC", "BOOLEAN", "VARIABLE", "STRING", "PATTERN", "TIME", "CLAUSE"],
  NUMERIC: AFTER_VALUE,
  BOOLEAN: AFTER_VALUE,
  STRING: AFTER_VALUE,
  TIME: AFTER_CONSTANT,
  PATTERN: AFTER_CONSTANT,
  VARIABLE: AFTER_VALUE,
  ACCESSOR: [...AFTER_VALUE, "CLAUSE"],
  MODIFIER: ["PREFIX", "NUMERIC", "VARIABLE", "ACCESSOR", "STRING", "BOOLEAN", "CLAUSE", "CLAUSE_CLOSE"],
  COMPARATOR: [...OPENING, "CLAUSE_CLOSE"],
  LOGICALOP: ["PREFIX", ...OPERANDS, "CLAUSE", "CLAUSE_CLOSE"],
  PREFIX: ["NUMERIC", "BOOLEAN", "VARIABLE", "ACCESSOR", "CLAUSE", "CLAUSE_CLOSE"],
  TERNARY: ["PREFIX", ...OPERANDS, "CLAUSE", "SEPARATOR"],
  SEPARATOR: ["PREFIX", ...OPERANDS, "CLAUSE"],
};
const MAY_END: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "CLAUSE_CLOSE",
  "NUMERIC",
  "BOOLEAN",
  "STRING",
  "TIME",
  "PATTERN",
  "VARIABLE",
  "ACCESSOR",
]);

export function mayFollow(kind: TokenKind, next: TokenKind): boolean {
  return NEXT_KINDS[kind].includes(next);
}

/** Why the order of tokens is no expression; undefined when it is one. */
export function syntaxFault(tokens: readonly Token[]): string | undefined {
  let last: Token = { kind: "UNKNOWN", value: "<nil>" };
  for (const token of tokens) {
    if (!mayFollow(last.kind, token.kind)) {
      if (last.kind === "VARIABLE" && token.kind === "CLAUSE") return `Undefined function ${last.value}`;
      return `Cannot transition token types from ${described(last)} to ${described(token)}`;
    }
    last = token;
  }
  return MAY_END.has(last.kind) ? undefined : "Unexpected end of expression";
}

// Go prints the parentheses, which are runes there, as numbers.
function described({ kind, value }: Token): string {
  if (kind === "CLAUSE" || kind === "CLAUSE_CLOSE") return `${kind} [${String(value).charCodeAt(0)}]`;
  return kind === "ACCESSOR"
    ? `${kind} [[${String(value).replaceAll(".", " ")}]]`
    : `${kind} [${String(value)}]`;
}

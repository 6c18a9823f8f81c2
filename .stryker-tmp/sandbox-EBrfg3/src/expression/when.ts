import { ExpressionError } from "./expression-error.js";
import { formatValue } from "./go-format.js";
import { parsePattern } from "./pattern/parse.js";
import { evaluateTokens } from "./when/evaluate.js";
import { whenTokens } from "./when/lexer.js";
import { syntaxFault, type Token } from "./when/token.js";

const MAX_LENGTH = 64 * 1024;
const MAX_MATCHES = 10;
const HINT = ' (hint: try wrapping the affected expression in quotes ("))';

/**
 * Whether a step runs, given its `when` after substitution: the language of govaluate, in which Argo takes
 * bare words for strings (`YES == YES`). Throws ExpressionError with Argo's message. An empty text is true.
 */
export function evaluateWhen(text: string): boolean {
  if (text === "") return true;
  const tokens = explained(
    () => tokensOf(text),
    (why) => {
      return `Invalid 'when' expression '${text}': ${why}${why.includes("Invalid token") ? HINT : ""}`;
    },
  );
  const strings = tokens.map((token): Token =>
    token.kind === "VARIABLE" ? { ...token, kind: "STRING" } : token,
  );
  explained(
    () => checkTokens(strings),
    (why) => `Failed to parse 'when' expression '${text}': ${why}`,
  );
  const result = explained(
    () => evaluateTokens(strings),
    (why) => `Failed to evaluate 'when' expresion '${text}': ${why}`,
  );
  if (typeof result === "boolean") return result;
  throw new ExpressionError(`Expected boolean evaluation for '${text}'. Got ${formatValue(result)}`);
}

function tokensOf(text: string): Token[] {
  if (text.length > MAX_LENGTH) throw new ExpressionError("expression is too long");
  const tokens = whenTokens(text);
  const depth = tokens.reduce(
    (sum, { kind }) => sum + (kind === "CLAUSE" ? 1 : kind === "CLAUSE_CLOSE" ? -1 : 0),
    0,
  );
  if (depth !== 0) throw new ExpressionError("Unbalanced parenthesis");
  checkTokens(tokens);
  return tokens;
}

function checkTokens(tokens: readonly Token[]): void {
  const fault = syntaxFault(tokens);
  if (fault !== undefined) throw new ExpressionError(fault);
  let matches = 0;
  for (const [index, { kind, value }] of tokens.entries()) {
    if (kind !== "COMPARATOR" || (value !== "=~" && value !== "!~")) continue;
    matches += 1;
    if (matches > MAX_MATCHES) throw new ExpressionError("too many regular expressions");
    const next = tokens[index + 1];
    if (next?.kind === "STRING") parsePattern(String(next.value));
  }
}

function explained<T>(work: () => T, message: (why: string) => string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpressionError) throw new ExpressionError(message(error.message), { cause: error });
    throw error;
  }
}

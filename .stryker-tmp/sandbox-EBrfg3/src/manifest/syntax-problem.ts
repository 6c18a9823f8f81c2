import type { YAMLParseError } from "yaml";
import { LIMITS } from "./limits.js";
import type { Problem } from "./problem.js";
import type { Source } from "./source.js";

/** The syntax errors of a document, one per line and the first few only: each one makes others up. */
export function syntaxProblems(errors: readonly YAMLParseError[], source: Source): Problem[] {
  const problems: Problem[] = [];
  let reportedTo = -1;
  for (const error of errors) {
    if (problems.length >= LIMITS.syntaxErrors) break;
    if (error.pos[0] < reportedTo) continue;
    problems.push(syntaxProblem(error, source));
    reportedTo = lineEnd(source.text, error.pos[0]);
  }
  return problems;
}

function syntaxProblem(error: YAMLParseError, source: Source): Problem {
  const [start, end] = error.pos;
  const line = lineAt(source.text, start);
  const hint = hintFor(error, line);
  const message = error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "");
  return source.problem(
    {
      severity: "error",
      rule: "yaml-syntax",
      message: `This is not valid YAML: ${message}${/[.!?]$/.test(message) ? "" : "."}`,
      ...(hint === undefined ? {} : { hint }),
    },
    start,
    Math.min(end, lineEnd(source.text, start)),
  );
}

function hintFor(error: YAMLParseError, line: string): string | undefined {
  if (/(?:^|:\s|-\s)\s*\{\{/.test(line)) return 'Put a value that begins with `{{` in quotes: "{{…}}".';
  if (error.code === "TAB_AS_INDENT" || /^ *\t/.test(line)) return "Indent with spaces: YAML takes no tabs.";
  if (/[:-][ \t]+[@`%]/.test(line)) return "Put a value that begins with `@`, `` ` `` or `%` in quotes.";
  return HINTS[error.code];
}

const HINTS: Partial<Record<YAMLParseError["code"], string>> = {
  BAD_INDENT: "Indent the keys of one mapping, and the items of one list, by the same number of spaces.",
  BLOCK_AS_IMPLICIT_KEY: "Put a value that contains `: ` in quotes, or check the indentation.",
  BLOCK_IN_FLOW: "Close the bracket or brace before the next line, or quote the text.",
  MISSING_CHAR:
    "Something is not closed or not followed by what belongs to it: look at this line and the one before.",
  MULTILINE_IMPLICIT_KEY: "Check the indentation and the quotes of this line and the one before.",
  UNEXPECTED_TOKEN: "Check the indentation, and that quotes and brackets are closed before this place.",
  IMPOSSIBLE: "Check the indentation of this line.",
  BAD_ALIAS: "Put a text that begins with `*` or `&` in quotes.",
  BAD_SCALAR_START: "Put the value in quotes.",
  BAD_DQ_ESCAPE: "Use single quotes, where a backslash is only a backslash.",
};

function lineAt(text: string, offset: number): string {
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, lineEnd(text, offset));
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

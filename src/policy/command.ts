/** A parsed pull-request comment such as `/apply target=blue`. */
export interface Command {
  name: CommandName;
  /** `key=value` words after the name. */
  arguments: Record<string, string>;
}
export type CommandName = "apply" | "cancel" | "help";
const names: readonly CommandName[] = ["apply", "cancel", "help"];

/** Commands people may expect, and what to do instead in this version. */
const instead: Record<string, string> = {
  approve: "Approve the pull request with a review instead.",
  reject: "Request changes with a review instead.",
  retry: "Re-run the check instead.",
  run: "Use `/apply`, or push a commit.",
  explain: "The check says what it waits for.",
  "ok-to-test": "Push the branch to this repository instead.",
};

const longest = 1000;

/**
 * Reads the first line of a comment. Only a line that begins with a slash and a name is one: a quote (`> /apply`), a
 * code block or a slash further on is text. A near miss gives a hint to answer with; anything else is undefined,
 * since other Apps have commands too.
 */
export function parseCommand(body: string): Command | { hint: string } | undefined {
  const [line = ""] = body.slice(0, longest).split(/\r\n|\r|\n/, 1);
  const match = /^\/([A-Za-z][A-Za-z-]*)(?:[ \t]+(.*))?$/.exec(line.trimEnd());
  if (match === null) return undefined;
  const word = (match[1] ?? "").toLowerCase();
  const name = names.find((known) => known === word);
  if (name === undefined) return missed(word);
  const words = (match[2] ?? "").split(/[ \t]+/).filter((argument) => argument !== "");
  const pairs = words.map((argument) => /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/.exec(argument));
  const wrong = words.find((_, index) => pairs[index] === null);
  if (wrong !== undefined) {
    return {
      hint: `\`/${name}\` takes only \`key=value\` after it, on one line of its own; it was not obeyed.`,
    };
  }
  const seen = pairs.map((pair): [string, string] => [pair?.[1] ?? "", pair?.[2] ?? ""]);
  if (new Set(seen.map(([key]) => key)).size !== seen.length) {
    return { hint: `\`/${name}\` was given the same key twice; it was not obeyed.` };
  }
  return { name, arguments: Object.fromEntries(seen) };
}

function missed(word: string): { hint: string } | undefined {
  const known = Object.hasOwn(instead, word) ? instead[word] : undefined;
  if (known !== undefined) return { hint: `\`/${word}\` is not a command of this version. ${known}` };
  const close = names.find((name) => distance(word, name) <= (name.length > 4 ? 2 : 1));
  return close === undefined ? undefined : { hint: `Did you mean \`/${close}\`? Nothing was started.` };
}

/** Levenshtein distance; the words are short. */
function distance(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return 3;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 3;
}

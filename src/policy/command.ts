/** A parsed pull-request comment such as `/run promote to=staging`. */
export interface Command {
  name: CommandName;
  /** The word after the name, where the command takes one: what `/run` starts, the commit of `/ok-to-test`. */
  target?: string;
  /** The `key=value` words. */
  arguments: Record<string, string>;
}
export const commandNames = [
  "apply",
  "run",
  "approve",
  "reject",
  "retry",
  "cancel",
  "ok-to-test",
  "explain",
  "help",
] as const;
export type CommandName = (typeof commandNames)[number];

/** Commands that a manifest's `comment:` may listen to. */
export const startable: readonly string[] = ["apply"];

/** What may stand after a name; a command that is not here takes nothing. */
const grammar: Partial<Record<CommandName, { target?: RegExp; pairs?: true; usage: string }>> = {
  apply: { pairs: true, usage: "only `key=value`" },
  run: {
    target: /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/,
    pairs: true,
    usage: "a manifest's name and then `key=value`",
  },
  "ok-to-test": {
    target: /^[0-9a-f]{7,40}$/i,
    usage: "the commit that you looked at, at least 7 digits of it,",
  },
};

const longest = 4000;

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
  const name = commandNames.find((known) => known === word);
  if (name === undefined) return missed(word);
  return readArguments(
    name,
    (match[2] ?? "").split(/[ \t]+/).filter((argument) => argument !== ""),
  );
}

function readArguments(name: CommandName, words: string[]): Command | { hint: string } {
  const { target, pairs, usage } = grammar[name] ?? { usage: "nothing" };
  const refused = {
    hint: `\`/${name}\` takes ${usage} after it, on one line of its own; it was not obeyed.`,
  };
  const first = target === undefined ? undefined : words[0];
  if (target !== undefined && (first === undefined || !target.test(first))) return refused;
  const given = (first === undefined ? words : words.slice(1)).map((argument) =>
    /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/.exec(argument),
  );
  if (given.some((pair) => pair === null) || (pairs !== true && given.length > 0)) return refused;
  const seen = given.map((pair): [string, string] => [pair?.[1] ?? "", pair?.[2] ?? ""]);
  if (new Set(seen.map(([key]) => key)).size !== seen.length) {
    return { hint: `\`/${name}\` was given the same key twice; it was not obeyed.` };
  }
  return {
    name,
    ...(first === undefined ? {} : { target: first }),
    arguments: Object.fromEntries(seen),
  };
}

function missed(word: string): { hint: string } | undefined {
  const close = commandNames.find((name) => distance(word, name) <= (name.length > 4 ? 2 : 1));
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

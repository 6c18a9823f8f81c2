/**
 * Filter patterns of GitHub Actions (the workflow syntax's "filter pattern cheat sheet"): `*` is any run of
 * characters without `/`, `**` any run, `?` none or one and `+` one or more of the preceding character, `[a-z]` one
 * of a set, `\` takes the next character literally, a leading `!` takes back what earlier patterns matched.
 *
 * Patterns come from untrusted files, so they are matched by walking all states at once (time grows with pattern
 * times value), never by a backtracking RegExp.
 */

type Accepts = (character: string) => boolean;
/** `next`/`other` are state numbers: a state either consumes one character or forks without consuming. */
type State = { accepts: Accepts; next: number } | { next: number; other: number };

/** True when the value is matched, the last pattern that says something about it deciding. */
export function matchesFilter(patterns: readonly string[], value: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    if (pattern.startsWith("!")) {
      if (matched && matchesPattern(pattern.slice(1), value)) matched = false;
    } else if (!matched && matchesPattern(pattern, value)) {
      matched = true;
    }
  }
  return matched;
}

function matchesPattern(pattern: string, value: string): boolean {
  const states = compilePattern(pattern);
  let current = closure(states, [0]);
  for (const character of value) {
    const reached: number[] = [];
    for (const index of current) {
      const state = states[index];
      if (state !== undefined && "accepts" in state && state.accepts(character)) reached.push(state.next);
    }
    if (reached.length === 0) return false;
    current = closure(states, reached);
  }
  return current.has(states.length);
}

function closure(states: State[], from: number[]): Set<number> {
  const seen = new Set<number>();
  const open = [...from];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (seen.has(index)) continue;
    seen.add(index);
    const state = states[index];
    if (state !== undefined && !("accepts" in state)) open.push(state.next, state.other);
  }
  return seen;
}

const any: Accepts = () => true;
const notSlash: Accepts = (character) => character !== "/";

function compilePattern(pattern: string): State[] {
  const states: State[] = [];
  const characters = Array.from(pattern);
  let at = 0;
  while (at < characters.length) {
    at = characters[at] === "*" ? addStars(states, characters, at) : addOne(states, characters, at);
  }
  return states;
}

/** Adds a run of stars; answers with the place after it. A quantifier after a star says nothing more. */
function addStars(states: State[], characters: string[], start: number): number {
  let at = start;
  while (characters[at] === "*") at += 1;
  const many = at - start > 1;
  const startsSegment = start === 0 || characters[start - 1] === "/";
  if (many && startsSegment && characters[at] === "/") {
    addFolders(states);
    return at + 1;
  }
  addLoop(states, many ? any : notSlash);
  while (characters[at] === "?" || characters[at] === "+") at += 1;
  return at;
}

/** Adds one character or set with its quantifier; answers with the place after it. */
function addOne(states: State[], characters: string[], start: number): number {
  const { accepts, end } = readOne(characters, start);
  const quantifier = characters[end];
  if (quantifier === "?") states.push({ next: states.length + 1, other: states.length + 2 });
  states.push({ accepts, next: states.length + 1 });
  if (quantifier === "+") states.push({ next: states.length - 1, other: states.length + 1 });
  return quantifier === "?" || quantifier === "+" ? end + 1 : end;
}

function addLoop(states: State[], accepts: Accepts): void {
  const start = states.length;
  states.push({ next: start + 1, other: start + 2 });
  states.push({ accepts, next: start });
}

/** `**` and a slash at the start of a segment: no folder, or any number of them. */
function addFolders(states: State[]): void {
  const start = states.length;
  states.push({ next: start + 1, other: start + 4 });
  states.push({ next: start + 2, other: start + 3 });
  states.push({ accepts: any, next: start + 1 });
  states.push({ accepts: (character) => character === "/", next: start + 4 });
}

function readOne(characters: string[], at: number): { accepts: Accepts; end: number } {
  const character = characters[at] ?? "";
  const escaped = characters[at + 1];
  if (character === "\\" && escaped !== undefined)
    return { accepts: (other) => other === escaped, end: at + 2 };
  const close = characters.indexOf("]", at + 1);
  if (character === "[" && close > at + 1) {
    return { accepts: characterSet(characters.slice(at + 1, close)), end: close + 1 };
  }
  return { accepts: (other) => other === character, end: at + 1 };
}

function characterSet(members: string[]): Accepts {
  const ranges: [string, string][] = [];
  for (let at = 0; at < members.length; at += 1) {
    const low = members[at] ?? "";
    const high = members[at + 2];
    if (members[at + 1] === "-" && high !== undefined) {
      ranges.push([low, high]);
      at += 2;
    } else {
      ranges.push([low, low]);
    }
  }
  return (character) => ranges.some(([low, high]) => character >= low && character <= high);
}

import { ExpressionError } from "./expression-error.js";
import { compilePattern, type Instruction } from "./pattern/compile.js";
import { parsePattern } from "./pattern/parse.js";
import type { Pattern } from "./pattern/syntax.js";

const MAX_WORK = 4_000_000;

/** Hears what work a pattern is to do before it is done, and may throw. */
type Pay = (work: number) => void;

export interface PatternMatch {
  start: number;
  end: number;
  /** By number; 0 is the whole. Undefined for a group that took no part. */
  groups: (string | undefined)[];
  names: ReadonlyMap<string, number>;
}

/**
 * Whether a regular expression of Go (RE2: no back references, no look-around) matches anywhere in a text.
 * All alternatives advance together, so that the work is at most length of text times size of pattern; `pay`
 * hears of it before, and may throw.
 */
export function matchesPattern(pattern: string, text: string, pay: Pay = () => {}): boolean {
  const program = compilePattern(parsePattern(pattern));
  const chars = Array.from(text);
  const work = (chars.length + 1) * program.length;
  pay(work);
  if (work > MAX_WORK) throw new ExpressionError("text is too long for this pattern");
  let states: number[] = [];
  for (let at = 0; at <= chars.length; at += 1) {
    const reached = new Set<number>();
    for (const state of states) follow(program, state, chars, at, reached);
    follow(program, 0, chars, at, reached);
    if (reached.has(program.length - 1)) return true;
    const char = chars[at];
    if (char === undefined) return false;
    states = [];
    for (const state of reached) {
      const instruction = program[state];
      if (instruction?.type === "char" && instruction.test(char)) states.push(state + 1);
    }
  }
  return false;
}

function follow(
  program: Instruction[],
  start: number,
  chars: string[],
  at: number,
  reached: Set<number>,
): void {
  const rest = [start];
  for (let state = rest.pop(); state !== undefined; state = rest.pop()) {
    const instruction = program[state];
    if (instruction === undefined || reached.has(state)) continue;
    reached.add(state);
    if (instruction.type === "jump") rest.push(...instruction.to);
    if (instruction.type === "save") rest.push(state + 1);
    if (instruction.type === "assert" && instruction.holds(chars[at - 1], chars[at])) rest.push(state + 1);
  }
}

/**
 * All matches in a text, from the left, none over another, at most `most`: of those that begin at one place the one
 * that a backtracking engine would take, as Go does.
 */
export function findMatches(pattern: string, text: string, most: number, pay: Pay): PatternMatch[] {
  const tree = parsePattern(pattern);
  const program = compilePattern(tree);
  const names = namesIn(tree);
  const chars = Array.from(text);
  const found: PatternMatch[] = [];
  for (let from = 0; from <= chars.length && found.length < most;) {
    const work = (chars.length - from + 1) * program.length;
    pay(work);
    if (work > MAX_WORK) throw new ExpressionError("text is too long for this pattern");
    const places = search(program, chars, from);
    if (places === undefined) break;
    const [start = 0, end = 0] = places;
    // Go does not take an empty match right after another one.
    if (end > start || start > from || from === 0 || found.at(-1)?.end !== start) {
      found.push({ start, end, groups: groupsOf(places, chars), names });
    }
    from = end > from ? end : from + 1;
  }
  return found;
}

function groupsOf(places: readonly (number | undefined)[], chars: string[]): (string | undefined)[] {
  return Array.from({ length: Math.ceil(places.length / 2) }, (_, index) => {
    const [start, end] = [places[index * 2], places[index * 2 + 1]];
    return start === undefined || end === undefined ? undefined : chars.slice(start, end).join("");
  });
}

type Thread = { state: number; places: (number | undefined)[] };

/** The places of the first match from here on: its ends, then those of its groups. */
function search(program: Instruction[], chars: string[], from: number): (number | undefined)[] | undefined {
  let threads: Thread[] = [];
  let found: (number | undefined)[] | undefined;
  for (let at = from; at <= chars.length; at += 1) {
    const ready: Thread[] = [];
    const reached = new Set<number>();
    for (const thread of threads) advance(program, thread, chars, at, reached, ready);
    if (found === undefined) advance(program, { state: 0, places: [at] }, chars, at, reached, ready);
    threads = [];
    for (const { state, places } of ready) {
      const instruction = program[state];
      if (instruction?.type === "match") {
        found = [places[0], at, ...places.slice(2)];
        break;
      }
      const char = chars[at];
      if (instruction?.type === "char" && char !== undefined && instruction.test(char))
        threads.push({ state: state + 1, places });
    }
    if (threads.length === 0 && found !== undefined) break;
  }
  return found;
}

/** Follows a thread to the characters that it may read next, in the order of preference. */
function advance(
  program: Instruction[],
  thread: Thread,
  chars: string[],
  at: number,
  reached: Set<number>,
  ready: Thread[],
): void {
  const rest = [thread];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { state, places } = next;
    const instruction = program[state];
    if (instruction === undefined || reached.has(state)) continue;
    reached.add(state);
    if (instruction.type === "jump") {
      for (const to of [...instruction.to].reverse()) rest.push({ state: to, places });
    } else if (instruction.type === "save") {
      const saved = [...places];
      saved[instruction.slot] = at;
      rest.push({ state: state + 1, places: saved });
    } else if (instruction.type !== "assert") ready.push(next);
    else if (instruction.holds(chars[at - 1], chars[at])) rest.push({ state: state + 1, places });
  }
}

function namesIn(pattern: Pattern): Map<string, number> {
  switch (pattern.type) {
    case "group": {
      const inner = namesIn(pattern.body);
      return pattern.name === undefined ? inner : inner.set(pattern.name, pattern.index);
    }
    case "repeat":
      return namesIn(pattern.body);
    case "sequence":
      return new Map(pattern.parts.flatMap((part) => [...namesIn(part)]));
    case "choice":
      return new Map(pattern.options.flatMap((option) => [...namesIn(option)]));
    default:
      return new Map();
  }
}

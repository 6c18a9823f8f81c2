import { compilePattern, type Instruction } from "./pattern/compile.js";
import { parsePattern } from "./pattern/parse.js";
import { ExpressionError } from "./expression-error.js";

const MAX_WORK = 4_000_000;

/**
 * Whether a regular expression of Go (RE2: no back references, no look-around) matches anywhere in a text.
 * All alternatives advance together, so that the work is at most length of text times size of pattern; `pay`
 * hears of it before, and may throw.
 */
export function matchesPattern(
  pattern: string,
  text: string,
  pay: (work: number) => void = () => {},
): boolean {
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
    if (instruction.type === "assert" && instruction.holds(chars[at - 1], chars[at])) rest.push(state + 1);
  }
}

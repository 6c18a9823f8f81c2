import { ExpressionError } from "../expression-error.js";
import type { Pattern } from "./syntax.js";

const MAX_INSTRUCTIONS = 5000;

/** A step of a compiled pattern; without a jump the next one follows. Reaching the last one is a match. */
export type Instruction =
  | (Pattern & { type: "char" | "assert" })
  /** The first of them is preferred. */
  | { type: "jump"; to: number[] }
  /** Remembers the place under a number. */
  | { type: "save"; slot: number }
  | { type: "match" };

export function compilePattern(pattern: Pattern): Instruction[] {
  const program: Instruction[] = [];
  emit(program, pattern);
  program.push({ type: "match" });
  return program;
}

function emit(program: Instruction[], pattern: Pattern): void {
  if (program.length > MAX_INSTRUCTIONS) {
    throw new ExpressionError("error parsing regexp: expression nests or repeats too much");
  }
  switch (pattern.type) {
    case "char":
    case "assert":
      program.push(pattern);
      return;
    case "sequence":
      for (const part of pattern.parts) emit(program, part);
      return;
    case "choice":
      emitChoice(program, pattern.options);
      return;
    case "group":
      program.push({ type: "save", slot: pattern.index * 2 });
      emit(program, pattern.body);
      program.push({ type: "save", slot: pattern.index * 2 + 1 });
      return;
    case "repeat":
      emitRepeat(program, pattern);
  }
}

function emitChoice(program: Instruction[], options: Pattern[]): void {
  const ends: { to: number[] }[] = [];
  const start = jump(program);
  for (const option of options) {
    start.to.push(program.length);
    emit(program, option);
    ends.push(jump(program));
  }
  for (const end of ends) end.to.push(program.length);
}

function emitRepeat(program: Instruction[], pattern: Pattern & { type: "repeat" }): void {
  const { body, least, most, lazy } = pattern;
  for (let count = 0; count < least; count += 1) emit(program, body);
  if (most === Infinity) {
    const start = program.length;
    const loop = jump(program);
    const inside = program.length;
    emit(program, body);
    jump(program).to.push(start);
    loop.to.push(...preferred(inside, program.length, lazy));
    return;
  }
  const exits: { to: number[]; inside: number }[] = [];
  for (let count = least; count < most; count += 1) {
    const { to } = jump(program);
    exits.push({ to, inside: program.length });
    emit(program, body);
  }
  for (const { to, inside } of exits) to.push(...preferred(inside, program.length, lazy));
}

function preferred(inside: number, outside: number, lazy: boolean): number[] {
  return lazy ? [outside, inside] : [inside, outside];
}

function jump(program: Instruction[]): { type: "jump"; to: number[] } {
  const instruction = { type: "jump" as const, to: [] };
  program.push(instruction);
  return instruction;
}

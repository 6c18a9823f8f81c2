import { compactJson, marshal } from "../../../expression/go-format.js";
import { Layers } from "../../../expression/layers.js";
import type { Scope } from "../../../expression/scope.js";
import { substitute, substituteText } from "../../../expression/substitute.js";
import type { Sequence } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";
import type { ResolvedCall } from "./calls.js";
import { isFalseAlready } from "./condition.js";
import { listOf, mapOf } from "./json-texts.js";
import { mostNodes } from "./run-state.js";

/** Whether a call is a loop once its tags are resolved, or could be. */
export function mayLoop(call: Partial<ResolvedCall> = {}): boolean {
  return (call.withItems ?? call.withParam ?? call.withSequence) !== undefined;
}

function isLoop({ withItems, withParam, withSequence }: Partial<ResolvedCall>): boolean {
  return (withItems ?? []).length > 0 || Boolean(withParam) || withSequence !== undefined;
}

/**
 * The items of a call's loop as JSON texts, none where it is over what is no list but the call is skipped anyway
 * (operator.go, expandStep); null when the call is no loop.
 */
export function itemsOf(call: ResolvedCall): string[] | null {
  if (!isLoop(call)) return null;
  if ((call.withItems ?? []).length > 0) return (call.withItems ?? []).map((item) => JSON.stringify(item));
  try {
    return call.withParam ? parseList(call.withParam) : sequence(call.withSequence ?? {});
  } catch (error) {
    if (isSkipped(call) && error instanceof CallError) return [];
    throw error;
  }
}

/** One call per item, named `NAME(INDEX:ITEM)`. `variables` is what the call's own tags may name. */
export function callsOfLoop(call: ResolvedCall, items: readonly string[], variables: Scope): ResolvedCall[] {
  const isLenient = isSkipped(call);
  return items.map((item, index) => callOf(call, item, index, variables, isLenient));
}

function isSkipped({ when }: ResolvedCall): boolean {
  return when !== undefined && isFalseAlready(when);
}

function parseList(text: string): string[] {
  try {
    const items = listOf(text);
    if (items) return items;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw noList(text, error.message);
  }
  throw noList(text, "not a list");
}

function noList(text: string, why: string): CallError {
  return new CallError(`withParam value could not be parsed as a JSON list: ${text.trim()}: ${why}`);
}

function sequence({ start, end, count, format }: Sequence): string[] {
  if (end === undefined && count === undefined) {
    throw new CallError("neither end nor count was specified in withSequence");
  }
  const first = integer(start ?? 0);
  if (end === undefined && integer(count ?? 0) === 0) return [];
  const last = end === undefined ? first + integer(count ?? 0) - 1 : integer(end);
  if (Math.abs(last - first) >= mostNodes) {
    throw new CallError(
      `withSequence of ${Math.abs(last - first) + 1} items: a run has at most ${mostNodes} nodes`,
    );
  }
  const step = first <= last ? 1 : -1;
  const items: string[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    items.push(JSON.stringify(format ? formatInteger(format, value) : String(value)));
  }
  return items;
}

function integer(value: string | number): number {
  const number = Number(value);
  if (String(value).trim() === "" || !Number.isInteger(number)) {
    throw new CallError(`strconv.Atoi: parsing "${value}": invalid syntax`);
  }
  return number;
}

/** Go's `fmt.Sprintf` of one integer: `%d`, `%05d`, `%x`, `%X`, `%o`, `%b`, `%%`. */
export function formatInteger(format: string, value: number): string {
  return format.replace(/%([-+0 ]*)(\d*)([dxXobv%])/g, (_, flags: string, width: string, verb: string) => {
    if (verb === "%") return "%";
    const digits = digitsOf(Math.abs(value), verb);
    const sign = value < 0 ? "-" : flags.includes("+") ? "+" : "";
    const size = Number(width || 0);
    if (flags.includes("-")) return (sign + digits).padEnd(size);
    if (flags.includes("0")) return sign + digits.padStart(size - sign.length, "0");
    return (sign + digits).padStart(size);
  });
}

function digitsOf(value: number, verb: string): string {
  if (verb === "x") return value.toString(16);
  if (verb === "X") return value.toString(16).toUpperCase();
  if (verb === "o") return value.toString(8);
  return verb === "b" ? value.toString(2) : String(value);
}

function callOf(
  call: ResolvedCall,
  item: string,
  index: number,
  variables: Scope,
  isLenient: boolean,
): ResolvedCall {
  const { withItems: _items, withParam: _param, withSequence: _sequence, ...one } = call;
  const name = `${call.name}(${index}:${describe(item).replace(/[()]/g, "")})`;
  const scope = new Layers(new Map(itemVariables(item)), variables);
  const lenient = { strict: [], allowUnresolved: true };
  const { when, hooks, inline, ...rest } = one;
  return {
    ...substitute(rest, scope, isLenient ? lenient : { strict: [], allowUnresolved: false }),
    name,
    ...(when === undefined ? {} : { when: substituteText(when, scope, lenient) }),
    ...(hooks ? { hooks: substitute(hooks, scope, lenient) } : {}),
    ...(inline ? { inline: substitute(inline, scope, lenient) } : {}),
  };
}

function itemVariables(item: string): [string, string][] {
  const members = mapOf(item);
  const text = members ? mapText(members) : itemText(item);
  return [
    ["item", text],
    ...(members ?? []).map(([key, value]): [string, string] => [`item.${key}`, itemText(value)]),
  ];
}

/** A string as it is, anything else as its JSON. */
function itemText(item: string): string {
  return item.trimStart().startsWith('"') ? (JSON.parse(item) as string) : compactJson(item);
}

function mapText(members: [string, string][]): string {
  return `{${members.map(([key, value]) => `${marshal(key)}:${compactJson(value)}`).join(",")}}`;
}

function describe(item: string): string {
  const members = mapOf(item);
  if (members) return members.map(([key, value]) => `${key}:${itemText(value)}`).join(",");
  const items = item.trim() === "null" ? [] : listOf(item);
  return items ? `[${items.map(itemText).join(" ")}]` : itemText(item);
}

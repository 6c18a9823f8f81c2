import { formatValue, marshal } from "../../../expression/go-format.js";
import { substitute, substituteText } from "../../../expression/substitute.js";
import { evaluateWhen } from "../../../expression/when.js";
import type { Json, Sequence } from "../../../manifest/argo.js";
import { CallError } from "./call-error.js";
import type { ResolvedCall } from "./calls.js";
import { mostNodes, type RunState } from "./run-state.js";

export function isLoop(call: { withItems?: unknown; withParam?: unknown; withSequence?: unknown }): boolean {
  return call.withItems !== undefined || call.withParam !== undefined || call.withSequence !== undefined;
}

/** One call per item of the loop, named `NAME(INDEX:ITEM)`; empty for a loop over nothing (operator.go, expandStep). */
export function expandLoop(run: RunState, call: ResolvedCall): ResolvedCall[] {
  return itemsOf(call).map((item, index) => callOf(run, call, item, index));
}

function itemsOf(call: ResolvedCall): Json[] {
  if (call.withItems !== undefined) return call.withItems;
  if (call.withParam !== undefined) return parseList(call.withParam);
  return call.withSequence === undefined ? [] : sequence(call.withSequence);
}

function parseList(text: string): Json[] {
  const fault = (why: string): CallError =>
    new CallError(`withParam value could not be parsed as a JSON list: ${text}: ${why}`);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
  if (!Array.isArray(value)) throw fault("not a list");
  return value;
}

function sequence({ start, end, count, format }: Sequence): string[] {
  const first = integer(start ?? 0);
  const last = count === undefined ? integer(end ?? 0) : first + integer(count) - 1;
  if (Math.abs(last - first) >= mostNodes) {
    throw new CallError(
      `withSequence of ${Math.abs(last - first) + 1} items: a run has at most ${mostNodes} nodes`,
    );
  }
  if (count !== undefined && integer(count) === 0) return [];
  const step = first <= last ? 1 : -1;
  const items: string[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step) {
    items.push(format === undefined || format === "" ? String(value) : formatInteger(format, value));
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

function callOf(run: RunState, call: ResolvedCall, item: Json, index: number): ResolvedCall {
  const { withItems: _items, withParam: _param, withSequence: _sequence, ...one } = call;
  const name = `${call.name}(${index}:${describe(item).replace(/[()]/g, "")})`;
  const scope = new Map<string, string | null>([...run.globals, ...itemVariables(item)]);
  const { when, hooks, inline, ...rest } = one;
  const condition =
    when === undefined ? undefined : substituteText(when, scope, { strict: [], allowUnresolved: true });
  if (condition !== undefined && isFalse(condition)) return { ...one, name, when: condition };
  const strict = { strict: [], allowUnresolved: false };
  return {
    ...substitute(rest, scope, strict),
    name,
    ...(condition === undefined ? {} : { when: condition }),
    ...(hooks ? { hooks: substitute(hooks, scope, { strict: [], allowUnresolved: true }) } : {}),
    ...(inline ? { inline: substitute(inline, scope, { strict: [], allowUnresolved: true }) } : {}),
  };
}

function isFalse(condition: string): boolean {
  try {
    return !evaluateWhen(condition);
  } catch {
    return false;
  }
}

function itemVariables(item: Json): [string, string][] {
  if (typeof item !== "object" || item === null) return [["item", itemText(item)]];
  const whole: [string, string] = ["item", marshal(item)];
  if (Array.isArray(item)) return [whole];
  return [
    whole,
    ...Object.entries(item).map(([key, value]): [string, string] => [`item.${key}`, itemText(value)]),
  ];
}

function itemText(item: Json): string {
  if (item === null) return "null";
  return typeof item === "object" ? marshal(item) : formatValue(item);
}

function describe(item: Json): string {
  if (Array.isArray(item)) return formatValue(item);
  if (typeof item !== "object" || item === null) return itemText(item);
  const keys = Object.keys(item).sort();
  return keys.map((key) => `${key}:${itemText(item[key] ?? null)}`).join(",");
}

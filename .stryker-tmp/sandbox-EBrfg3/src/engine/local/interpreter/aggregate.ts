import { marshal } from "../../../expression/go-format.js";
import type { Json, NodeStatus } from "../../../manifest/argo.js";
import { anyString } from "./any-string.js";
import { CallError } from "./call-error.js";
import type { LocalScope } from "./scope.js";

/**
 * Adds what a loop gave under `prefix`: the results and parameters of its Succeeded items as JSON lists
 * (operator.go, processAggregateNodeOutputs).
 */
export function addAggregate(scope: LocalScope, prefix: string, children: NodeStatus[]): void {
  const items = children
    .filter((child) => child.phase === "Succeeded" && child.nodeFlag?.hooked !== true)
    .sort((a, b) => itemIndex(a) - itemIndex(b));
  const results = items.flatMap(({ outputs }) => outputs?.result ?? []).filter((result) => result !== "");
  if (results.length > 0) scope.parameters.set(`${prefix}.outputs.result`, marshal(results.map(parseResult)));
  const lists = items.map(parametersOf).filter((list) => list.size > 0);
  if (lists.length === 0) return;
  scope.parameters.set(
    `${prefix}.outputs.parameters`,
    marshal(lists.map((list) => Object.fromEntries(list))),
  );
  for (const name of new Set(lists.flatMap((list) => [...list.keys()]))) {
    const values = lists.flatMap((list) => list.get(name) ?? []);
    scope.parameters.set(`${prefix}.outputs.parameters.${name}`, aggregated(values));
  }
}

function itemIndex(node: NodeStatus): number {
  return Number(/\((\d+):/.exec(node.displayName)?.[1] ?? 0);
}

function parametersOf({ outputs }: NodeStatus): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of outputs?.parameters ?? []) {
    if (value !== undefined) values.set(name, anyString(value));
  }
  return values;
}

function parseResult(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new CallError(error instanceof Error ? error.message : String(error));
  }
}

/** Strings, unless all of them are JSON objects or lists. */
function aggregated(values: string[]): string {
  const parsed = values.map(parseStructure);
  return marshal(parsed.includes(undefined) ? values : parsed);
}

function parseStructure(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

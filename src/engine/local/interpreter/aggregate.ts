import { compactJson, marshal } from "../../../expression/go-format.js";
import type { Json, NodeStatus } from "../../../manifest/argo.js";
import { anyString } from "./any-string.js";
import { CallError } from "./call-error.js";
import type { LocalScope } from "./scope.js";

/**
 * Adds what a loop gave under `prefix`: the results and parameters of its Succeeded items as JSON lists
 * (operator.go, processAggregateNodeOutputs).
 */
export function addAggregate(scope: LocalScope, prefix: string, children: NodeStatus[]): void {
  if (children.length === 0) return;
  const items = children
    .filter((child) => child.phase === "Succeeded" && child.nodeFlag?.hooked !== true)
    .sort((a, b) => itemIndex(a) - itemIndex(b));
  const results = items.flatMap(({ outputs }) => outputs?.result ?? []);
  scope.parameters.set(`${prefix}.outputs.result`, `[${results.map(jsonResult).join(",")}]`);
  const lists = items.map(parametersOf).filter((list) => list.size > 0);
  const all = marshal(lists.map((list) => Object.fromEntries(list)));
  scope.parameters.set(`${prefix}.outputs.parameters`, all);
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

function jsonResult(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    throw new CallError(error instanceof Error ? error.message : String(error));
  }
  return compactJson(text);
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

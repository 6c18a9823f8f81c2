import type { Template } from "../../../manifest/argo.js";
import type { Frame } from "./invocation.js";
import { plainName } from "./node-names.js";

const REFERENCE = /\b(?:steps|tasks)(?:\.([\w-]+)|\['([^']+)'\]|\[\\"([^"\\]+)\\"\])\.outputs\.result/g;

/** By the list of steps or tasks of a template, which is the same on every pass. */
const known = new WeakMap<object, ReadonlySet<string>>();

/** Whether the template around a step speaks of its `outputs.result` (operator.go, hasOutputResultRef). */
export function isResultUsed({ invocation, template }: Frame): boolean {
  if (template["http"] !== undefined || template["data"] !== undefined) return true;
  const { boundaryTemplate, call } = invocation;
  return boundaryTemplate !== undefined && usedIn(boundaryTemplate).has(plainName(call.name));
}

function usedIn(template: Template): ReadonlySet<string> {
  const key = template.steps ?? template.dag?.tasks ?? template;
  const found = known.get(key);
  if (found) return found;
  const matches = [...JSON.stringify(template).matchAll(REFERENCE)];
  const names = new Set(matches.map((match) => match[1] ?? match[2] ?? match[3] ?? ""));
  known.set(key, names);
  return names;
}

import type { Call, LifecycleHook, Template } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";

/** The objects of a list that came from YAML; none when it is no list. Places in the list are kept by `index`. */
export function objectsIn<T extends object>(list: readonly T[] | undefined): { item: T; index: number }[] {
  if (!Array.isArray(list)) return [];
  return (list as unknown[]).flatMap((item, index) => {
    const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
    return isObject ? [{ item: item as T, index }] : [];
  });
}

/** The steps or tasks of a template, with the path of each from the template. */
export function callsOf(template: Template): { call: Call; path: Path }[] {
  const groups: unknown = template.steps;
  const steps = (Array.isArray(groups) ? groups : []).flatMap((group: Call[], index) =>
    objectsIn(group).map(({ item, index: place }) => ({ call: item, path: ["steps", index, place] })),
  );
  const tasks = objectsIn<Call>(template.dag?.tasks);
  return [...steps, ...tasks.map(({ item, index }) => ({ call: item, path: ["dag", "tasks", index] }))];
}

export interface Placed {
  template: Template;
  /** From the list of templates. */
  path: Path;
  /** The call whose inline template it is, and the template which makes that call. */
  inlineIn?: { placed: Placed; call: Call };
}

/** Templates and the inline templates inside them. */
export function everyTemplate(templates: readonly Template[]): Placed[] {
  const found = objectsIn(templates).map(({ item, index }): Placed => ({ template: item, path: [index] }));
  // The list grows while it is walked: inline templates may hold inline templates.
  for (const placed of found) {
    for (const { call, path } of callsOf(placed.template)) {
      for (const { item } of objectsIn(call.inline === undefined ? [] : [call.inline])) {
        found.push({ template: item, path: [...placed.path, ...path, "inline"], inlineIn: { placed, call } });
      }
    }
  }
  return found;
}

/** Everything that names a template to run: the call itself and its hooks. */
export function referencesOf(call: Call): (Call | LifecycleHook)[] {
  return [call, ...objectsIn(Object.values(call.hooks ?? {})).map(({ item }) => item)];
}

import type { Call, LifecycleHook, Template } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";

/** The steps or tasks of a template, with the path of each from the template. */
export function callsOf(template: Template): { call: Call; path: Path }[] {
  const steps = (template.steps ?? []).flatMap((group, index) =>
    group.map((call, place): { call: Call; path: Path } => ({ call, path: ["steps", index, place] })),
  );
  const tasks = (template.dag?.tasks ?? []).map((call, index): { call: Call; path: Path } => ({
    call,
    path: ["dag", "tasks", index],
  }));
  return [...steps, ...tasks];
}

/** Templates and the inline templates inside them, with the path of each from the list. */
export function everyTemplate(templates: readonly Template[]): { template: Template; path: Path }[] {
  const found = templates.map((template, index): { template: Template; path: Path } => ({
    template,
    path: [index],
  }));
  // The list grows while it is walked: inline templates may hold inline templates.
  for (const { template, path } of found) {
    for (const { call, path: callPath } of callsOf(template)) {
      if (call.inline !== undefined)
        found.push({ template: call.inline, path: [...path, ...callPath, "inline"] });
    }
  }
  return found;
}

/** Everything that names a template to run: the call itself and its hooks. */
export function referencesOf(call: Call): (Call | LifecycleHook)[] {
  return [call, ...Object.values(call.hooks ?? {})];
}

import { calledTemplate, namedCalls, warning } from "./scene.js";
import type { NamedCall, Scene, TemplateAt } from "./scene.js";
import { cycleIn } from "./dependencies.js";

/** A template that calls itself, directly or not, must have something that ends it. */
export function lintRecursion(scene: Scene): void {
  const edges = new Map<string, string[]>();
  for (const at of scene.templates) {
    const name = outermost(at).template.name;
    if (name === undefined) continue;
    const called = namedCalls(at).flatMap((call) =>
      isUnconditional(call) ? (localName(scene, call) ?? []) : [],
    );
    edges.set(name, [...(edges.get(name) ?? []), ...called]);
  }
  const cycle = cycleIn(edges);
  if (cycle === undefined) return;
  const caller = scene.templates.find(({ template }) => template.name === cycle[0]);
  const call = caller && namedCalls(caller).find((candidate) => localName(scene, candidate) === cycle[1]);
  const message = `The template \`${cycle[0]}\` calls itself without end: ${cycle.join(" -> ")}.`;
  const fault = warning("endless-recursion", message, "Give one of the calls a `when` that becomes false.");
  scene.report(fault, call ? [...call.path, "template"] : (caller?.path ?? scene.specPath));
}

function outermost(at: TemplateAt): TemplateAt {
  return at.outer === undefined ? at : outermost(at.outer);
}

function localName(scene: Scene, call: NamedCall): string | undefined {
  const { template } = call.call;
  return template !== undefined && calledTemplate(scene, call) !== undefined ? template : undefined;
}

/** Loops may be empty, and `depends` on a result may not hold. */
function isUnconditional({ call }: NamedCall): boolean {
  const depends = "depends" in call && typeof call.depends === "string" && call.depends.includes(".");
  return !depends && (call.when ?? call.withParam ?? call.withSequence) === undefined;
}

import { error, isBlank, namedCalls } from "./scene.js";
import type { Scene, TemplateAt } from "./scene.js";
import type { Path } from "../problem.js";

const TYPES = [
  "container",
  "containerSet",
  "script",
  "steps",
  "dag",
  "suspend",
  "resource",
  "data",
  "http",
  "plugin",
];
const TEMPLATE_NAME = /^[a-zA-Z0-9][-a-zA-Z0-9]*$/;
const PARAMETER_NAME = /^[-a-zA-Z0-9_]+$/;

/** Each template has one name, one type and something to do; names are unique and spelled as Argo asks. */
export function lintTemplates(scene: Scene): void {
  const named = scene.templates.filter(({ outer }) => outer === undefined);
  lintNames(
    scene,
    "template",
    named.map(({ template, path }) => ({ name: template.name, path })),
    TEMPLATE_NAME,
  );
  for (const at of scene.templates) {
    if (isBlank(at.template) && at.outer === undefined) continue;
    if (at.outer === undefined && at.template.name === undefined && !scene.isLost([...at.path, "name"])) {
      scene.report(error("missing-field", "The template has no `name`."), at.path);
    }
    lintType(scene, at);
    lintEmpty(scene, at);
    for (const what of ["step", "task"] as const) {
      const calls = namedCalls(at).filter((call) => call.what === what);
      lintNames(
        scene,
        what,
        calls.map(({ call, path }) => ({ name: call.name, path })),
        TEMPLATE_NAME,
      );
    }
    lintParameterNames(scene, at);
  }
}

function lintType(scene: Scene, at: TemplateAt): void {
  const types = TYPES.filter((type) => at.template[type] !== undefined);
  const name = at.template.name === undefined ? "The template" : `The template \`${at.template.name}\``;
  if (types.length === 0 && !TYPES.some((type) => scene.isLost([...at.path, type]))) {
    const hint = `Give it one of ${TYPES.join(", ")}; a gate is \`suspend: {}\`.`;
    scene.report(error("missing-template-type", `${name} does nothing.`, hint), namePath(at));
  }
  if (types.length > 1) {
    const hint = "Make a template of each, and call them as steps.";
    const message = `${name} has ${types.length} types: ${types.join(", ")}.`;
    scene.report(error("several-template-types", message, hint), [...at.path, types[1]!], { of: "key" });
  }
}

function namePath(at: TemplateAt): Path {
  return at.template.name === undefined ? at.path : [...at.path, "name"];
}

function lintEmpty(scene: Scene, at: TemplateAt): void {
  const { steps, dag } = at.template;
  if (steps !== undefined && steps.length === 0) {
    scene.report(
      error("empty-steps", "`steps` has no steps.", "Add a step: `- - name: …`."),
      [...at.path, "steps"],
      {
        of: "key",
      },
    );
  }
  if (dag?.tasks !== undefined && dag.tasks.length === 0) {
    scene.report(
      error("empty-steps", "`dag` has no tasks.", "Add a task: `- name: …`."),
      [...at.path, "dag", "tasks"],
      {
        of: "key",
      },
    );
  }
}

function lintNames(
  scene: Scene,
  what: string,
  places: { name: string | undefined; path: Path }[],
  spelling: RegExp,
): void {
  const seen = new Set<string>();
  for (const { name, path } of places) {
    if (name === undefined) continue;
    if (seen.has(name)) {
      const fault = error(
        `duplicate-${what}`,
        `Another ${what} has the name \`${name}\`.`,
        "Give each its own name.",
      );
      scene.report(fault, [...path, "name"]);
    }
    seen.add(name);
    if (!spelling.test(name) || name.length > 128) {
      const allowed = spelling === TEMPLATE_NAME ? "letters, digits and `-`" : "letters, digits, `-` and `_`";
      const fault = error(
        "invalid-name",
        `\`${name}\` cannot be the name of a ${what}.`,
        `Use ${allowed} only.`,
      );
      scene.report(fault, [...path, "name"]);
    }
  }
}

function lintParameterNames(scene: Scene, { template, path }: TemplateAt): void {
  for (const side of ["inputs", "outputs"] as const) {
    for (const kind of ["parameters", "artifacts"] as const) {
      const places = (template[side]?.[kind] ?? []).map(({ name }, index) => ({
        name,
        path: [...path, side, kind, index],
      }));
      lintNames(scene, kind === "parameters" ? "parameter" : "artifact", places, PARAMETER_NAME);
    }
  }
}

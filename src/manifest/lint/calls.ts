import { suggestion } from "../nearest.js";
import type { Manifest } from "../manifest.js";
import { AUTHORIZE, error, isBlank, isDynamic, specOf, templateNamed, warning } from "./scene.js";
import type { CallAt, Scene } from "./scene.js";

const WAYS = ["template", "templateRef", "inline"] as const;

/** Every call reaches a template, and only one. */
export function lintCalls(scene: Scene): void {
  lintEntrypoint(scene);
  for (const call of scene.calls) lintCall(scene, call);
}

function lintEntrypoint({ manifest, spec, specPath, isLost, report }: Scene): void {
  if (spec.entrypoint !== undefined || spec.workflowTemplateRef !== undefined) return;
  const isLibrary =
    manifest.kind === "WorkflowTemplate" &&
    manifest.object.metadata.annotations?.["sluice.dev/on"] === undefined;
  if (isLibrary || isLost([...specPath, "entrypoint"])) return;
  const hint = "Name the template to start with: `entrypoint: NAME`.";
  report(error("missing-entrypoint", "The workflow has no `entrypoint`.", hint), specPath, { of: "key" });
}

function lintCall(scene: Scene, at: CallAt): void {
  const { call, path, what } = at;
  if (isBlank(call)) return;
  const ways = WAYS.filter((way) => call[way] !== undefined);
  if (ways.length === 0) {
    if (WAYS.some((way) => scene.isLost([...path, way]))) return;
    const hint = "Name the template to call: `template: NAME`.";
    scene.report(error("missing-template", `The ${what} calls no template.`, hint), path);
  } else if (ways.length > 1) {
    const fault = error("several-templates", `The ${what} has ${ways.join(" and ")}.`, "Keep one of them.");
    scene.report(fault, [...path, ways[1]!], { of: "key" });
  } else if (call.templateRef !== undefined) {
    lintTemplateRef(scene, at);
  } else if (call.template !== undefined) {
    lintTemplateName(scene, at, call.template);
  }
}

function lintTemplateName(scene: Scene, at: CallAt, name: string): void {
  if (isDynamic(name) || name === AUTHORIZE || scene.isLost([...scene.specPath, "templates"], 1)) return;
  const reference = scene.spec.workflowTemplateRef;
  const elsewhere =
    reference === undefined || reference.clusterScope === true
      ? undefined
      : scene.library.get(reference.name);
  if (reference !== undefined && elsewhere === undefined) return;
  if (templateNamed(scene.spec, name) !== undefined) return;
  const spec = elsewhere === undefined ? scene.spec : specOf(elsewhere);
  if (templateNamed(spec, name) !== undefined) return;
  scene.report(unknownTemplate(name, names(spec), at.what), at.namePath);
}

function lintTemplateRef(scene: Scene, at: CallAt): void {
  const { name, template, clusterScope } = at.call.templateRef ?? {};
  if (name === undefined || template === undefined) {
    const missing = name === undefined ? "name" : "template";
    scene.report(
      error("missing-field", `The templateRef has no \`${missing}\`.`),
      [...at.path, "templateRef"],
      { of: "key" },
    );
    return;
  }
  if (clusterScope === true || isDynamic(name) || isDynamic(template)) return;
  const library = scene.library.get(name);
  if (library === undefined)
    return scene.report(notInCommit(name, scene.library), [...at.path, "templateRef", "name"]);
  if (templateNamed(specOf(library), template) === undefined) {
    scene.report(unknownTemplate(template, names(specOf(library)), at.what), at.namePath);
  }
}

/** A reference to a whole WorkflowTemplate that only the cluster can have. */
export function lintWorkflowTemplateRef({ spec, specPath, library, report }: Scene): void {
  const reference = spec.workflowTemplateRef;
  if (reference === undefined || reference.clusterScope === true) return;
  if (reference.name === undefined || isDynamic(reference.name) || library.has(reference.name)) return;
  report(notInCommit(reference.name, library), [...specPath, "workflowTemplateRef", "name"]);
}

function notInCommit(name: string, library: ReadonlyMap<string, Manifest>): ReturnType<typeof warning> {
  const otherwise = "It must be in the cluster when the workflow runs.";
  const message = `The WorkflowTemplate \`${name}\` is not in this commit.`;
  return warning("unknown-workflow-template", message, suggestion(name, library.keys(), otherwise));
}

function unknownTemplate(name: string, known: string[], what: CallAt["what"]): ReturnType<typeof error> {
  const otherwise =
    known.length === 0
      ? "Define it under `templates`."
      : `The templates are ${known.slice(0, 12).join(", ")}.`;
  const message = `There is no template \`${name}\` for this ${what}.`;
  return error("unknown-template", message, suggestion(name, known, otherwise));
}

function names(spec: { templates?: { name?: string }[] }): string[] {
  return (spec.templates ?? []).flatMap(({ name }) => name ?? []);
}

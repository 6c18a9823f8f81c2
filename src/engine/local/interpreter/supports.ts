import { parseDuration } from "../../../lib/duration.js";
import type { Artifact, Call, Template, Workflow, WorkflowSpec } from "../../../manifest/argo.js";
import type { Path } from "../../../manifest/problem.js";
import type { Unsupported } from "../../engine.js";
import type { Library } from "./facts.js";
import { containersOf } from "./container-set.js";
import { isKeyOnly } from "./key-only.js";
import {
  callFields,
  containerFields,
  ignored,
  sourcesOf,
  specFields,
  templateFields,
} from "./supported-fields.js";
import { TEMPLATE_TYPES } from "./templates.js";

/**
 * Everything of a workflow that this interpreter would not run as Argo does, by path. A field that is not known to be
 * supported is refused: nothing is silently left out. Templates reached by reference are reported at the reference.
 */
export function unsupported(workflow: Workflow, library: Library): Unsupported[] {
  const { spec } = workflow;
  const found = specProblems(spec, ["spec"]);
  const reference = spec.workflowTemplateRef;
  const referenced = reference && library.workflowTemplates[reference.name];
  if (reference && !referenced) {
    found.push(
      at(["spec", "workflowTemplateRef", "name"], `WorkflowTemplate ${reference.name} is not known here`),
    );
  }
  if (referenced) {
    const inner = specProblems(referenced.spec, []);
    found.push(
      ...inner.map((problem) => moved(problem, ["spec", "workflowTemplateRef"], referenced.metadata.name)),
    );
  }
  return [...found, ...referenceProblems(workflow, library)];
}

function at(path: Path, message: string): Unsupported {
  return { path, message };
}

function moved({ path, message }: Unsupported, to: Path, owner: string | undefined): Unsupported {
  return { path: to, message: `WorkflowTemplate ${owner ?? ""}, ${path.join(".")}: ${message}` };
}

function specProblems(spec: WorkflowSpec, path: Path): Unsupported[] {
  return [
    ...unknownFields(spec, specFields, path),
    ...volumeProblems(spec["volumes"], [...path, "volumes"]),
    ...(spec.suspend === true ? [refusal([...path, "suspend"])] : []),
    ...(spec.templates ?? []).flatMap((template, index) =>
      templateProblems(template, [...path, "templates", index]),
    ),
    ...(spec.templateDefaults
      ? templateProblems(spec.templateDefaults, [...path, "templateDefaults"], true)
      : []),
    ...artifactProblems(spec.arguments?.artifacts, [...path, "arguments", "artifacts"]),
  ];
}

function refusal(path: Path): Unsupported {
  const name = path.findLast((part) => typeof part === "string") ?? "";
  return at(path, `the local engine does not support ${name} yet`);
}

function unknownFields(object: object, known: ReadonlySet<string>, path: Path): Unsupported[] {
  return Object.entries(object)
    .filter(([field, value]) => !known.has(field) && !ignored.has(field) && !isEmpty(value))
    .map(([field]) => refusal([...path, field]));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function templateProblems(template: Template, path: Path, isDefaults = false): Unsupported[] {
  const steps = (template.steps ?? []).flatMap((group, index) =>
    group.flatMap((step, inner) => callProblems(step, [...path, "steps", index, inner])),
  );
  const tasks = (template.dag?.tasks ?? []).flatMap((task, index) =>
    callProblems(task, [...path, "dag", "tasks", index]),
  );
  return [
    ...typeProblems(template, path, isDefaults),
    ...unknownFields(template, templateFields, path),
    ...containerProblems(template, path),
    ...volumeProblems(template["volumes"], [...path, "volumes"]),
    ...durationProblems(template, path),
    ...artifactProblems(template.inputs?.artifacts, [...path, "inputs", "artifacts"]),
    ...artifactProblems(template.outputs?.artifacts, [...path, "outputs", "artifacts"]),
    ...steps,
    ...tasks,
  ];
}

function typeProblems(template: Template, path: Path, isDefaults: boolean): Unsupported[] {
  const types = TEMPLATE_TYPES.filter((type) => template[type] !== undefined);
  if (types.length > 1 && !isDefaults)
    return [at(path, `a template has one type, not ${types.join(" and ")}`)];
  return [];
}

function containerProblems(template: Template, path: Path): Unsupported[] {
  const single = (["container", "script"] as const).flatMap((type) => {
    const container = template[type];
    return container ? unknownFields(container, containerFields, [...path, type]) : [];
  });
  const set = containersOf(template).flatMap((container, index) =>
    unknownFields(container, containerFields, [...path, "containerSet", "containers", index]),
  );
  return [...single, ...set];
}

const VOLUMES = ["name", "emptyDir", "configMap"];

function volumeProblems(volumes: unknown, path: Path): Unsupported[] {
  if (!Array.isArray(volumes)) return [];
  return (volumes as object[]).flatMap((volume, index) =>
    Object.keys(volume)
      .filter((field) => !VOLUMES.includes(field))
      .map((field) =>
        at([...path, index, field], `the local engine has no ${field} volumes, only emptyDir and configMap`),
      ),
  );
}

function durationProblems({ timeout }: Template, path: Path): Unsupported[] {
  if (timeout === undefined || timeout.includes("{{") || parseDuration(timeout) !== undefined) return [];
  return [at([...path, "timeout"], `timeout is not a duration: ${timeout}`)];
}

function callProblems(call: Call, path: Path): Unsupported[] {
  return [
    ...unknownFields(call, callFields, path),
    ...artifactProblems(call.arguments?.artifacts, [...path, "arguments", "artifacts"]),
    ...(call.inline ? templateProblems(call.inline, [...path, "inline"]) : []),
  ];
}

function artifactProblems(artifacts: Artifact[] | undefined, path: Path): Unsupported[] {
  return (artifacts ?? []).flatMap((artifact, index) => {
    const refused = sourcesOf.stores.find(
      (store) => artifact[store] !== undefined && !isKeyOnly(artifact[store]),
    );
    if (refused === undefined) return [];
    const kinds = sourcesOf.supported.join(", ");
    return [at([...path, index, refused], `the local engine has no ${refused} artifacts, only ${kinds}`)];
  });
}

/** Templates that calls reach by templateRef: each WorkflowTemplate once, reported at the first call. */
function referenceProblems({ spec }: Workflow, library: Library): Unsupported[] {
  const main = library.workflowTemplates[spec.workflowTemplateRef?.name ?? ""];
  const open: { name: string; path: Path }[] = [
    ...referencesIn(spec.templates ?? [], ["spec", "templates"]),
    ...referencesIn(main?.spec.templates ?? [], []).map(({ name }) => ({
      name,
      path: ["spec", "workflowTemplateRef"],
    })),
  ];
  const seen = new Set<string>();
  const found: Unsupported[] = [];
  for (let next = open.shift(); next; next = open.shift()) {
    const { name, path } = next;
    if (seen.has(name)) continue;
    seen.add(name);
    const templates = library.workflowTemplates[name]?.spec.templates;
    if (!templates) {
      found.push(at(path, `WorkflowTemplate ${name} is not known here`));
      continue;
    }
    const inner = templates.flatMap((template, index) => templateProblems(template, ["templates", index]));
    found.push(...inner.map((problem) => moved(problem, path, name)));
    open.push(...referencesIn(templates, []).map((reference) => ({ ...reference, path })));
  }
  return found;
}

/** The WorkflowTemplates that the calls of these templates name. */
function referencesIn(templates: Template[], path: Path): { name: string; path: Path }[] {
  return templates.flatMap((template, index) =>
    callsOf(template).flatMap(({ call, inner }) => {
      const at = [...path, index, ...inner];
      const own = call.templateRef
        ? [{ name: call.templateRef.name ?? "", path: [...at, "templateRef"] }]
        : [];
      return call.inline ? [...own, ...referencesIn([call.inline], [...at, "inline"])] : own;
    }),
  );
}

function callsOf(template: Template): { call: Call; inner: Path }[] {
  const steps = (template.steps ?? []).flatMap((group, index) =>
    group.map((call, inner) => ({ call, inner: ["steps", index, inner] as Path })),
  );
  const tasks = (template.dag?.tasks ?? []).map((call, index) => ({
    call,
    inner: ["dag", "tasks", index] as Path,
  }));
  return [...steps, ...tasks];
}

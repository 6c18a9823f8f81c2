import type { Arguments, Artifact, Parameter, Template } from "../argo.js";
import { calledTemplate, error, isDynamic, SUPPLIED_PARAMETER, warning } from "./scene.js";
import type { CallAt, Scene } from "./scene.js";

const LOCATIONS = [
  "artifactory",
  "azure",
  "gcs",
  "git",
  "hdfs",
  "http",
  "oss",
  "plugin",
  "raw",
  "s3",
  "from",
  "fromExpression",
];

/** Every required input of a called template is supplied, and values are among those of their enum. */
export function lintArguments(scene: Scene): void {
  for (const at of scene.calls) {
    if (at.what === "onExit") continue;
    const template = calledTemplate(scene, at);
    if (template === undefined || at.call.inline !== undefined) continue;
    if (at.what === "entrypoint" && scene.manifest.kind === "WorkflowTemplate") continue;
    if (scene.isLost([...at.path, "arguments"]) || scene.isLost([...scene.specPath, "arguments"])) continue;
    lintMissing(scene, at, template);
  }
  lintWorkflowParameters(scene);
}

function lintMissing(scene: Scene, at: CallAt, template: Template): void {
  const given =
    at.owner === undefined ? joined(at.call.arguments, scene.spec.arguments) : (at.call.arguments ?? {});
  const path = at.what === "entrypoint" ? at.path : [...at.path, "name"];
  const name = template.name ?? "";
  for (const parameter of template.inputs?.parameters ?? []) {
    const argument = given.parameters?.find((candidate) => candidate.name === parameter.name);
    if (hasValue(argument) || (argument === undefined && hasDefault(parameter))) continue;
    if (at.owner === undefined && SUPPLIED_PARAMETER.test(parameter.name)) continue;
    scene.report(missing("parameter", parameter.name, name), path);
  }
  for (const artifact of template.inputs?.artifacts ?? []) {
    const argument = given.artifacts?.find((candidate) => candidate.name === artifact.name);
    if (argument !== undefined || artifact.optional === true || hasLocation(artifact)) continue;
    scene.report(missing("artifact", artifact.name, name), path);
  }
}

function joined(own: Arguments | undefined, spec: Arguments | undefined): Arguments {
  return {
    parameters: [...(own?.parameters ?? []), ...(spec?.parameters ?? [])],
    artifacts: [...(own?.artifacts ?? []), ...(spec?.artifacts ?? [])],
  };
}

function missing(what: "parameter" | "artifact", name: string, template: string): ReturnType<typeof error> {
  const hint = `Add it under \`arguments.${what}s\`: \`- name: ${name}\`, or give the input a default.`;
  return error("missing-argument", `The template \`${template}\` needs the ${what} \`${name}\`.`, hint);
}

function hasValue(parameter: Parameter | undefined): boolean {
  return parameter?.value !== undefined || parameter?.valueFrom !== undefined;
}

function hasDefault(parameter: Parameter): boolean {
  return parameter.default !== undefined || hasValue(parameter);
}

function hasLocation(artifact: Artifact): boolean {
  return LOCATIONS.some((location) => artifact[location] !== undefined);
}

function lintWorkflowParameters({ manifest, spec, specPath, isLost, report }: Scene): void {
  (spec.arguments?.parameters ?? []).forEach((parameter, index) => {
    const path = [...specPath, "arguments", "parameters", index];
    const { name, value } = parameter;
    if (!hasDefault(parameter) && name !== undefined && !SUPPLIED_PARAMETER.test(name) && !isLost(path)) {
      if (manifest.kind === "WorkflowTemplate") return;
      const hint = "Give it a value; only a comment or a dispatch can supply one.";
      report(warning("missing-value", `The workflow parameter \`${name}\` has no value.`, hint), path);
    }
    const choices = parameter.enum?.map(String);
    if (choices === undefined || value === undefined || isDynamic(String(value))) return;
    if (choices.includes(String(value))) return;
    report(
      error(
        "not-in-enum",
        `\`${value}\` is not in the enum of \`${name}\`.`,
        `Use one of ${choices.join(", ")}.`,
      ),
      [...path, "value"],
    );
  });
}

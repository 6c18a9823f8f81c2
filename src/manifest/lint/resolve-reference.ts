import { nearest } from "../nearest.js";
import type { Fault } from "../source.js";
import { error, SUPPLIED_PARAMETER } from "./scene.js";
import type { OutputNames, ReferenceScope } from "./reference-scope.js";
import type { Scene } from "./scene.js";

/** Names of a workflow's own values; more parts may follow where the value has parts. */
const WORKFLOW_NAMES = [
  "name",
  "namespace",
  "mainEntrypoint",
  "serviceAccountName",
  "uid",
  "priority",
  "status",
  "failures",
  "duration",
  "scheduledTime",
  "creationTimestamp",
  "parameters",
  "labels",
  "annotations",
  "outputs",
];
const PEER_FIELDS = [
  "id",
  "ip",
  "status",
  "hostNodeName",
  "startedAt",
  "finishedAt",
  "outputs",
  "exitCode",
  "name",
];

/**
 * What is wrong with a simple tag, if anything. Only tags whose first word is Argo's must resolve; any other tag is
 * left as it stands when the workflow runs (`{{item}}`, `{{retries}}`, a template of another tool).
 */
export function resolveReference(scene: Scene, tag: string, scope: ReferenceScope): Fault | undefined {
  if (/[^-\w.]/.test(tag)) return undefined;
  const [first, ...rest] = tag.split(".");
  if (first === "workflow") return workflowFault(scene, rest, scope);
  if (scope.workflowOnly === true || rest.length === 0) return undefined;
  if (first === "inputs") return inputFault(rest, scope);
  if (first === "steps" || first === "tasks")
    return peerFault(first === "steps" ? "step" : "task", rest, scope);
  return undefined;
}

function workflowFault(scene: Scene, [field, ...rest]: string[], scope: ReferenceScope): Fault | undefined {
  if (field === undefined) return undefined;
  if (!WORKFLOW_NAMES.includes(field)) {
    return unknown(`A workflow has no \`${field}\`.`, field, WORKFLOW_NAMES, "workflow.");
  }
  const name = rest.join(".");
  if (field !== "parameters" || name === "" || name === "json" || SUPPLIED_PARAMETER.test(name))
    return undefined;
  if (!scope.isReachable || scene.spec.workflowTemplateRef !== undefined) return undefined;
  if (scene.isLost([...scene.specPath, "arguments"])) return undefined;
  const known = (scene.spec.arguments?.parameters ?? []).map((parameter) => parameter.name);
  if (known.includes(name) || known.includes(rest[0]!)) return undefined;
  return unknown(`There is no workflow parameter \`${name}\`.`, name, known, "workflow.parameters.");
}

function inputFault([kind, ...rest]: string[], scope: ReferenceScope): Fault | undefined {
  if (kind === undefined) return undefined;
  if (kind !== "parameters" && kind !== "artifacts") {
    return unknown(`Inputs have no \`${kind}\`.`, kind, ["parameters", "artifacts"], "inputs.");
  }
  const name = rest[0];
  const known = scope[kind];
  if (name === undefined || known === undefined || known.has(name)) return undefined;
  const what = kind === "parameters" ? "parameter" : "artifact";
  return unknown(`The template has no input ${what} \`${name}\`.`, name, [...known], `inputs.${kind}.`);
}

function peerFault(
  what: "step" | "task",
  [name, ...rest]: string[],
  scope: ReferenceScope,
): Fault | undefined {
  if (name === undefined || (name === "name" && rest.length === 0)) return undefined;
  const peers = (scope.peers ?? []).filter((candidate) => candidate.what === what);
  const ready = peers.find(({ isReady, outputsOf }) => outputsOf(name) !== undefined && isReady(name));
  if (ready !== undefined) return outputFault(what, name, rest, ready.outputsOf(name) ?? {});
  if (peers.some(({ outputsOf }) => outputsOf(name) !== undefined)) return notYet(what, name);
  if (peers.length === 0) {
    const hint = "Hand the value over as an input parameter.";
    return error(
      "unknown-reference",
      `A template without ${what}s cannot look at the ${what} \`${name}\`.`,
      hint,
    );
  }
  const known = peers.flatMap(({ names }) => names());
  return unknown(`There is no ${what} \`${name}\` in this template.`, name, known, `${what}s.`);
}

function notYet(what: "step" | "task", name: string): Fault {
  if (what === "step") {
    const hint = "Refer to a step of an earlier group (`- -` begins a group).";
    return error("late-reference", `The step \`${name}\` has not run yet when this is read.`, hint);
  }
  const hint = `Add \`${name}\` to the task's \`dependencies\`.`;
  return error("late-reference", `The task does not wait for \`${name}\`.`, hint);
}

function outputFault(
  what: "step" | "task",
  name: string,
  [field, kind, output]: string[],
  outputs: OutputNames,
): Fault | undefined {
  if (field === undefined) return undefined;
  if (!PEER_FIELDS.includes(field)) {
    return unknown(`A ${what} has no \`${field}\`.`, field, PEER_FIELDS, `${what}s.${name}.`);
  }
  if (field !== "outputs" || (kind !== "parameters" && kind !== "artifacts") || output === undefined)
    return undefined;
  const known = outputs[kind];
  if (known === undefined || known.has(output)) return undefined;
  const part = kind === "parameters" ? "parameter" : "artifact";
  const message = `The ${what} \`${name}\` has no output ${part} \`${output}\`.`;
  return unknown(message, output, [...known], `${what}s.${name}.outputs.${kind}.`);
}

function unknown(message: string, name: string, known: string[], prefix: string): Fault {
  const similar = nearest(name, known);
  if (similar !== undefined)
    return error("unknown-reference", message, `Did you mean \`{{${prefix}${similar}}}\`?`);
  const hint =
    known.length === 0 ? "Declare it." : `Declare it, or use one of ${known.slice(0, 12).join(", ")}.`;
  return error("unknown-reference", message, hint);
}

import type { Parameter, Template } from "../manifest/argo.js";
import { annotation } from "../run/metadata.js";
import { isGate } from "./gate-rules.js";
import { objectsIn } from "./walk-templates.js";

/** How to end a gate's node, every supplied output set; or why the template says no clear answer. */
export type GateOutcome =
  { phase: "Succeeded" | "Failed"; outputs: Record<string, string> } | { fault: string };

type Value = { value: string } | { fault: string };

/**
 * Maps a decision onto a suspend template. An approval sets every supplied output parameter: of an enum's two values
 * the default is the one that means no and the other approves; `sluice.dev/approve: 'name=value'` (a line each)
 * says it otherwise. A rejection fails the node, whatever the outputs are: it is always possible, and the run does
 * not go on by itself.
 */
export function gateAnswer(template: Template, decision: "approved" | "rejected"): GateOutcome {
  if (!isGate(template)) return { fault: "a suspend template with a duration is a delay, not a gate" };
  // A value that says no stops only the steps that look at it; a gate that has failed stops them all.
  if (decision === "rejected") return { phase: "Failed", outputs: {} };
  const supplied = suppliedOutputs(template);
  if (supplied.length === 0) return { phase: "Succeeded", outputs: {} };
  const written = readApprove(template);
  if (typeof written === "string") return { fault: written };
  const outputs: [string, string][] = [];
  let says = false;
  for (const output of supplied) {
    const { approve, decides } = answerOf(template, output, written);
    if ("fault" in approve) return approve;
    outputs.push([output.name, approve.value]);
    says ||= decides;
  }
  if (!says) return { fault: undecided };
  return { phase: "Succeeded", outputs: Object.fromEntries(outputs) };
}

/**
 * The outputs that mean no, where every one has such a value: what someone sets who answers a gate by other means than
 * Sluice, and with what the node then succeeds. Undefined where no answer by outputs can refuse.
 */
export function refusalOutputs(template: Template): Record<string, string> | undefined {
  const supplied = suppliedOutputs(template);
  const written = readApprove(template);
  if (supplied.length === 0 || typeof written === "string") return undefined;
  const answers = supplied.map((output) => ({ name: output.name, ...answerOf(template, output, written) }));
  if (!answers.some(({ decides }) => decides)) return undefined;
  const outputs: [string, string][] = [];
  for (const { name, reject } of answers) {
    if ("fault" in reject) return undefined;
    outputs.push([name, reject.value]);
  }
  return Object.fromEntries(outputs);
}

const undecided = `no output of the gate tells an approval from a rejection: give an input of the same name an enum of two values and a default, or write ${annotation.approve}`;

function suppliedOutputs(template: Template): Parameter[] {
  const outputs = objectsIn(template.outputs?.parameters).map(({ item }) => item);
  return outputs.filter(({ valueFrom }) => valueFrom?.supplied !== undefined && valueFrom.supplied !== null);
}

/** The annotation's values by output name; a text is a fault. */
function readApprove(template: Template): Map<string, string> | string {
  const text: unknown = template.metadata?.annotations?.[annotation.approve];
  const values = new Map<string, string>();
  if (text === undefined) return values;
  if (typeof text !== "string") return `${annotation.approve} must be a text like 'name=value'`;
  const supplied = new Set(suppliedOutputs(template).map(({ name }) => name));
  for (const line of text.split("\n").map((part) => part.trim())) {
    if (line === "") continue;
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(at, 0)).trim();
    if (name === "") return `${annotation.approve} must be 'name=value', not "${line.slice(0, 60)}"`;
    if (!supplied.has(name))
      return `${annotation.approve} names "${name}", which is no supplied output of the gate`;
    if (values.has(name)) return `${annotation.approve} names "${name}" twice`;
    values.set(name, line.slice(at + 1).trim());
  }
  return values.size === 0 ? `${annotation.approve} is empty` : values;
}

/** `decides`: the two values differ, so that this output carries the decision. */
function answerOf(
  template: Template,
  output: Parameter,
  written: Map<string, string>,
): { approve: Value; reject: Value; decides: boolean } {
  const input = objectsIn(template.inputs?.parameters).find(({ item }) => item.name === output.name)?.item;
  const choices = !Array.isArray(input?.enum) ? undefined : [...new Set(input.enum.map(String))];
  const reject = rejectValue(input, output, choices);
  const approve = approveValue(output.name, written, choices, reject);
  if ("value" in approve && "value" in reject && approve.value === reject.value) {
    const same = { fault: `the output "${output.name}" would say "${approve.value}" for both answers` };
    const decides = written.has(output.name) || choices !== undefined;
    return decides ? { approve: same, reject: same, decides } : { approve, reject, decides };
  }
  // Without a clear approval there is no clear rejection either: the node then fails.
  if ("fault" in approve) return { approve, reject: approve, decides: true };
  return { approve, reject, decides: true };
}

/** With such a default a rejection would let the run go on; the author must then say which value approves. */
const soundsLikeYes =
  /^(y|yes|true|ok|okay|go|on|1|accept|accepted|approve|approved|continue|proceed|apply)$/i;

function rejectValue(input: Parameter | undefined, output: Parameter, choices: string[] | undefined): Value {
  const value = output.valueFrom?.default ?? input?.default;
  if (value === undefined)
    return { fault: `the output "${output.name}" has no default, which is what a rejection says` };
  if (String(value).includes("{{"))
    return { fault: `the default of "${output.name}" is known only at run time` };
  if (choices !== undefined && !choices.includes(String(value))) {
    return { fault: `the default "${String(value)}" of "${output.name}" is not in its enum` };
  }
  return { value: String(value) };
}

function approveValue(
  name: string,
  written: Map<string, string>,
  choices: string[] | undefined,
  reject: Value,
): Value {
  if (choices?.some((choice) => choice.includes("{{")))
    return { fault: `the enum of "${name}" is known only at run time` };
  const value = written.get(name);
  if (value !== undefined) {
    if (value.includes("{{")) return { fault: `${annotation.approve} of "${name}" holds a tag` };
    if (choices?.includes(value) !== false) return { value };
    return {
      fault: `${annotation.approve} says "${name}=${value}", which is not in the enum ${choices.join(", ")}`,
    };
  }
  if (choices === undefined) {
    // Another output carries the decision: this one keeps its default.
    if (written.size > 0) return reject;
    return {
      fault: `the output "${name}" has no enum, so ${annotation.approve} must say what an approval sets`,
    };
  }
  if ("fault" in reject) return reject;
  if (soundsLikeYes.test(reject.value)) {
    return {
      fault: `the default "${reject.value}" of "${name}" is what a rejection says: name the approval in ${annotation.approve}`,
    };
  }
  const [other, ...more] = choices.filter((choice) => choice !== reject.value);
  if (other !== undefined && more.length === 0) return { value: other };
  return {
    fault: `the enum of "${name}" needs exactly one value besides its default, or ${annotation.approve}`,
  };
}

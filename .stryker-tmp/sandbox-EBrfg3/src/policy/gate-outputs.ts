import type { Parameter, Template } from "../manifest/argo.js";
import { annotation } from "../run/metadata.js";
import { isGate } from "./gate-rules.js";
import { objectsIn } from "./walk-templates.js";

/** How to end a gate's node, every supplied output set; or why the template says no clear answer. */
export type GateOutcome =
  { phase: "Succeeded" | "Failed"; outputs: Record<string, string> } | { fault: string };

type Value = { value: string } | { fault: string };

/**
 * Maps a decision onto the supplied output parameters of a suspend template. Of an enum's two values the default
 * rejects and the other approves; `sluice.dev/approve: 'name=value'` (a line each) says it otherwise. A rejection
 * that has no value to say it with fails the node: rejecting is always possible, and the run does not go on by itself.
 */
export function gateAnswer(template: Template, decision: "approved" | "rejected"): GateOutcome {
  if (!isGate(template)) return { fault: "a suspend template with a duration is a delay, not a gate" };
  const supplied = suppliedOutputs(template);
  if (supplied.length === 0) return { phase: decision === "approved" ? "Succeeded" : "Failed", outputs: {} };
  const written = readApprove(template);
  if (typeof written === "string")
    return decision === "approved" ? { fault: written } : { phase: "Failed", outputs: {} };
  const outputs: [string, string][] = [];
  let says = false;
  for (const output of supplied) {
    const values = answerOf(template, output, written);
    const value = decision === "approved" ? values.approve : values.reject;
    if ("fault" in value) return decision === "approved" ? value : { phase: "Failed", outputs: {} };
    outputs.push([output.name, value.value]);
    says ||= values.decides;
  }
  if (!says) return decision === "approved" ? { fault: undecided } : { phase: "Failed", outputs: {} };
  return { phase: "Succeeded", outputs: Object.fromEntries(outputs) };
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
    if (at < 1 || name === "")
      return `${annotation.approve} must be 'name=value', not "${line.slice(0, 60)}"`;
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

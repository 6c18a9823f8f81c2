import { parseDuration } from "../../../lib/duration.js";
import type { NodeStatus, Parameter, Template } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import type { GateAnswer } from "../../engine.js";
import { anyString } from "./any-string.js";
import { CallError } from "./call-error.js";
import { haltOf } from "./halt.js";
import type { Frame } from "./invocation.js";
import { openNode } from "./open-node.js";
import { publishGlobals } from "./outputs.js";
import type { RunState } from "./run-state.js";

/** A suspend template: runs until it is answered, or until its duration is over. */
export function executeSuspend(frame: Frame): NodeStatus {
  const { run, invocation, template } = frame;
  const existing = run.node(invocation.name);
  const node = existing && existing.phase !== "Pending" ? existing : createSuspend(frame);
  if (isFulfilled(node.phase)) return node;
  const halt = haltOf(run, invocation.onExit);
  if (halt) return run.mark(node, "Failed", halt.waiting);
  const duration = durationOf(template);
  if (duration === undefined) return node;
  const resumeAt = Date.parse(node.startedAt ?? "") + duration;
  if (run.now < resumeAt) {
    run.act({ type: "wake", at: resumeAt });
    return node;
  }
  supplyOutputs(node, {});
  run.mark(node, "Succeeded");
  publishGlobals(run, node);
  return node;
}

function createSuspend(frame: Frame): NodeStatus {
  const { template } = frame;
  const node = openNode(frame, "Suspend");
  node.inputs?.parameters?.forEach(readChoices);
  const supplied = (template.outputs?.parameters ?? []).filter(
    ({ valueFrom }) => valueFrom?.supplied !== undefined,
  );
  if (supplied.length > 0) node.outputs = { parameters: structuredClone(supplied) };
  return node;
}

/** An input whose value is JSON such as `{"enum": [...]}` sets its own choices, of which the first is its default. */
function readChoices(input: Parameter): void {
  if (typeof input.value !== "string" || !input.value.trim().startsWith("{")) return;
  try {
    const choices = JSON.parse(input.value) as { enum?: unknown };
    if (!Array.isArray(choices.enum) || choices.enum.length === 0) return;
    const list = choices.enum.map((choice: string | number | boolean) => anyString(choice));
    input.enum = list;
    if (list[0] !== undefined) input.default ??= list[0];
  } catch {
    // Not JSON: an ordinary value.
  }
}

function durationOf({ suspend }: Template): number | undefined {
  const duration = suspend?.duration;
  if (duration === undefined || duration === "") return undefined;
  const milliseconds = parseDuration(duration);
  if (milliseconds === undefined) {
    throw new CallError(`unable to parse ${duration} as a duration: time: invalid duration "${duration}"`);
  }
  return milliseconds;
}

/** Ends a waiting suspend node as the answer says. An answer to a node that does not wait changes nothing. */
export function suspendAnswered(run: RunState, nodeId: string, answer: GateAnswer): void {
  const node = run.nodes[nodeId];
  if (node?.type !== "Suspend" || node.phase !== "Running") return;
  const { metadata } = run.workflow;
  if (Object.keys(answer.annotations).length > 0) {
    metadata.annotations = { ...metadata.annotations, ...answer.annotations };
    run.touchWorkflow();
  }
  if (answer.phase === "Failed") {
    run.mark(node, "Failed", answer.message);
    return;
  }
  try {
    supplyOutputs(node, answer.outputs);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    run.mark(node, "Error", error.message);
    return;
  }
  run.mark(node, "Succeeded", answer.message);
  publishGlobals(run, node);
}

/** Sets each supplied output to what is given for it, or else to its default, or its input's. */
function supplyOutputs(node: NodeStatus, given: Record<string, string>): void {
  const parameters = (node.outputs?.parameters ?? []).map((output): Parameter => {
    const { valueFrom, ...rest } = output;
    if (valueFrom?.supplied === undefined) return output;
    const input = node.inputs?.parameters?.find(({ name }) => name === output.name);
    const value = given[output.name] ?? valueFrom.default ?? input?.default;
    if (value !== undefined) return { ...rest, value: String(value) };
    throw new CallError(
      `raw output parameter '${output.name}' has not been set and does not have a default value`,
    );
  });
  if (parameters.length > 0) node.outputs = { ...node.outputs, parameters };
}

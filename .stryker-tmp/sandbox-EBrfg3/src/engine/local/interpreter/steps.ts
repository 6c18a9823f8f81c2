import { evaluateWhen } from "../../../expression/when.js";
import type { NodeStatus, WorkflowStep } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { addAggregate } from "./aggregate.js";
import { Blocked, CallError, faultOf } from "./call-error.js";
import { type ResolvedCall, resolveCall } from "./calls.js";
import { childrenOf, outboundOf, setOutbound } from "./edges.js";
import { runExitHook } from "./hooks.js";
import type { Frame } from "./invocation.js";
import { expandLoop, isLoop } from "./loops.js";
import { outputsOf, publishGlobals } from "./outputs.js";
import { addNode, type LocalScope, scopeOf } from "./scope.js";
import { declaredOutputs } from "./templates.js";

/** A steps template: groups one after the other, the steps of a group side by side (steps.go, executeSteps). */
export function executeSteps(frame: Frame): NodeStatus {
  const { run, invocation, template } = frame;
  const { name, boundary, call, place, flag } = invocation;
  const node =
    run.node(name) ??
    run.create({
      name,
      type: "Steps",
      phase: "Running",
      boundary,
      call,
      place,
      template,
      inputs: template.inputs,
      flag,
    });
  const scope = scopeOf(run, template, frame.own);
  let previous: NodeStatus | undefined;
  for (const [index, steps] of (template.steps ?? []).entries()) {
    const group = openGroup(frame, node, index, previous);
    if (!isFulfilled(group.phase)) advanceGroup(frame, node, group, steps, scope);
    if (!isFulfilled(group.phase)) return node;
    if (isFailed(group.phase)) {
      setOutbound(run, node, childrenOf(run, group));
      return run.mark(node, "Failed", group.message ?? "");
    }
    for (const step of steps) addStep(frame, group, step, scope);
    previous = group;
  }
  return succeed(frame, node, previous, scope);
}

function succeed(
  { run, template }: Frame,
  node: NodeStatus,
  last: NodeStatus | undefined,
  scope: LocalScope,
): NodeStatus {
  if (last) setOutbound(run, node, childrenOf(run, last));
  const outputs = outputsOf(run, template, scope);
  if (outputs) node.outputs = outputs;
  run.mark(node, "Succeeded");
  publishGlobals(run, node);
  return node;
}

function openGroup(
  { run, place }: Frame,
  node: NodeStatus,
  index: number,
  previous: NodeStatus | undefined,
): NodeStatus {
  const name = `${node.name}[${index}]`;
  const existing = run.node(name);
  if (existing) return existing;
  const group = run.create({ name, type: "StepGroup", phase: "Running", boundary: node, place, flag: {} });
  if (!previous) run.connect(node, group.id);
  else if ((previous.children ?? []).length === 0) run.connect(previous, group.id);
  else {
    const ends = childrenOf(run, previous).flatMap((child) => outboundOf(run, child));
    for (const id of ends) if (run.nodes[id]) run.connect(run.nodes[id], group.id);
  }
  return group;
}

function advanceGroup(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  steps: WorkflowStep[],
  scope: LocalScope,
): void {
  const { run } = frame;
  const calls = new Map<string, ResolvedCall>();
  let blocked = false;
  try {
    for (const call of expandGroup(frame, node, group, steps, scope)) {
      const name = `${group.name}.${call.name}`;
      calls.set(run.idOf(name), call);
      if (!advanceStep(frame, node, group, call, name)) blocked = true;
    }
  } catch (error) {
    run.mark(group, "Error", faultOf(error));
    return;
  }
  if (blocked || !hooksDone(frame, node, group, calls, scope)) return;
  settleGroup(frame, group, calls);
}

function settleGroup({ run }: Frame, group: NodeStatus, calls: Map<string, ResolvedCall>): void {
  const failed = childrenOf(run, group).find(
    (child) => isFailed(child.phase) && !continuesOn(calls.get(child.id), child),
  );
  if (failed) run.mark(group, "Failed", `child '${failed.id}' failed`);
  else run.mark(group, "Succeeded");
}

export function continuesOn(call: Pick<ResolvedCall, "continueOn"> | undefined, node: NodeStatus): boolean {
  if (node.phase === "Failed") return call?.continueOn?.failed === true;
  return node.phase === "Error" && call?.continueOn?.error === true;
}

function hooksDone(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  calls: Map<string, ResolvedCall>,
  scope: LocalScope,
): boolean {
  let done = true;
  for (const child of childrenOf(frame.run, group)) {
    const call = calls.get(child.id);
    if (!isFulfilled(child.phase)) done = false;
    else if (call && !runExitHook(frame, node, call, child, `steps.${plainName(call.name)}`, scope))
      done = false;
  }
  return done;
}

/** The step's name without the `(INDEX:ITEM)` of a loop. */
export function plainName(name: string): string {
  return name.replace(/\(\d+:.*\)$/s, "");
}

function expandGroup(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  steps: WorkflowStep[],
  scope: LocalScope,
): ResolvedCall[] {
  let resolved: ResolvedCall[];
  try {
    resolved = steps.map((step) => resolveCall(frame.run, step, scope, "steps"));
  } catch (error) {
    throw new CallError(`failed to resolve references: ${faultOf(error)}`);
  }
  return resolved.flatMap((call) => {
    if (!isLoop(call)) return [call];
    const calls = expandLoop(frame.run, call);
    if (calls.length === 0)
      skipStep(frame, node, group, call, `${group.name}.${call.name}`, "Skipped, empty params");
    return calls;
  });
}

/** False when parallelism holds the step back. Throws when the step cannot be called: the group then ends. */
function advanceStep(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  call: ResolvedCall,
  name: string,
): boolean {
  const { run, execute, place, invocation, template } = frame;
  const existing = run.node(name);
  if (existing && isFulfilled(existing.phase)) return true;
  if (!existing && !isWanted(frame, node, group, call, name)) return true;
  try {
    const child = execute(run, {
      name,
      call,
      place,
      caller: "step",
      boundary: node,
      boundaryTemplate: template,
      onExit: invocation.onExit,
      depth: invocation.depth + 1,
    });
    run.connect(group, child.id);
    return true;
  } catch (error) {
    if (error instanceof Blocked) return false;
    const message = faultOf(error);
    const child = run.node(name);
    if (child) run.connect(group, child.id);
    throw new CallError(`step group deemed errored due to child ${name} error: ${message}`);
  }
}

function isWanted(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  call: ResolvedCall,
  name: string,
): boolean {
  const { run, place } = frame;
  if (call.when === undefined) return true;
  try {
    if (evaluateWhen(call.when)) return true;
  } catch (error) {
    const message = faultOf(error);
    const child = run.create({ name, type: "Skipped", phase: "Error", message, boundary: node, call, place });
    run.connect(group, child.id);
    throw error;
  }
  skipStep(frame, node, group, call, name, `when '${call.when}' evaluated false`);
  return false;
}

function skipStep(
  { run, place }: Frame,
  node: NodeStatus,
  group: NodeStatus,
  call: ResolvedCall,
  name: string,
  message: string,
): void {
  const child =
    run.node(name) ??
    run.create({ name, type: "Skipped", phase: "Skipped", message, boundary: node, call, place });
  run.connect(group, child.id);
}

function addStep({ run, place }: Frame, group: NodeStatus, step: WorkflowStep, scope: LocalScope): void {
  const prefix = `steps.${step.name}`;
  const name = `${group.name}.${step.name}`;
  const child = run.node(name);
  const declared = declaredOutputs(run, step, place);
  if (child) {
    addNode(run, scope, prefix, child, declared);
    return;
  }
  const items = childrenOf(run, group).filter((item) => item.name.startsWith(`${name}(`));
  addAggregate(scope, prefix, items);
  addNode(run, scope, prefix, group, undefined);
}

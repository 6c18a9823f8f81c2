import { evaluateWhen } from "../../../expression/when.js";
import type { NodeStatus, WorkflowStep } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { Blocked, CallError, faultOf, TooDeep } from "./call-error.js";
import { type ResolvedCall, resolveCall } from "./calls.js";
import { childrenOf } from "./edges.js";
import { TIMED_OUT } from "./halt.js";
import { runHooks } from "./hooks.js";
import type { Frame } from "./invocation.js";
import { callsOfLoop, itemsOf, mayLoop } from "./loops.js";
import { ownerOf, plainName } from "./node-names.js";
import { type LocalScope, variablesOf } from "./scope.js";

/** The calls of one group of steps, kept between passes. */
export interface GroupMemo {
  scope: LocalScope;
  steps: WorkflowStep[];
  /** By name; resolved on the first pass. */
  calls?: Map<string, ResolvedCall>;
  /** Names of calls that have not ended with their hooks. */
  open?: Set<string>;
  /** Names of calls to look at again in the next pass. */
  again?: Set<string>;
}

/** One group of steps on one pass: starts what may start, and ends the group when all have ended. */
export function advanceGroup(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  memo: GroupMemo,
  touched: ReadonlySet<string>,
): void {
  const { run } = frame;
  try {
    const isFirst = memo.calls === undefined;
    const calls = (memo.calls ??= expandGroup(frame, node, group, memo));
    const open = (memo.open ??= new Set(calls.keys()));
    const names = isFirst || run.walk.isWhole ? [...open] : changedCalls(group, calls, memo, touched);
    memo.again = new Set();
    for (const name of names) {
      const call = calls.get(name);
      if (!call || !open.has(name)) continue;
      if (advanceCall(frame, node, group, call, memo)) open.delete(name);
    }
    if (open.size === 0) settleGroup(frame, group, calls);
    if (memo.again.size > 0) run.walk.hold(node, run.nodes);
  } catch (error) {
    if (error instanceof Blocked) run.walk.hold(node, run.nodes);
    else run.mark(group, "Error", faultOf(error));
  }
}

function changedCalls(
  group: NodeStatus,
  calls: Map<string, ResolvedCall>,
  { again = new Set() }: GroupMemo,
  touched: ReadonlySet<string>,
): Set<string> {
  const names = new Set(again);
  for (const name of touched) {
    const owner = ownerOf(name, `${group.name}.`, (candidate) => calls.has(candidate));
    if (owner !== undefined) names.add(owner);
  }
  return names;
}

function settleGroup({ run }: Frame, group: NodeStatus, calls: Map<string, ResolvedCall>): void {
  const byId = new Map([...calls].map(([name, call]) => [run.idOf(`${group.name}.${name}`), call]));
  const failed = childrenOf(run, group).find(
    (child) => isFailed(child.phase) && !continuesOn(byId.get(child.id), child),
  );
  if (failed?.message === TIMED_OUT) run.mark(group, "Failed", TIMED_OUT);
  else if (failed) run.mark(group, "Failed", `child '${failed.id}' failed`);
  else run.mark(group, "Succeeded");
}

function continuesOn(call: Pick<ResolvedCall, "continueOn"> | undefined, node: NodeStatus): boolean {
  if (node.phase === "Failed") return call?.continueOn?.failed === true;
  return node.phase === "Error" && call?.continueOn?.error === true;
}

function expandGroup(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  { steps, scope }: GroupMemo,
): Map<string, ResolvedCall> {
  const { run } = frame;
  let resolved: ResolvedCall[];
  try {
    resolved = steps.map((step) => resolveCall(run, step, scope, "steps"));
  } catch (error) {
    run.requeue(error);
    throw new CallError(`failed to resolve references: ${faultOf(error)}`);
  }
  const variables = variablesOf(run, scope);
  // A restart must come to the same items, whatever the workflow gives by then.
  const known = group.loops;
  const loops: NonNullable<NodeStatus["loops"]> = [];
  const calls = resolved.flatMap((call, index) => {
    const loop = known?.find((each) => each.call === call.name) ?? { call: call.name, items: itemsOf(call) };
    if (mayLoop(steps[index])) loops.push(loop);
    if (loop.items === null) return [call];
    if (loop.items.length === 0)
      skipStep(frame, node, group, call, `${group.name}.${call.name}`, "Skipped, empty params");
    return callsOfLoop(call, loop.items, variables);
  });
  if (known === undefined && loops.length > 0) {
    group.loops = loops;
    run.touch(group);
  }
  return new Map(calls.map((call) => [call.name, call]));
}

/** True when the step and its hooks have ended. Throws when the step cannot be called: the group then ends. */
function advanceCall(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  call: ResolvedCall,
  memo: GroupMemo,
): boolean {
  const { run } = frame;
  const name = `${group.name}.${call.name}`;
  advanceStep(frame, node, group, call, name, memo);
  const child = run.node(name);
  if (!child) return false;
  const hooks = runHooks(frame, node, call, child, `steps.${plainName(call.name)}`, memo.scope);
  if (hooks === "watching") memo.again?.add(call.name);
  return isFulfilled(child.phase) && hooks !== "open";
}

function advanceStep(
  frame: Frame,
  node: NodeStatus,
  group: NodeStatus,
  call: ResolvedCall,
  name: string,
  memo: GroupMemo,
): void {
  const { run, execute, place, invocation, template } = frame;
  const existing = run.node(name);
  if (existing && isFulfilled(existing.phase)) return;
  if (!existing && !isWanted(frame, node, group, call, name)) return;
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
  } catch (error) {
    if (error instanceof Blocked) {
      memo.again?.add(call.name);
      return;
    }
    const message = faultOf(error);
    const child = run.node(name);
    if (child) run.connect(group, child.id);
    if (error instanceof TooDeep) return;
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

import type { NodeStatus } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { addAggregate } from "./aggregate.js";
import type { WorkflowStep } from "../../../manifest/argo.js";
import { childrenOf, outboundOf, setOutbound } from "./edges.js";
import { failFast } from "./fail-fast.js";
import type { Frame } from "./invocation.js";
import { openNode } from "./open-node.js";
import { outputsOf, publishGlobals } from "./outputs.js";
import { addNode, type LocalScope, scopeOf } from "./scope.js";
import { advanceGroup, type GroupMemo } from "./step-group.js";
import { declaredOutputs } from "./templates.js";

/** How far a steps node has come, kept between passes and found again from its nodes after a restart. */
interface StepsMemo {
  index: number;
  previous?: NodeStatus;
  scope: LocalScope;
  group?: GroupMemo;
}

/** A steps template: groups one after the other, the steps of a group side by side (steps.go, executeSteps). */
export function executeSteps(frame: Frame): NodeStatus {
  const { run, template } = frame;
  const node = openNode(frame, "Steps");
  if (failFast(frame, node)) return node;
  const memo = memoOf(frame, node);
  const touched = run.walk.take(node.id);
  for (const groups = template.steps ?? []; memo.index < groups.length; memo.index += 1) {
    const steps = groups[memo.index] ?? [];
    const group = openGroup(frame, node, memo);
    memo.group ??= { scope: memo.scope, steps };
    if (!isFulfilled(group.phase)) advanceGroup(frame, node, group, memo.group, touched);
    if (!isFulfilled(group.phase)) return node;
    if (isFailed(group.phase)) {
      setOutbound(run, node, childrenOf(run, group));
      return run.mark(node, "Failed", group.message ?? "");
    }
    for (const step of steps) addStep(frame, group, step, memo.scope);
    memo.previous = group;
    delete memo.group;
  }
  return succeed(frame, node, memo);
}

function memoOf({ run, template, own }: Frame, node: NodeStatus): StepsMemo {
  const known = run.walk.memos.get(node.id) as StepsMemo | undefined;
  if (known) return known;
  const memo = { index: 0, scope: scopeOf(template, own) };
  run.walk.memos.set(node.id, memo);
  return memo;
}

function succeed({ run, template }: Frame, node: NodeStatus, { previous, scope }: StepsMemo): NodeStatus {
  if (previous) setOutbound(run, node, childrenOf(run, previous));
  const outputs = outputsOf(run, template, scope);
  if (outputs) node.outputs = outputs;
  run.mark(node, "Succeeded");
  publishGlobals(run, node);
  return node;
}

function openGroup({ run, place }: Frame, node: NodeStatus, { index, previous }: StepsMemo): NodeStatus {
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

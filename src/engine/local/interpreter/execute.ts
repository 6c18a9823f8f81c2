import type { NodeStatus, Template } from "../../../manifest/argo.js";
import { podName } from "../../../run/node-id.js";
import { isFulfilled } from "../../../run/phases.js";
import { Blocked, CallError, faultOf, TooDeep } from "./call-error.js";
import { executeDag } from "./dag.js";
import { bindInputs } from "./inputs.js";
import type { Frame, Invocation } from "./invocation.js";
import { haltOf } from "./halt.js";
import { executeLeaf, limitPending } from "./leaf.js";
import { isWork } from "./leaf-node.js";
import { hasLocks, locksOf } from "./locks.js";
import { memoOf, mustWork } from "./memoize.js";
import { executeRetry } from "./retry.js";
import type { RunState } from "./run-state.js";
import { executeSteps } from "./steps.js";
import { executeSuspend } from "./suspend.js";
import { isLeafTemplate, nodeTypeOf, type ResolvedTemplate, resolveTemplate, typeOf } from "./templates.js";

/** How deep templates may call each other; Argo's limit (controller.go). */
const MAX_DEPTH = 100;

/**
 * Brings the node of one call forward as far as it goes now, and makes the node when there is none. Safe to repeat.
 * Throws a CallError when the call is faulty, after making an Error node; Blocked when parallelism holds it back.
 */
export function execute(run: RunState, invocation: Invocation): NodeStatus {
  const existing = run.node(invocation.name);
  if (existing && (isFulfilled(existing.phase) || isUnderway(run, existing))) return existing;
  try {
    if (invocation.depth >= MAX_DEPTH) throw new TooDeep();
    return runTemplate(bind(run, invocation), existing);
  } catch (error) {
    if (error instanceof Blocked) throw error;
    const message = faultOf(error);
    markFaulty(run, invocation, message);
    throw error instanceof TooDeep ? error : new CallError(message);
  }
}

/** A node that only facts move, or inside of which nothing has changed. */
function isUnderway(run: RunState, node: NodeStatus): boolean {
  if (isWork(node) && (node.phase === "Running" || run.started.has(node.id))) return true;
  if (run.locks.get(node.id) === "asked" || run.recalls.get(node.id) === "asked") return true;
  return (node.type === "Steps" || node.type === "DAG") && !run.walk.isDirty(node.id);
}

function bind(run: RunState, invocation: Invocation): Frame {
  const resolved = resolveTemplate(run, invocation.call, invocation.place);
  const own = ownVariables(run, invocation, resolved);
  const template = bindInputs(run, resolved.template, invocation.call.arguments ?? {}, own);
  return { run, invocation, template, own, place: resolved.place, execute };
}

function ownVariables(
  run: RunState,
  { name, call, caller, attempt }: Invocation,
  { template }: ResolvedTemplate,
): Map<string, string> {
  const own = new Map<string, string>(attempt);
  own.set("node.name", name);
  if (caller === "step") own.set("steps.name", call.name);
  if (caller === "task") own.set("tasks.name", call.name);
  if (isLeafTemplate(template) && (attempt || !retryOf(run, template))) {
    own.set("pod.name", podName(run.name, name, template.name ?? ""));
  }
  return own;
}

function retryOf(run: RunState, template: Template): Template["retryStrategy"] {
  return template.retryStrategy ?? run.spec.retryStrategy;
}

function runTemplate(frame: Frame, existing: NodeStatus | undefined): NodeStatus {
  const { run, invocation, template } = frame;
  if (!existing) checkParallelism(frame);
  const strategy = invocation.attempt ? undefined : retryOf(run, template);
  const waiting = invocation.attempt ? undefined : awaitTurn(frame, strategy !== undefined);
  if (waiting) return waiting;
  if (strategy) return executeRetry(frame, strategy);
  switch (typeOf(template)) {
    case "steps":
      return executeSteps(frame);
    case "dag":
      return executeDag(frame);
    case "suspend":
      return executeSuspend(frame);
    default:
      return executeLeaf(frame);
  }
}

/** The node, while it waits for its locks or for what the cache has. */
function awaitTurn(frame: Frame, isRetried: boolean): NodeStatus | undefined {
  const { run, invocation, template } = frame;
  const locks = locksOf(template, run.workflow.metadata.namespace ?? "");
  const memo = memoOf(template);
  if (locks.length === 0 && !memo) return undefined;
  const { name, boundary, call, place, flag } = invocation;
  const { inputs } = template;
  const type = isRetried ? "Retry" : nodeTypeOf(template);
  const node =
    run.node(name) ??
    run.create({ name, type, phase: "Pending", boundary, call, place, template, inputs, flag });
  const halt = haltOf(run, invocation.onExit);
  if (halt && node.phase === "Pending") return run.mark(node, "Failed", halt.waiting);
  if (node.phase === "Pending") limitPending(run, node, template);
  if (locks.length > 0 && !hasLocks(run, node.id, locks)) return node;
  if (memo && !mustWork(run, node, memo)) return node;
  return isFulfilled(node.phase) ? node : undefined;
}

function markFaulty(run: RunState, invocation: Invocation, message: string): void {
  const { name, boundary, call, place, flag } = invocation;
  const existing = run.node(name);
  if (existing) run.mark(existing, "Error", message);
  else run.create({ name, type: "Skipped", phase: "Error", message, boundary, call, place, flag });
}

function checkParallelism({ run, invocation, template }: Frame): void {
  const { boundary, boundaryTemplate } = invocation;
  const { index } = run;
  const { parallelism } = run.spec;
  const active = index.activeWork - run.waitingForLocks;
  if (parallelism !== undefined && isLeafTemplate(template) && active >= parallelism) {
    throw new Blocked("workflow parallelism reached");
  }
  // The limits of the template around it counted for the retried node; its attempts go on.
  if (!boundary || invocation.attempt) return;
  if (boundaryTemplate?.failFast === true && index.failedWithin(boundary.id) > 0) {
    throw new Blocked("a child has failed and failFast is enabled");
  }
  const limit = boundaryTemplate?.parallelism;
  if (limit !== undefined && index.activeWithin(boundary.id) >= limit) {
    throw new Blocked("template parallelism reached");
  }
}

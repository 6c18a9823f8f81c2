import type { Call, LifecycleHook, NodeStatus, Outputs } from "../../../manifest/argo.js";
import { isCompleted, isFulfilled } from "../../../run/phases.js";
import { Blocked, CallError, faultOf } from "./call-error.js";
import { resolveArguments } from "./calls.js";
import { evaluatesTrue } from "./condition.js";
import { haltOf } from "./halt.js";
import type { GivenArguments } from "./inputs.js";
import type { Frame } from "./invocation.js";
import type { RunState } from "./run-state.js";
import { addOutputs, lastAttempt, type LocalScope, variablesOf } from "./scope.js";

interface NamedHook {
  /** The hook's node is the child's name with this. */
  suffix: string;
  hook: LifecycleHook;
  isExit: boolean;
}

/** `open`: a hook runs. `watching`: the condition of one may still come true. */
export type HookState = "open" | "watching" | "done";

/** What runs after a step or task, or after the workflow. */
export function exitHookOf(holder: {
  onExit?: string;
  hooks?: Record<string, LifecycleHook>;
}): LifecycleHook | undefined {
  return holder.hooks?.["exit"] ?? (holder.onExit ? { template: holder.onExit } : undefined);
}

/** Hooks that run when their condition comes true, besides `exit`. */
export function statusHooksOf(hooks: Record<string, LifecycleHook> | undefined): [string, LifecycleHook][] {
  return Object.entries(hooks ?? {}).filter(([name]) => name !== "exit");
}

/**
 * Runs the hooks of a step or task: those whose condition is true, and the exit hook once it has completed. Throws a
 * CallError for a hook that cannot be run.
 */
export function runHooks(
  frame: Frame,
  boundary: NodeStatus,
  call: Call,
  child: NodeStatus,
  prefix: string,
  scope: LocalScope,
): HookState {
  if (!call.hooks && !call.onExit) return "done";
  const exit = exitHookOf(call);
  const hooks = statusHooksOf(call.hooks).map(([name, hook]): NamedHook => {
    return { suffix: `.hooks.${name}`, hook, isExit: false };
  });
  if (exit) hooks.push({ suffix: ".onExit", hook: exit, isExit: true });
  const own = hookScope(scope, prefix, child);
  const states = hooks.map((hook) => runHook(frame, boundary, child, hook, prefix, own));
  if (states.includes("open")) return "open";
  return states.includes("watching") ? "watching" : "done";
}

function runHook(
  frame: Frame,
  boundary: NodeStatus,
  child: NodeStatus,
  named: NamedHook,
  prefix: string,
  scope: LocalScope,
): HookState {
  const { run, invocation } = frame;
  const { suffix, hook, isExit } = named;
  const name = `${child.name}${suffix}`;
  const existing = run.node(name);
  if (existing && isFulfilled(existing.phase)) return "done";
  if (haltOf(run, isExit || invocation.onExit)) return existing ? "open" : "done";
  if (!existing && isExit && !isCompleted(child.phase)) return "done";
  try {
    if (!existing && hook.expression && !evaluatesTrue(hook.expression, variablesOf(run, scope))) {
      return isFulfilled(child.phase) ? "done" : "watching";
    }
    const given = hookArguments(run, child, named, prefix, scope);
    const node = callHook(frame, boundary, child, named, given);
    return isFulfilled(node.phase) ? "done" : "open";
  } catch (error) {
    if (error instanceof Blocked) {
      run.walk.hold(boundary, run.nodes);
      return "open";
    }
    const message = faultOf(error);
    failHook(frame, boundary, child, name, message);
    throw new CallError(message);
  }
}

function callHook(
  { run, execute, place, invocation }: Frame,
  boundary: NodeStatus,
  child: NodeStatus,
  { suffix, hook, isExit }: NamedHook,
  given: GivenArguments,
): NodeStatus {
  const node = execute(run, {
    name: `${child.name}${suffix}`,
    call: { ...targetOf(hook), name: "", arguments: given },
    place,
    caller: "hook",
    boundary,
    onExit: isExit || invocation.onExit,
    flag: { hooked: true },
    depth: invocation.depth + 1,
  });
  run.connect(child, node.id);
  return node;
}

/** What a hook is called with; as in Argo, the tags of one that is no exit hook wait until its step has outputs. */
function hookArguments(
  run: RunState,
  child: NodeStatus,
  { hook, isExit }: NamedHook,
  prefix: string,
  scope: LocalScope,
): GivenArguments {
  const outputs = speakerOf(run, child).outputs;
  if (!hook.arguments || (!isExit && !outputs)) return hook.arguments ?? {};
  const own = { parameters: new Map(scope.parameters), artifacts: new Map(scope.artifacts) };
  if (outputs) addOutputs(own, prefix, withoutResult(outputs));
  return resolveArguments(run, hook.arguments, own, []);
}

/** A hook sees the parameters and artifacts that its step gave, not its result. */
function withoutResult({ parameters = [], artifacts = [] }: Outputs): Outputs {
  return { parameters, artifacts };
}

function speakerOf(run: RunState, child: NodeStatus): NodeStatus {
  return child.type === "Retry" ? (lastAttempt(run, child) ?? child) : child;
}

export function targetOf({ template, templateRef }: LifecycleHook): Pick<Call, "template" | "templateRef"> {
  return { ...(template ? { template } : {}), ...(templateRef ? { templateRef } : {}) };
}

function hookScope(scope: LocalScope, prefix: string, child: NodeStatus): LocalScope {
  const own = { parameters: new Map(scope.parameters), artifacts: new Map(scope.artifacts) };
  own.parameters.set(`${prefix}.status`, child.phase ?? "");
  return own;
}

function failHook(
  { run, place }: Frame,
  boundary: NodeStatus,
  child: NodeStatus,
  name: string,
  message: string,
): void {
  const flag = { hooked: true };
  const node =
    run.node(name) ?? run.create({ name, type: "Skipped", phase: "Error", message, boundary, place, flag });
  run.connect(child, node.id);
}

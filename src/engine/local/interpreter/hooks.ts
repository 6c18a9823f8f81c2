import { environment, evaluateExpression } from "../../../expression/expr.js";
import type { Call, LifecycleHook, NodeStatus } from "../../../manifest/argo.js";
import { isCompleted, isFulfilled } from "../../../run/phases.js";
import { Blocked, faultOf } from "./call-error.js";
import { resolveArguments } from "./calls.js";
import { haltOf } from "./halt.js";
import type { Frame } from "./invocation.js";
import { addOutputs, type LocalScope, variablesOf } from "./scope.js";

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

/** Runs the hooks of a step or task: those whose condition is true, and the exit hook once it has completed. */
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
  const states = hooks.map((hook) => runHook(frame, boundary, child, hook, hookScope(scope, prefix, child)));
  if (states.includes("open")) return "open";
  return states.includes("watching") ? "watching" : "done";
}

function runHook(
  frame: Frame,
  boundary: NodeStatus,
  child: NodeStatus,
  { suffix, hook, isExit }: NamedHook,
  scope: LocalScope,
): HookState {
  const { run, execute, place, invocation } = frame;
  const name = `${child.name}${suffix}`;
  const existing = run.node(name);
  if (existing && isFulfilled(existing.phase)) return "done";
  if (haltOf(run, isExit || invocation.onExit)) return existing ? "open" : "done";
  if (!existing && isExit && !isCompleted(child.phase)) return "done";
  try {
    if (!existing && hook.expression && !isTrue(frame, hook.expression, scope)) {
      return isFulfilled(child.phase) ? "done" : "watching";
    }
    const given = resolveArguments(run, hook.arguments ?? {}, scope, []);
    const node = execute(run, {
      name,
      call: { ...targetOf(hook), name: "", arguments: given },
      place,
      caller: "hook",
      boundary,
      onExit: isExit || invocation.onExit,
      flag: { hooked: true },
      depth: invocation.depth + 1,
    });
    run.connect(child, node.id);
    return isFulfilled(node.phase) ? "done" : "open";
  } catch (error) {
    if (error instanceof Blocked) {
      run.walk.hold(boundary, run.nodes);
      return "open";
    }
    failHook(frame, boundary, child, name, faultOf(error));
    return "done";
  }
}

export function targetOf({ template, templateRef }: LifecycleHook): Pick<Call, "template" | "templateRef"> {
  return { ...(template ? { template } : {}), ...(templateRef ? { templateRef } : {}) };
}

function hookScope(scope: LocalScope, prefix: string, child: NodeStatus): LocalScope {
  const own = { parameters: new Map(scope.parameters), artifacts: new Map(scope.artifacts) };
  own.parameters.set(`${prefix}.status`, child.phase ?? "");
  if (!child.outputs) return own;
  addOutputs(own, prefix, child.outputs);
  // Inside its hook a node's outputs also go by the bare name.
  addOutputs(own, prefix.slice(0, prefix.indexOf(".")), child.outputs);
  return own;
}

function isTrue({ run }: Frame, expression: string, scope: LocalScope): boolean {
  return evaluateExpression(expression, environment(variablesOf(run, scope))) === true;
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

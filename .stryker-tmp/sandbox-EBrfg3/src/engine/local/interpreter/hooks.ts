import { environment, evaluateExpression } from "../../../expression/expr.js";
import type { Call, LifecycleHook, NodeStatus } from "../../../manifest/argo.js";
import { isCompleted, isFulfilled } from "../../../run/phases.js";
import { Blocked, faultOf } from "./call-error.js";
import { resolveArguments } from "./calls.js";
import { haltOf } from "./halt.js";
import type { Frame } from "./invocation.js";
import { addOutputs, type LocalScope, variablesOf } from "./scope.js";

/** What runs after a step or task, or after the workflow. */
export function exitHookOf(holder: {
  onExit?: string;
  hooks?: Record<string, LifecycleHook>;
}): LifecycleHook | undefined {
  return holder.hooks?.["exit"] ?? (holder.onExit ? { template: holder.onExit } : undefined);
}

/** Runs the exit hook of a step or task that has completed; true when there is nothing (more) to wait for. */
export function runExitHook(
  frame: Frame,
  boundary: NodeStatus,
  call: Call,
  child: NodeStatus,
  prefix: string,
  scope: LocalScope,
): boolean {
  const { run, execute, place, invocation } = frame;
  const hook = exitHookOf(call);
  if (!hook || !isCompleted(child.phase) || haltOf(run, true)) return true;
  const name = `${child.name}.onExit`;
  const existing = run.node(name);
  if (existing && isFulfilled(existing.phase)) return true;
  try {
    const own = hookScope(scope, prefix, child);
    if (!existing && hook.expression && !isTrue(frame, hook.expression, own)) return true;
    const given = resolveArguments(run, hook.arguments ?? {}, own, []);
    const node = execute(run, {
      name,
      call: { ...targetOf(hook), name: "", arguments: given },
      place,
      caller: "hook",
      boundary,
      onExit: true,
      flag: { hooked: true },
      depth: invocation.depth + 1,
    });
    run.connect(child, node.id);
    return isFulfilled(node.phase);
  } catch (error) {
    if (error instanceof Blocked) return false;
    failHook(frame, boundary, child, name, faultOf(error));
    return true;
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
  const node =
    run.node(name) ??
    run.create({ name, type: "Skipped", phase: "Error", message, boundary, place, flag: { hooked: true } });
  run.connect(child, node.id);
}

import { substitute } from "../../../expression/substitute.js";
import type { LifecycleHook } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { Blocked, faultOf } from "./call-error.js";
import { evaluatesTrue } from "./condition.js";
import { execute } from "./execute.js";
import { haltOf, markError } from "./halt.js";
import { statusHooksOf, targetOf } from "./hooks.js";
import type { RunState } from "./run-state.js";
import { rootPlace } from "./templates.js";

/**
 * Runs the workflow's own hooks besides `exit` as their conditions come true; true when none is open. One that cannot
 * be run makes the root node faulty (hooks.go, executeWfLifeCycleHook).
 */
export function advanceWorkflowHooks(run: RunState): boolean {
  const states = statusHooksOf(run.spec.hooks).map(([name, hook]) =>
    advanceHook(run, `${run.name}.hooks.${name}`, hook),
  );
  return states.every(Boolean);
}

function advanceHook(run: RunState, name: string, hook: LifecycleHook): boolean {
  const existing = run.node(name);
  if (existing && isFulfilled(existing.phase)) return true;
  if (!existing && haltOf(run, false)) return true;
  try {
    if (!existing && !evaluatesTrue(hook.expression ?? "false", run.globals)) return true;
    return isFulfilled(callHook(run, name, hook).phase);
  } catch (error) {
    if (error instanceof Blocked) return false;
    const root = run.node(run.name);
    if (root && root.phase !== "Error") markError(run, root, faultOf(error));
    return true;
  }
}

function callHook(run: RunState, name: string, hook: LifecycleHook): ReturnType<typeof execute> {
  const given = substitute(hook.arguments ?? {}, run.globals, { strict: [], allowUnresolved: true });
  const node = execute(run, {
    name,
    call: { ...targetOf(hook), name, arguments: given },
    place: rootPlace(run),
    caller: "hook",
    onExit: false,
    flag: { hooked: true },
    depth: 0,
  });
  const root = run.node(run.name);
  if (root) run.connect(root, node.id);
  return node;
}

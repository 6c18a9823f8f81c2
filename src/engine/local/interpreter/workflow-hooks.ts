import { environment, evaluateExpression } from "../../../expression/expr.js";
import { substitute } from "../../../expression/substitute.js";
import { isFulfilled } from "../../../run/phases.js";
import { Blocked, faultOf } from "./call-error.js";
import { execute } from "./execute.js";
import { haltOf } from "./halt.js";
import { statusHooksOf, targetOf } from "./hooks.js";
import type { RunState } from "./run-state.js";
import { rootPlace } from "./templates.js";

/** Runs the workflow's own hooks besides `exit` as their conditions come true; true when none is open (hooks.go). */
export function advanceWorkflowHooks(run: RunState): boolean {
  const lenient = { strict: [], allowUnresolved: true };
  const states = statusHooksOf(run.spec.hooks).map(([hookName, hook]): boolean => {
    const name = `${run.name}.hooks.${hookName}`;
    const existing = run.node(name);
    if (existing && isFulfilled(existing.phase)) return true;
    if (!existing && haltOf(run, true)) return true;
    try {
      const condition = hook.expression ?? "false";
      if (!existing && evaluateExpression(condition, environment(run.globals)) !== true) return true;
      const given = substitute(hook.arguments ?? {}, run.globals, lenient);
      const node = execute(run, {
        name,
        call: { ...targetOf(hook), name, arguments: given },
        place: rootPlace(run),
        caller: "hook",
        onExit: true,
        flag: { hooked: true },
        depth: 0,
      });
      return isFulfilled(node.phase);
    } catch (error) {
      if (error instanceof Blocked) return false;
      const message = faultOf(error);
      const type = "Skipped";
      if (!run.node(name)) run.create({ name, type, phase: "Error", message, flag: { hooked: true } });
      return true;
    }
  });
  return states.every(Boolean);
}

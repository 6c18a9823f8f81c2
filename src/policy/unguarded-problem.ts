import type { Problem } from "../manifest/problem.js";
import type { Unguarded } from "./dominance.js";
import type { Origin, Scope } from "./inline-templates.js";
import { problemAt } from "./problem-at.js";

/** What can run before any approval although it uses what is protected, at the step or task that runs it. */
export function problemOfUnguarded(
  { path, template, uses }: Unguarded,
  own: Scope,
  origins: readonly Origin[],
): Problem {
  const [, field, index, ...rest] = path;
  const origin = field === "templates" && typeof index === "number" ? origins[index] : undefined;
  const { manifest, path: at } =
    origin === undefined
      ? { manifest: own.manifest, path: [...own.specPath, ...path.slice(1)] }
      : { manifest: origin.manifest, path: [...origin.path, ...rest] };
  return problemAt(manifest, at, {
    rule: "unguarded",
    message: `\`${template}\` uses the protected ${uses}, and can run here before any gate of this run was approved.`,
    hint: "Put an approval (a suspend template without `duration`, `when` and loop) before it on every way here, without `continueOn`; where the gate has an output, add `when: '{{steps.GATE.outputs.parameters.NAME}} == APPROVED'` to the step after it. To leave both out, put them into one template and the `when` on its call. A template that holds a gate must hold no `{{=...}}` and no `{{workflow.outputs...}}`, and with `inline` or `retryStrategy` none but of its own steps. Exit handlers and hooks run without approval.",
  });
}

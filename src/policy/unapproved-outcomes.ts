import type { Call } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { truthOf, type KnownOutputs } from "./unapproved-when.js";

/** How a call may end. A call that was reached may always fail: limits, stops and faults of arguments see to it. */
export type Outcome = "Succeeded" | "Failed" | "Skipped" | "Omitted";
export type Outcomes = ReadonlySet<Outcome>;

/** What the analysis of one template asks. */
export interface Scene {
  /** Undefined where any value may be forged. */
  known: KnownOutputs | undefined;
  /** How the templates that a call may run can end, as far as is known by now. */
  endsOf(call: Call): Outcomes;
}
/** A call of a template that can be reached while no gate was approved. */
export interface Reached {
  call: Call;
  path: Path;
  /** False when only its hooks may run: its `when` cannot hold. */
  starts: boolean;
}
export interface Analysis {
  outcomes: Outcomes;
  reached: Reached[];
}

/** The groups of a steps template, one after the other for as long as each may end well. */
export function analyzeSteps(groups: readonly (readonly Call[])[], scene: Scene): Analysis {
  const reached: Reached[] = [];
  for (const [index, group] of groups.entries()) {
    const ends = group.map((call, place) => {
      const end = endOfCall(call, scene);
      reached.push({ call, path: ["steps", index, place], starts: end.starts });
      return passes(end.outcomes, call);
    });
    if (ends.includes(false)) return { outcomes: new Set(["Failed"]), reached };
  }
  return { outcomes: new Set(["Succeeded", "Failed"]), reached };
}

/** How a call may end, and whether it may start at all, once what it waits for lets it. */
export function endOfCall(call: Call, scene: Scene): { outcomes: Outcomes; starts: boolean } {
  const { mayBeTrue, mayBeFalse } = truthOf(call.when, scene.known);
  const outcomes = new Set<Outcome>(["Failed"]);
  if (mayBeTrue) for (const outcome of scene.endsOf(call)) outcomes.add(outcome);
  if (mayBeFalse) outcomes.add("Skipped");
  if (isLoop(call)) {
    if (!hasItems(call)) outcomes.add("Skipped");
    // The group of a loop succeeds when its items were skipped, or may fail.
    if (outcomes.has("Skipped") || continues(call)) outcomes.add("Succeeded");
  }
  return { outcomes, starts: mayBeTrue };
}

export function isLoop({ withItems, withParam, withSequence }: Call): boolean {
  return (withItems ?? withParam ?? withSequence) !== undefined;
}

/** A list that is written out has its items whatever happens. */
function hasItems({ withItems }: Call): boolean {
  return Array.isArray(withItems) && withItems.length > 0;
}

export function continues({ continueOn }: Call): boolean {
  return continueOn?.failed === true || continueOn?.error === true;
}

function passes(outcomes: Outcomes, call: Call): boolean {
  return outcomes.has("Succeeded") || outcomes.has("Skipped") || (outcomes.has("Failed") && continues(call));
}

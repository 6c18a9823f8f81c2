import { groupBy } from "../group-by.js";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { factsOf, gatesOf, titleOf, wasInterrupted, type Invariant, type Sight } from "./facts.js";
import type { ExpectedRun } from "../scene.js";
import type { Workflow } from "../../../src/manifest/argo.js";

function keyOf({
  manifest,
  sha,
  trigger,
  attempt,
}: Pick<ExpectedRun, "manifest" | "sha" | "trigger" | "attempt">) {
  return `${manifest} at ${sha.slice(0, 7)} by ${trigger}, attempt ${attempt}`;
}

function keyOfRun(workflow: Workflow): string {
  const { manifest, headSha, trigger, attempt } = factsOf(workflow);
  return keyOf({ manifest, sha: headSha, trigger, attempt });
}

/** One run for each trigger, and none without. */
export const runsAreTriggers: Invariant = ({ world, scene, workflows }) => {
  const wrong: string[] = [];
  const found = groupBy(workflows.filter(isNotScheduled), keyOfRun);
  const expected = new Map(scene.runs.map((run) => [keyOf(run), run]));
  for (const [key, runs] of found) {
    if (!expected.has(key)) wrong.push(`there is a run that nobody asked for: ${key}`);
    if (runs.length > 1) wrong.push(`there are ${runs.length} runs of ${key}`);
  }
  for (const [key, run] of expected) {
    if (run.need === "must" && !found.has(key) && !isOvertaken(world, scene, run))
      wrong.push(`there is no run of ${key}`);
  }
  return wrong;
};

/** A push of which GitHub told nobody, and by now the branch is elsewhere. */
function isOvertaken(
  { storm, record }: Sight["world"],
  scene: Sight["scene"],
  { sha, trigger }: ExpectedRun,
): boolean {
  if (!storm.forgottenPushes.has(sha)) return false;
  const pushes = record
    .acts(scene.round)
    .filter(({ kind, body }) => kind === "push" && trigger.endsWith(`/${body}`));
  return pushes.at(-1)?.sha !== sha;
}

function isNotScheduled(workflow: Workflow): boolean {
  return factsOf(workflow).event !== "schedule";
}

/** A time that was due starts one run at the most, at that time; and they do start. */
export const schedulesStartOnce: Invariant = ({ scene, workflows }) => {
  const runs = workflows.filter((workflow) => !isNotScheduled(workflow));
  const wrong: string[] = [];
  for (const { manifest, everyMinutes, since, replaces } of scene.scheduled) {
    const own = runs.filter((run) => factsOf(run).manifest === manifest);
    for (const [trigger, same] of groupBy(own, (run) => factsOf(run).trigger)) {
      if (same.length > 1) wrong.push(`there are ${same.length} runs of ${manifest} by ${trigger}`);
      const due = Date.parse(trigger.replace("schedule:", ""));
      if (due % (everyMinutes * 60_000) !== 0) wrong.push(`${manifest} is not due at ${trigger}`);
    }
    const unfinished = own.filter(({ status }) => !isEnd(status?.phase)).map((run) => factsOf(run).trigger);
    if (replaces === true && unfinished.length > 1)
      wrong.push(`${manifest} runs at one time by ${unfinished.join(", ")}`);
    const last = own
      .map((run) => factsOf(run).trigger)
      .toSorted()
      .at(-1);
    if (replaces === true && unfinished.length === 1 && unfinished[0] !== last)
      wrong.push(`${manifest} by ${last} was given up for the one by ${unfinished[0]}`);
    const late = Date.now() - since > 2 * everyMinutes * 60_000 + 60_000;
    if (late && own.length === 0) wrong.push(`${manifest} was never started by its schedule`);
  }
  return wrong;
};

/** What was to become of a run's gates became of them. */
export const gatesAreAsSaid: Invariant = ({ scene, workflows }) => {
  const wrong: string[] = [];
  for (const run of scene.runs) {
    const workflow = workflows.find((each) => keyOfRun(each) === keyOf(run));
    if (workflow === undefined || wasInterrupted(workflow)) continue;
    const gates = gatesOf(workflow);
    for (const { name, becomes } of run.gates) {
      const phase = gates.find(({ displayName }) => displayName === name)?.phase;
      const is =
        phase === "Succeeded"
          ? "opened"
          : phase === "Failed" && becomes === "rejected"
            ? "rejected"
            : "closed";
      if (becomes !== "any" && is !== becomes)
        wrong.push(`gate ${name} of ${titleOf(workflow)} is ${is}, not ${becomes}`);
    }
  }
  return wrong;
};

/** No step was started twice. */
export const stepsRunOnce: Invariant = ({ world, scene }: Sight) => {
  const file = join(world.shared, `r${scene.round}`);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const counts = groupBy(lines.filter(Boolean), (line) => line);
  return [...counts]
    .filter(([, same]) => same.length > 1)
    .map(([line, same]) => `step ${line} ran ${same.length} times`);
};

/** A run that has ended has no Secret any more; a Secret without a run is nobody's. */
export const noSecretIsLeft: Invariant = ({ world, scene, workflows }) => {
  const unfinished = new Set(workflows.filter(({ status }) => !isEnd(status?.phase)).map(titleOf));
  return world.ground
    .secrets()
    .filter((name) => name.includes(`-r${scene.round}-`) && !unfinished.has(name.replace(/-github$/, "")))
    .map((name) => `Secret ${name} is left`);
};

function isEnd(phase: string | undefined): boolean {
  return ["Succeeded", "Failed", "Error"].includes(phase ?? "");
}

/** Expected conclusions are compared where no step was killed with the App. */
export function endOf(scene: Sight["scene"], workflow: Workflow): ExpectedRun["ends"] {
  const expected = scene.runs.find((run) => keyOf(run) === keyOfRun(workflow));
  return expected === undefined || wasInterrupted(workflow) ? "any" : expected.ends;
}

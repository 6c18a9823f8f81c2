import { groupBy } from "../group-by.js";
import type { Workflow } from "../../../src/manifest/argo.js";
import type { ObservedCheckRun } from "../../../src/simulator/simulator.js";
import { auditOf, factsOf, gatesOf, titleOf, type Invariant, type Sight } from "./facts.js";
import { endOf } from "./runs.js";

function checksOf({ world, scene, workflows }: Sight): ObservedCheckRun[] {
  const acts = world.record.acts(scene.round).flatMap(({ sha }) => sha ?? []);
  const shas = new Set([...acts, ...workflows.map((workflow) => factsOf(workflow).headSha)]);
  return [...shas].flatMap((sha) => world.github.checkRuns(scene.repository, sha));
}

/** What the last check run of a run must say, from its phase alone; undefined while it is to be open. */
function truth(workflow: Workflow): string | undefined {
  const { phase } = workflow.status ?? {};
  const gates = gatesOf(workflow);
  const rejected = gates.some(({ id }) => auditOf(workflow, id)?.decision === "rejected");
  const stopped = workflow.metadata.annotations?.["sluice.dev/stopped"] ?? "";
  switch (phase) {
    case "Succeeded":
      return rejected ? "failure" : "success";
    case "Failed":
    case "Error":
      return !rejected && /"(superseded|cancelled|closed)"/.test(stopped) ? "cancelled" : "failure";
    default:
      return gates.some((gate) => gate.phase === "Running") ? "action_required" : undefined;
  }
}

/** Legs without gap or double, each but the last at a gate, and the last one says what the run is. */
export const checksAreTrue: Invariant = (sight) => {
  const { scene, workflows } = sight;
  const [doubles, checks] = partition(checksOf(sight), ({ external_id: id }) => isDouble(id));
  const byRun = groupBy(checks, ({ external_id: id }) => (id ?? "").replace(/#\d+$/, ""));
  const late = sight.world.record
    .of(scene.round)
    .filter(({ what, text }) => what === "fault" && /(late|slow) POST check-runs/.test(text)).length;
  const wrong: string[] = [];
  // Two leaders at one time may make two check runs of one leg: GitHub shows the newer, and the older says so.
  for (const { id, name, external_id: text, conclusion, head_sha: sha } of doubles)
    if (
      conclusion !== "cancelled" ||
      !checks.some((each) => each.id > id && each.name === name && each.head_sha === sha)
    )
      wrong.push(`the double ${text} is on display, or ${conclusion ?? "open"}`);
  // Where only one process is ever alive, the other one must have died with its request on its way.
  if (scene.engine === "local" && doubles.length > late)
    wrong.push(`there are ${doubles.length} doubles, and ${late} requests were late`);
  for (const workflow of workflows) {
    const id = `${workflow.metadata.namespace}/${titleOf(workflow)}`;
    const legs = byRun.get(id) ?? [];
    byRun.delete(id);
    const numbers = legs.map(({ external_id: text }) => Number((text ?? "").split("#")[1]));
    if (numbers.toSorted((a, b) => a - b).some((leg, index) => leg !== index))
      wrong.push(`the legs of ${titleOf(workflow)} are ${numbers.join(", ")}`);
    const [last, ...before] = legs.toSorted((a, b) => legOf(b) - legOf(a));
    for (const { conclusion, external_id: text } of before)
      if (conclusion !== "action_required") wrong.push(`leg ${text} was left as ${conclusion ?? "open"}`);
    const is = truth(workflow);
    const says = last === undefined ? "nothing" : (last.conclusion ?? last.status);
    if (says !== is)
      wrong.push(`the check of ${titleOf(workflow)} says ${says}, and it is ${is ?? "running"}`);
    const ends = endOf(scene, workflow);
    if (ends !== "any" && ends !== is)
      wrong.push(`${titleOf(workflow)} ends with ${is ?? "nothing"}, not ${ends}`);
  }
  for (const [id, reports] of byRun) {
    const isReport = /^(problems|refused|skipped)\//.test(id);
    const names = reports.map(({ name }) => name).join(", ");
    if (!isReport) wrong.push(`the checks ${names} with ${id} are of no run`);
    // Replicas that are told at the same instant may both say it, and what one said may arrive after its death: GitHub
    // shows the last of these alone.
    if (isReport && reports.length > sight.world.apps.length + late)
      wrong.push(`there are ${reports.length} checks ${names} with ${id}`);
    if (new Set(reports.map(whatItSays)).size > 1)
      wrong.push(`the checks ${names} with ${id} say different things`);
  }
  return wrong;
};

/** What could not be run says so, as often as it was asked for, and nothing else does. */
export const reportsAreAsSaid: Invariant = (sight) => {
  const keyOf = (name: string, sha: string, kind: string) => `${kind} of ${name} at ${sha.slice(0, 7)}`;
  const checks = new Map(checksOf(sight).map((check) => [`${check.head_sha} ${check.external_id}`, check]));
  const reports = [...checks.values()].flatMap(({ name, head_sha: sha, external_id: id }) => {
    const kind = /^(problems|refused|skipped)\//.exec(id ?? "")?.[1];
    return kind === undefined ? [] : [keyOf(name, sha, kind)];
  });
  const found = groupBy(reports, (key) => key);
  const expected = new Map(
    sight.scene.reports.map(({ name, sha, kind, count }) => [keyOf(name, sha, kind), count]),
  );
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((key) => {
    const [is, wanted] = [found.get(key)?.length ?? 0, expected.get(key) ?? 0];
    return is === wanted ? [] : [`there are ${is} checks that say ${key}, not ${wanted}`];
  });
};

function whatItSays({ conclusion, output }: ObservedCheckRun): string {
  return JSON.stringify([conclusion, output.title, output.summary]);
}

function isDouble(id: string | null | undefined): boolean {
  return id?.endsWith("/double") === true;
}

function partition<T>(all: readonly T[], test: (each: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((each) => !test(each))];
}

function legOf({ external_id: id }: ObservedCheckRun): number {
  return Number((id ?? "").split("#")[1]);
}

/** Every comment has the replies that it should have, once. */
export const repliesAreOnce: Invariant = ({ world, scene }) => {
  const wrong: string[] = [];
  for (const [number, expected] of groupBy(scene.replies, (each) => each.number)) {
    const replies = world.github
      .comments(scene.repository, number)
      .filter(({ user }) => user?.login.endsWith("[bot]") === true);
    const least = expected.reduce((sum, each) => sum + each.least, 0);
    const most = expected.reduce((sum, each) => sum + each.most, 0);
    if (replies.length >= least && replies.length <= most) continue;
    const said = replies.map(({ body }) => JSON.stringify(body?.slice(0, 60))).join(", ");
    wrong.push(`#${number} has ${replies.length} replies, not ${least} to ${most}: ${said}`);
  }
  return wrong;
};

/** What GitHub could not deliver was asked for again, until it had an effect. */
export const deliveriesHadEffect: Invariant = ({ world, scene }) =>
  world.github.deliveries
    .filter(({ payload }) => (payload["repository"] as { full_name?: string }).full_name === scene.repository)
    .filter(({ attempts }) => !attempts.some(({ statusCode }) => statusCode >= 200 && statusCode < 300))
    .map(
      ({ event, guid, attempts }) =>
        `delivery ${guid} of ${event} had no effect in ${attempts.length} attempts`,
    );

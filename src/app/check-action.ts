import { timeOfUuid } from "../lib/time-of-uuid.js";
import { mayCommand } from "../policy/authorize.js";
import type { CheckRunEvent, CheckSuiteEvent } from "../policy/event.js";
import { openGates, type OpenGate } from "../run/gates.js";
import type { Vote } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { lookAgain } from "./look-again.js";
import { referenceOf } from "./occasion.js";
import { readCause } from "./report-id.js";
import { stopRun } from "./stop-run.js";
import { isLeftBehind } from "./found-check.js";
import { gateId } from "./report-run.js";
import { notYetRetried } from "../run/attempts.js";
import { retryRun } from "./retry-run.js";
import { runsOfCommit } from "./runs-of.js";
import { castVotes } from "./votes.js";

/** A button of a check, or GitHub's own "Re-run". Who may is asked of GitHub now, not of the payload. */
export async function actOnCheck(dependencies: Dependencies, event: CheckRunEvent): Promise<void> {
  const run = await runOfCheck(dependencies, event);
  if (run === undefined || run.facts === undefined) return maybeLookAgain(dependencies, event);
  const asked = event.action === "rerequested" ? "retry" : event.identifier;
  if (!(await mayAct(dependencies, event, { run: run.key.name, action: asked }))) return;
  switch (asked) {
    case "cancel":
      return stopRun(dependencies, run, { reason: "cancelled", by: event.actor.login });
    case "retry":
      await retryRun(dependencies, askingOf(event), run);
      break;
    case "approve":
      await vote(dependencies, event, run, "approved");
      break;
    case "reject":
      await vote(dependencies, event, run, "rejected");
      break;
  }
  dependencies.wake(run.key);
}

async function maybeLookAgain(dependencies: Dependencies, event: CheckRunEvent): Promise<void> {
  const { checkRunId: id, checkName: name, externalId } = event;
  if (event.action !== "rerequested" || readCause(externalId) === undefined) return;
  if (!(await mayAct(dependencies, event, { check: name, action: "look again" }))) return;
  await lookAgain(dependencies, { ...event, check: { id, name, externalId } });
}

/** "Re-run all checks": another attempt of every run of the commit that has ended, and a new look at all else. */
export async function rerunSuite(dependencies: Dependencies, event: CheckSuiteEvent): Promise<void> {
  if (!(await mayAct(dependencies, event, { sha: event.headSha, action: "retry all" }))) return;
  const { engine } = dependencies;
  const runs = await runsOfCommit(engine, event.repository.id, event.headSha, { finished: true });
  const by = event.delivery;
  // The same event, delivered again, asks for no third attempt and no second look.
  for (const run of notYetRetried(runs, by).filter(({ phase }) => isFinished(phase)))
    await retryRun(dependencies, { ...askingOf(event), by }, run);
  for (const check of await dependencies.github.checkRuns.own(referenceOf(event), event.headSha))
    if (readCause(check.externalId) !== undefined)
      await lookAgain(dependencies, { ...event, check, again: by });
}

async function mayAct(
  { github, log }: Dependencies,
  event: CheckRunEvent | CheckSuiteEvent,
  facts: object,
): Promise<boolean> {
  const permission = await github.permissions.of(referenceOf(event), event.actor);
  const told = { ...facts, actor: event.actor.login, permission };
  const may = event.actor.type === "User" && mayCommand(permission);
  log.info(told, may ? "check action" : "refused a check action");
  return may;
}

function askingOf(event: CheckRunEvent | CheckSuiteEvent) {
  return { reference: referenceOf(event), repository: event.repository };
}

/** The external id is ours, but it came through a payload: the run must be of the repository that asks. */
async function runOfCheck(dependencies: Dependencies, event: CheckRunEvent): Promise<Run | undefined> {
  const match = /^([a-z0-9.-]+)\/([a-z0-9.-]+)#\d+$/.exec(event.externalId);
  if (match === null) return undefined;
  const workflow = await dependencies.engine.get({ namespace: match[1] ?? "", name: match[2] ?? "" });
  const run = workflow && readRun(workflow);
  return run?.facts?.repositoryId === event.repository.id ? run : undefined;
}

/** Says something to the gates that the pressed check shows, and to no others. */
async function vote(
  dependencies: Dependencies,
  event: CheckRunEvent,
  run: Run,
  verdict: Vote["verdict"],
): Promise<void> {
  const { actor, checkRunId: id } = event;
  const leg = run.report.legs.find((each) => each.id === id);
  const isKnown = leg?.completed === true && !isLeftBehind(leg);
  const shown = Date.parse((isKnown ? leg.completedAt : undefined) ?? "");
  const begun = Date.parse(run.workflow.metadata.creationTimestamp ?? "");
  const at = await pressedAt(dependencies, event, { verdict, since: Number.isNaN(shown) ? begun : shown });
  // Of a check that is not known, what it has shown is not either: but no gate that has opened since it was pressed.
  const isMeant = (gate: OpenGate) =>
    isKnown ? leg.gates?.includes(gateId(gate)) === true : Date.parse(gate.startedAt) <= at;
  const gates = openGates(run).filter(isMeant);
  if (gates.length === 0 || run.facts === undefined) return;
  const { headSha } = run.facts;
  const votes = gates.map((gate): Vote => {
    const vote = { verdict, user: actor, gate: gateId(gate), headSha, via: "check", id } as const;
    const isUnseen = verdict === "approved" && (!isKnown || leg.hidden === true);
    if (isUnseen) return { ...vote, at: gate.startedAt, unseen: true };
    const earliest = Number.isNaN(shown) ? at : shown + 1000;
    return { ...vote, at: new Date(Math.max(at, earliest)).toISOString() };
  });
  await castVotes(dependencies, run.key, votes);
  await dependencies.reconcile(run.key);
}

/**
 * GitHub does not say when a button was pressed, only which: it was after the check showed the preview, and before GitHub
 * first told of it, or tried to. That may be days ago, and an approval must take nothing back that the person has said
 * since: of the times that are known it has the first, and a rejection the last. GitHub's ids of events are UUIDs of
 * version 1, made when the event was.
 */
async function pressedAt(
  { github }: Dependencies,
  { delivery, receivedAt }: CheckRunEvent,
  { verdict, since }: { verdict: Vote["verdict"]; since: number },
): Promise<number> {
  const made = timeOfUuid(delivery) ?? receivedAt;
  const first = await github.deliveries.firstTried(delivery, since);
  const tried = first === "never" || first === "unknown" ? undefined : Date.parse(first);
  if (verdict === "rejected") return tried ?? Math.max(made, receivedAt);
  if (first === "unknown" && timeOfUuid(delivery) === undefined) return since;
  return Math.min(made, receivedAt, tried ?? receivedAt);
}

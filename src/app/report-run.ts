import { createHash } from "node:crypto";
import type { GateDecision } from "../policy/gate.js";
import { renderCheck } from "../report/render-check.js";
import type { CheckPayload } from "../report/check.js";
import { standingOf, strideOf } from "../report/standing.js";
import { openGates } from "../run/gates.js";
import { annotation, type ReportedLeg, type ReportState, type RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { amendRun } from "./amend-run.js";
import { findCheck, leftBehind, mayGoOn, updateCheck } from "./found-check.js";
import { GitHubError, type StoredCheck } from "./ports.js";
import { repositoryOf } from "./repository-of.js";
import { settleDouble } from "./settle-double.js";
import { settleLate } from "./settle-late.js";

/** Names a gate as a reported leg remembers it: a retried node is another gate. */
export function gateId(gate: { node: { id: string }; startedAt: string }): string {
  return `${gate.node.id}@${gate.startedAt}`;
}

/**
 * When the check that shows this gate's preview was published; undefined when none is, and when GitHub may show another
 * check of the name instead, or did so.
 */
export function previewShownAt({ legs, unsure }: ReportState, gate: string): string | undefined {
  if (unsure !== undefined) return undefined;
  const shows = ({ completed, gates, hidden }: ReportedLeg) =>
    completed && hidden !== true && gates?.includes(gate) === true;
  return legs.find(shows)?.completedAt;
}

/**
 * Makes the run's check say what the run is. GitHub reopens no completed check run, so after a gate the run goes on
 * in a new one of the same name, its next leg. Returns false when another writer was faster: read again.
 */
export async function reportRun(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  { decisions, notices = [] }: { decisions: ReadonlyMap<string, GateDecision>; notices?: readonly string[] },
): Promise<boolean> {
  if (!(await settleLate(dependencies, run, facts))) return false;
  const last = run.report.legs.at(-1);
  const now = dependencies.clock();
  const logs = await dependencies.logs.of(run);
  const masked = [...logs.values()].reduce((sum, { masks }) => sum + masks.length, 0);
  const mostMasked = Math.max(masked, run.report.masked ?? 0);
  const detailsUrl = detailsUrlOf(dependencies, run, facts);
  const render = (leg: number, at: number) =>
    renderCheck(run, {
      now: at,
      decisions,
      leg,
      detailsUrl,
      masks: [],
      logs,
      masksLost: masked < mostMasked,
      notices,
    });
  let leg = last?.leg ?? 0;
  let check = render(leg, now);
  const gates = check.conclusion === "action_required" ? openGates(run).map(gateId) : [];
  const again = last?.completed === true && mustStartLeg(check, gates, last);
  if (again) check = render((leg += 1), now);
  // The passing of time alone is no news, but for long strides of it.
  const hash = hashOf(render(leg, 0), strideOf(standingOf(run), now));
  if (!again && last?.hash === hash) return true;
  if (check.status !== "completed" && !dependencies.pace(run.key)) return true;
  const repository = repositoryOf(facts);
  const waits = gates.length > 0;
  // The moment of a waiting leg's completion is compared with reviews: it must be by GitHub's clock.
  const { completedAt, ...open } = check;
  const payload = waits || completedAt === undefined ? open : check;
  if (last !== undefined && !again) {
    const stored = await updateCheck(dependencies, repository, last, payload);
    const told = stored === undefined ? leftBehind(last) : toldOf(stored, { leg, hash, gates, last });
    if (await remember(dependencies, run, told, { masked: mostMasked })) return stored !== undefined;
    await doubt(dependencies, run, last.id);
    return false;
  }
  const announced = await announce(dependencies, run, leg);
  if (announced === undefined) return false;
  const noted = { masked: mostMasked, announced };
  const found = announced.before
    ? await findCheck(dependencies, repository, facts.headSha, payload)
    : undefined;
  if (found !== undefined && !mayGoOn(found, payload)) {
    const isNoted = await remember(dependencies, run, leftBehind({ id: found.id, leg }), noted);
    // Where creations end like this one after the other, the next has to wait the longer.
    if (isNoted && last?.hash === "")
      throw new GitHubError(`check ${found.id} is not known`, { retryable: true });
    return false;
  }
  const stored =
    found === undefined
      ? await create(dependencies, run, facts, { check: payload, leg })
      : await dependencies.github.checkRuns.update(repository, found.id, payload);
  const told = toldOf(stored, { leg, hash, gates, last: undefined });
  if (await remember(dependencies, run, told, noted)) return true;
  await settleDouble(dependencies, run, facts, stored);
  return false;
}

/** The run's page; where there is none, what the run was started for. */
function detailsUrlOf({ runUrl }: Dependencies, { key }: Run, facts: RunFacts): string {
  const { htmlUrl, pullRequest, headSha } = facts;
  const place = pullRequest === undefined ? `commit/${headSha}` : `pull/${pullRequest.number}`;
  return runUrl?.(key) ?? `${htmlUrl}/${place}`;
}

/** A completed leg stays as long as it waits for no other gates than those that it showed when it was completed. */
function mustStartLeg(check: CheckPayload, gates: string[], last: ReportedLeg): boolean {
  if (last.hidden === true) return true;
  if (last.gates === undefined) return false;
  return check.conclusion !== "action_required" || gates.some((gate) => last.gates?.includes(gate) !== true);
}

interface Announced {
  /** By an earlier try. */
  before: boolean;
  /** The annotation as it is by now. */
  text: string | null;
}

/**
 * Writes down that a leg's check run is about to be created. Only where that was written by an earlier try may there
 * be a check run that the run does not know of: that is written down, too, so that whoever tried has to read again.
 * Undefined when another writer was faster.
 */
async function announce(
  { engine, late }: Dependencies,
  run: Run,
  leg: number,
): Promise<Announced | undefined> {
  const { announced, unsure } = run.report;
  const known = run.workflow.metadata.annotations?.[annotation.report] ?? null;
  const before = announced === leg;
  if (before) late.begin(run.key);
  if (before && unsure === leg) return { before, text: known };
  const state: ReportState = { ...run.report, announced: leg, ...(before ? { unsure: leg } : {}) };
  const text = JSON.stringify(state);
  const result = await engine.annotate(
    run.key,
    { [annotation.report]: text },
    { [annotation.report]: known },
  );
  return result === "done" ? { before, text } : undefined;
}

/**
 * Creates a check run. Where that fails, whoever else leads by now may not know that it was asked for; where GitHub has
 * refused it, there is none.
 */
async function create(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  { check, leg }: { check: CheckPayload; leg: number },
): Promise<StoredCheck> {
  try {
    return await dependencies.github.checkRuns.create(repositoryOf(facts), facts.headSha, check);
  } catch (error) {
    const isRefused = error instanceof GitHubError && !error.retryable;
    await amendRun(dependencies, run.key, annotation.report, ({ uid, report }) => {
      const { announced, ...rest } = report;
      if (uid !== run.uid || (announced === leg && !isRefused)) return undefined;
      return JSON.stringify(announced === leg ? rest : { ...report, unsure: leg });
    });
    throw error;
  }
}

/** A leg was written on GitHub and that could not be noted: another leads by now, which has to write it anew. */
async function doubt(dependencies: Dependencies, run: Run, id: number): Promise<void> {
  await amendRun(dependencies, run.key, annotation.report, ({ uid, report }) => {
    if (uid !== run.uid || !report.legs.some((leg) => leg.id === id && leg.hash !== "")) return undefined;
    const legs = report.legs.map((leg) => (leg.id === id ? doubtful(leg) : leg));
    return JSON.stringify({ ...report, legs });
  });
}

/** What it shows is not known; gates that it may not show are shown in another. */
function doubtful(leg: ReportedLeg): ReportedLeg {
  return { ...leg, hash: "", ...(leg.gates === undefined ? {} : { hidden: true }) };
}

function toldOf(
  stored: StoredCheck,
  { leg, hash, gates, last }: { leg: number; hash: string; gates: string[]; last: ReportedLeg | undefined },
): ReportedLeg {
  const waits = gates.length > 0;
  return {
    id: stored.id,
    leg,
    completed: stored.status === "completed",
    hash,
    ...shownSince(stored, waits ? last : undefined),
    ...(waits ? { gates } : {}),
  };
}

/**
 * Since when a leg is on display. An update of a waiting leg is no new display: were its time taken over, each
 * approval that is shown would make itself one from before.
 */
function shownSince(stored: StoredCheck, last: ReportedLeg | undefined): { completedAt?: string } {
  const completedAt = (last?.gates === undefined ? undefined : last.completedAt) ?? stored.completedAt;
  return completedAt === undefined ? {} : { completedAt };
}

async function remember(
  { engine, late }: Dependencies,
  run: Run,
  told: ReportedLeg,
  { masked, announced }: { masked: number; announced?: Announced },
): Promise<boolean> {
  const legs = [...run.report.legs.filter(({ leg }) => leg !== told.leg), told];
  const isGivenUp = run.report.announced !== undefined && run.report.announced !== told.leg;
  const isNew = isGivenUp || announced?.before === true;
  // Of a leg that was announced and is not needed any more, the check run may be on its way all the same.
  const unsure = isNew ? run.report.announced : run.report.unsure;
  const state: ReportState = {
    legs,
    ...(unsure === undefined ? {} : { unsure }),
    ...(masked > 0 ? { masked } : {}),
  };
  const before = announced?.text ?? run.workflow.metadata.annotations?.[annotation.report] ?? null;
  const result = await engine.annotate(
    run.key,
    { [annotation.report]: JSON.stringify(state) },
    { [annotation.report]: before },
  );
  if (result !== "done") return false;
  if (isNew) late.begin(run.key);
  return true;
}

function hashOf(
  { startedAt: _started, completedAt: _completed, ...check }: CheckPayload,
  stride: number | undefined,
): string {
  return createHash("sha256")
    .update(JSON.stringify([check, stride]))
    .digest("hex")
    .slice(0, 16);
}

import { createHash } from "node:crypto";
import type { NodeLog } from "../engine/engine.js";
import type { GateDecision } from "../policy/gate.js";
import { renderCheck } from "../report/render-check.js";
import type { CheckPayload } from "../report/check.js";
import { failingLeaf, openGates } from "../run/gates.js";
import { annotation, type ReportedLeg, type ReportState, type RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import type { RepositoryRef, StoredCheck } from "./ports.js";
import { repositoryOf } from "./read-gate-snapshot.js";

const logTailBytes = 16 * 1024;

/** Names a gate as a reported leg remembers it: a retried node is another gate. */
export function gateId(gate: { node: { id: string }; startedAt: string }): string {
  return `${gate.node.id}@${gate.startedAt}`;
}

/** When the check that shows this gate's preview was published; undefined when none is. */
export function previewShownAt(report: ReportState, gate: string): string | undefined {
  return report.legs.find((leg) => leg.completed && leg.gates?.includes(gate) === true)?.completedAt;
}

/**
 * Makes the run's check say what the run is. GitHub reopens no completed check run, so after a gate the run goes on
 * in a new one of the same name, its next leg. Returns false when another writer was faster: read again.
 */
export async function reportRun(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  decisions: Map<string, GateDecision>,
): Promise<boolean> {
  const last = run.report.legs.at(-1);
  const log = await failingLog(dependencies, run);
  const render = (leg: number, now = dependencies.clock()) =>
    renderCheck(run, { now, decisions, leg, masks: [], ...(log === undefined ? {} : { log }) });
  let leg = last?.leg ?? 0;
  let check = render(leg);
  const gates = check.conclusion === "action_required" ? openGates(run).map(gateId) : [];
  const again = last?.completed === true && mustStartLeg(check, gates, last);
  if (again) check = render((leg += 1));
  // The passing of time alone is no news.
  const hash = hashOf(render(leg, Date.parse(run.startedAt ?? "") || 0));
  if (!again && last?.hash === hash) return true;
  if (check.status !== "completed" && !dependencies.pace(run.key)) return true;
  const repository = repositoryOf(facts);
  const waits = gates.length > 0;
  // The moment of a waiting leg's completion is compared with reviews: it must be by GitHub's clock.
  const { completedAt, ...open } = check;
  const payload = waits || completedAt === undefined ? open : check;
  const stored =
    last !== undefined && !again
      ? await dependencies.github.checkRuns.update(repository, last.id, payload)
      : await create(dependencies, repository, facts.headSha, payload);
  const told: ReportedLeg = {
    id: stored.id,
    leg,
    completed: check.status === "completed",
    hash,
    ...shownSince(stored, waits && !again ? last : undefined),
    ...(waits ? { gates } : {}),
  };
  return remember(dependencies, run, told);
}

/** A completed leg stays as long as it waits for no other gates than those that it showed when it was completed. */
function mustStartLeg(check: CheckPayload, gates: string[], last: ReportedLeg): boolean {
  if (last.gates === undefined) return false;
  return check.conclusion !== "action_required" || gates.some((gate) => last.gates?.includes(gate) !== true);
}

/** A crash between the creation and the annotation leaves a check run that is found by its external id. */
async function create(
  { github }: Dependencies,
  repository: RepositoryRef,
  sha: string,
  check: CheckPayload,
): Promise<StoredCheck> {
  const stored = await github.checkRuns.list(repository, sha, check.name);
  const orphan = stored.find(({ externalId }) => externalId === check.externalId);
  if (orphan === undefined) return github.checkRuns.create(repository, sha, check);
  return github.checkRuns.update(repository, orphan.id, check);
}

/**
 * Since when a leg is on display. An update of a waiting leg is no new display: were its time taken over, each
 * approval that is shown would make itself one from before.
 */
function shownSince(stored: StoredCheck, last: ReportedLeg | undefined): { completedAt?: string } {
  const completedAt = (last?.gates === undefined ? undefined : last.completedAt) ?? stored.completedAt;
  return completedAt === undefined ? {} : { completedAt };
}

async function remember(dependencies: Dependencies, run: Run, told: ReportedLeg): Promise<boolean> {
  const before = run.workflow.metadata.annotations?.[annotation.report] ?? null;
  const legs = [...run.report.legs.filter(({ leg }) => leg !== told.leg), told];
  const state: ReportState = { legs };
  const result = await dependencies.engine.annotate(
    run.key,
    { [annotation.report]: JSON.stringify(state) },
    { [annotation.report]: before },
  );
  return result === "done";
}

async function failingLog(
  { engine }: Dependencies,
  run: Run,
): Promise<(NodeLog & { nodeId: string }) | undefined> {
  const node = failingLeaf(run);
  if (node === undefined) return undefined;
  const log = await engine.log(run.key, node.id, logTailBytes);
  return log && { nodeId: node.id, ...log };
}

function hashOf({ startedAt: _started, completedAt: _completed, ...check }: CheckPayload): string {
  return createHash("sha256").update(JSON.stringify(check)).digest("hex").slice(0, 16);
}

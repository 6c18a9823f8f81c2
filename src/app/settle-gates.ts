import { evaluateBranchGate, evaluateGate } from "../policy/evaluate-gate.js";
import { gateAnswer } from "../policy/gate-outputs.js";
import { aboveFloor, gateRules } from "../policy/gate-rules.js";
import type { GateDecision, GateRules } from "../policy/gate.js";
import { standingOf } from "../report/standing.js";
import { openGates, type OpenGate } from "../run/gates.js";
import { annotation, type GateAudit, type RunFacts } from "../run/metadata.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { keepToken } from "./keep-token.js";
import { noticesOf } from "./notices.js";
import { GitHubError } from "./ports.js";
import type { Settled } from "./reconciled.js";
import { readBranchSnapshot, readGateSnapshot } from "./read-gate-snapshot.js";
import { repositoryOf } from "./repository-of.js";
import { stopRun } from "./stop-run.js";
import { gateId, previewShownAt } from "./report-run.js";

/** Decides on every open gate from what GitHub says now, and releases those that are approved or rejected. */
export async function settleGates(dependencies: Dependencies, run: Run, facts: RunFacts): Promise<Settled> {
  const decisions = new Map<string, GateDecision>();
  let released = false;
  let failure: GitHubError | undefined;
  for (const gate of openGates(run)) {
    try {
      const decision = await decide(dependencies, run, facts, gate);
      decisions.set(gate.node.id, decision);
      if (decision.state === "waiting") continue;
      released = (await release(dependencies, run, facts, gate, decisions)) || released;
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      failure = error;
      const { rules } = rulesOf(dependencies, facts, gate);
      decisions.set(
        gate.node.id,
        waiting(rules, "GitHub could not be asked who approved; it will be asked again"),
      );
    }
  }
  if (isAbandoned(run, decisions)) {
    await stopRun(dependencies, run, { reason: "closed", by: "" });
    return { decisions, released: true };
  }
  return { decisions, released, ...(failure === undefined ? {} : { failure }) };
}

/** Closing a pull request answers its gates. What is at work behind an opened gate is left to end. */
function isAbandoned(run: Run, decisions: ReadonlyMap<string, GateDecision>): boolean {
  return standingOf(run).state === "waiting" && [...decisions.values()].some(({ abandoned }) => abandoned);
}

/** How the open gates of a run stand now, by node id: the same decisions, of which none is acted on. */
export async function readGates(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
): Promise<Map<string, GateDecision>> {
  const decisions = new Map<string, GateDecision>();
  for (const gate of openGates(run))
    decisions.set(gate.node.id, await decide(dependencies, run, facts, gate));
  return decisions;
}

async function decide(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  gate: OpenGate,
): Promise<GateDecision> {
  const { rules, problems } = rulesOf(dependencies, facts, gate);
  if (problems.length > 0) return waiting(rules, ...problems);
  if (gate.template === undefined)
    return waiting(rules, "the gate's template is not in the workflow any more");
  const outcome = gateAnswer(gate.template, "approved");
  if ("fault" in outcome) return waiting(rules, outcome.fault);
  const toRead = {
    nodeId: gate.node.id,
    nodeName: gate.node.displayName,
    openedAt: gate.startedAt,
    previewShownAt: previewShownAt(run.report, gateId(gate)),
    rules,
    votes: run.votes,
  };
  const { pullRequest } = facts;
  if (pullRequest === undefined) {
    return evaluateBranchGate(await readBranchSnapshot(dependencies, facts, toRead), rules);
  }
  const snapshot = await readGateSnapshot(dependencies, { ...facts, pullRequest }, toRead);
  const { pullRequests } = dependencies.github;
  const notices = await noticesOf(pullRequests, repositoryOf(facts), snapshot.pullRequest);
  return { ...evaluateGate(snapshot, rules), ...(notices.length === 0 ? {} : { notices }) };
}

/** The gate's own rules over the floor of the server's configuration as it is now; who changes a manifest sets neither. */
function rulesOf(
  { policyOf }: Dependencies,
  facts: RunFacts,
  gate: OpenGate,
): { rules: GateRules; problems: string[] } {
  const { rules, problems } = gateRules(gate.template?.metadata?.annotations);
  return { rules: aboveFloor(rules, policyOf(facts.repository).gates, facts.actor.id), problems };
}

function waiting(rules: GateRules, ...reasons: string[]): GateDecision {
  return { state: "waiting", needed: rules.approvals, approvals: [], ignored: [], reasons };
}

/** Reads and decides once more right before it writes: what was approved a moment ago may have been taken back. */
async function release(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  gate: OpenGate,
  decisions: Map<string, GateDecision>,
): Promise<boolean> {
  // Whatever starts behind the gate must find a token that is good; minting may take its time, so it comes first.
  await keepToken(dependencies, run, facts, { beforeRelease: true });
  const workflow = await dependencies.engine.get(run.key);
  if (workflow === undefined) return false;
  const now = readRun(workflow);
  if (now.stopped !== undefined) return false;
  const decision = await decide(dependencies, now, facts, gate);
  decisions.set(gate.node.id, decision);
  if (decision.state === "waiting" || gate.template === undefined) return false;
  const answer = gateAnswer(gate.template, decision.state);
  if ("fault" in answer) return false;
  const audit = auditOf(dependencies, facts, gate, decision);
  const people = audit.people.map(({ login }) => login).join(", ");
  const message =
    decision.state === "approved" ? `approved by ${people}` : `rejected: ${decision.reasons.join("; ")}`;
  const result = await dependencies.engine.release(
    run.key,
    { uid: run.uid, nodeId: gate.node.id, startedAt: gate.startedAt },
    {
      ...answer,
      message,
      annotations: { [`${annotation.gatePrefix}${gate.node.id}`]: JSON.stringify(audit) },
    },
  );
  const { decision: verdict, nodeName, headSha, reasons } = audit;
  dependencies.log.info(
    { run: run.key.name, gate: nodeName, verdict, people, headSha, reasons, result },
    "gate",
  );
  if (result !== "done") return false;
  const waitedMs = Math.max(0, dependencies.clock() - Date.parse(gate.startedAt));
  dependencies.metrics.gateDecided(verdict, waitedMs / 1000);
  if (decision.state === "approved") await lookAfterRelease(dependencies, run, facts);
  return true;
}

/**
 * A push may have landed while the release was written, after all was read: its run must not go on. Later pushes find
 * the gate opened and leave the run alone.
 */
async function lookAfterRelease(dependencies: Dependencies, run: Run, facts: RunFacts): Promise<void> {
  if (facts.pullRequest === undefined) return;
  const { number } = facts.pullRequest;
  try {
    const { headSha } = await dependencies.github.pullRequests.get(repositoryOf(facts), number);
    if (headSha === facts.headSha) return;
    await stopRun(dependencies, run, { reason: "superseded", by: `commit ${headSha.slice(0, 7)}` });
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    dependencies.log.warn({ run: run.key.name, err: error }, "failed to look at the head after a release");
  }
}

function auditOf(
  dependencies: Dependencies,
  facts: RunFacts,
  gate: OpenGate,
  decision: GateDecision,
): GateAudit {
  return {
    decision: decision.state === "approved" ? "approved" : "rejected",
    nodeId: gate.node.id,
    nodeName: gate.node.displayName,
    startedAt: gate.startedAt,
    headSha: facts.headSha,
    people: decision.approvals.map(({ user, reviewId, submittedAt, via }) => ({
      id: user.id,
      login: user.login,
      reviewId,
      submittedAt,
      ...(via === undefined ? {} : { via }),
    })),
    reasons: decision.reasons,
    decidedAt: new Date(dependencies.clock()).toISOString(),
  };
}

import type { NodeStatus, Workflow } from "../../../src/manifest/argo.js";
import type { Act, Answered, Entry } from "../record.js";
import { auditOf, factsOf, gatesOf, titleOf, type Invariant, type Sight } from "./facts.js";

/** Who may approve in the drill's repositories: they can write, and none of them is the author. */
const writers = ["bob", "dave"];

/**
 * Each gate that is open was opened once, by somebody who might, of the commit that was the head, after its check
 * showed the gate, and not taken back before the App asked for the last time. Told from the record alone.
 */
export const releasesAreRightful: Invariant = (sight) => {
  const { world, workflows } = sight;
  const wrong: string[] = [];
  for (const workflow of workflows) {
    for (const [index, gate] of gatesOf(workflow).entries()) {
      const answers = world.answers.filter(
        ({ run, node }) => run === titleOf(workflow) && node.id === gate.id,
      );
      if (answers.length > 1)
        wrong.push(`gate ${gate.displayName} of ${titleOf(workflow)} was answered twice`);
      const audit = auditOf(workflow, gate.id);
      if (audit?.decision === "rejected" && !wasRejected(sight))
        wrong.push(`gate ${gate.displayName} of ${titleOf(workflow)} was rejected by nobody`);
      if (gate.phase !== "Succeeded") continue;
      const why = notRightful(sight, workflow, gate, index);
      if (why !== undefined)
        wrong.push(`gate ${gate.displayName} of ${titleOf(workflow)} was opened wrongly: ${why}`);
    }
  }
  return wrong;
};

function wasRejected({ world, scene }: Sight): boolean {
  return world.record
    .acts(scene.round)
    .some(({ by, body }) => writers.includes(by) && (body === "/reject" || body === "reject"));
}

function notRightful(sight: Sight, workflow: Workflow, gate: NodeStatus, leg: number): string | undefined {
  const { world, scene } = sight;
  const { headSha } = factsOf(workflow);
  const acts = world.record.acts(scene.round);
  const requests = world.record.requests(scene.round);
  const released = releasedAt(sight, workflow, gate);
  const asked = lastAsked(requests, released);
  const shown = requests.find((request) =>
    shows(request, `${workflow.metadata.namespace}/${titleOf(workflow)}#${leg}`),
  );
  if (shown === undefined) return "its check never showed it";
  const standing = acts.filter(
    (act) =>
      approves(act, headSha) &&
      act.seq > shown.begun &&
      act.began < released &&
      !acts.some((other) => takesBack(other, act) && other.seq < asked),
  );
  if (standing.length === 0) return `nobody's approval of ${headSha.slice(0, 7)} stood`;
  const before = acts.filter(({ seq }) => seq < asked);
  const head = before.findLast(({ kind, body }) => kind === "push" && body === "change")?.sha;
  if (head !== undefined && head !== headSha) return `the head was ${head.slice(0, 7)}`;
  return before.some(({ kind }) => kind === "close") ? "the pull request was closed" : undefined;
}

function approves({ by, kind, sha, body }: Act, headSha: string): boolean {
  const says =
    kind === "approve" ||
    body === "/approve" ||
    body === "/apply" ||
    (kind === "press" && body === "approve");
  return says && writers.includes(by) && sha === headSha;
}

function takesBack(other: Act, act: Act): boolean {
  if (other.kind === "dismiss") return other.id === act.id;
  return other.kind === "request changes" && other.by === act.by && other.seq > act.seq;
}

/** In the order of all entries: as the cluster saw it, or by the time that the run says. */
function releasedAt({ world }: Sight, workflow: Workflow, gate: NodeStatus): number {
  const answer = world.answers.find(({ run, node }) => run === titleOf(workflow) && node.id === gate.id);
  if (answer !== undefined) return answer.seq;
  if (world.skewed) return Infinity;
  const decided = Date.parse(auditOf(workflow, gate.id)?.decidedAt ?? "");
  const after = world.record.entries.find(({ at }: Entry) => at > decided);
  return after?.seq ?? Infinity;
}

/**
 * When the App last asked who approved. It asks once more after it has a token for what comes behind the gate: what was
 * taken back before that token came must not count.
 */
function lastAsked(requests: readonly Answered[], released: number): number {
  const before = requests.filter(({ begun }) => begun < released);
  const reviews = before.findLast(({ path }) => path.endsWith("/reviews"))?.begun ?? released;
  const minted =
    before.findLast(({ path, seq }) => path.endsWith("/access_tokens") && seq < released)?.seq ?? 0;
  return Math.max(reviews, minted);
}

function shows({ path, status, responseBody }: Answered, externalId: string): boolean {
  if (!path.includes("/check-runs") || status >= 300) return false;
  const check = responseBody as { external_id?: string; conclusion?: string } | undefined;
  return check?.external_id === externalId && check.conclusion === "action_required";
}

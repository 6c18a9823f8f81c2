import { createHash } from "node:crypto";
import type { RunKey } from "../engine/engine.js";
import type { Review } from "../policy/gate.js";
import { annotation, type Vote } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { withVote } from "../run/votes.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError, type RepositoryRef } from "./ports.js";

const tries = 8;

/** Writes votes on a run, whoever else writes at the same time; durable on return. */
export async function castVotes(
  { engine }: Dependencies,
  key: RunKey,
  votes: readonly Vote[],
): Promise<void> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const workflow = await engine.get(key);
    if (workflow === undefined) return;
    const before = workflow.metadata.annotations?.[annotation.votes] ?? null;
    const known = readRun(workflow).votes;
    const cast = votes.reduce((all, vote) => withVote(all, vote) ?? all, known);
    if (cast === known) return;
    const text = { [annotation.votes]: JSON.stringify(cast) };
    if ((await engine.annotate(key, text, { [annotation.votes]: before })) === "done") return;
  }
  throw new GitHubError(`failed to write a vote on ${key.name}: others write all the time`, {
    retryable: true,
  });
}

/** The votes as gates look at them. Comments are read again: what a person has changed or deleted counts no more. */
export async function spokenReviews(
  { github }: Dependencies,
  repository: RepositoryRef,
  pullRequest: number | undefined,
  votes: readonly Vote[],
): Promise<Review[]> {
  const asked = pullRequest !== undefined && votes.some(({ via }) => via === "comment");
  const comments = asked ? await github.comments.list(repository, pullRequest) : [];
  return votes.map((vote): Review => {
    const comment = comments.find(({ id }) => id === vote.id);
    const same = comment?.userId === vote.user.id && hashOfBody(comment.body) === vote.bodyHash;
    return {
      id: vote.id,
      user: vote.user,
      state: vote.verdict === "approved" ? "APPROVED" : "CHANGES_REQUESTED",
      commitId: vote.headSha,
      submittedAt: vote.at,
      spoken: { gate: vote.gate, via: vote.via, unedited: vote.via === "check" || same },
    };
  });
}

export function hashOfBody(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

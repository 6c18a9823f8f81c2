import { createHash } from "node:crypto";
import type { RunKey } from "../engine/engine.js";
import type { Review } from "../policy/gate.js";
import { annotation, type Vote } from "../run/metadata.js";
import { withVote } from "../run/votes.js";
import { amendRun } from "./amend-run.js";
import type { Dependencies } from "./dependencies.js";
import type { RepositoryRef } from "./ports.js";

/** Writes votes on a run, whoever else writes at the same time; durable on return. */
export function castVotes(dependencies: Dependencies, key: RunKey, votes: readonly Vote[]): Promise<void> {
  return amendRun(dependencies, key, annotation.votes, (run) => {
    const cast = votes.reduce((all, vote) => withVote(all, vote) ?? all, run.votes);
    return cast === run.votes ? undefined : JSON.stringify(cast);
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
      spoken: {
        gate: vote.gate,
        via: vote.via,
        unedited: vote.via === "check" || same,
        ...(vote.unseen === undefined ? {} : { unseen: true }),
      },
    };
  });
}

export function hashOfBody(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

import type { Vote } from "./metadata.js";

/** Reads the annotation `sluice.dev/votes`; what is no vote is left out. Never throws. */
export function readVotes(text: string | undefined): Vote[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isVote) : [];
  } catch {
    return [];
  }
}

/**
 * The votes with one more: a delivery that comes twice changes nothing (undefined). Of what one person says to one gate
 * only the last is kept, and what comes late but was said later.
 */
export function withVote(votes: readonly Vote[], vote: Vote): Vote[] | undefined {
  const same = (other: Vote) => other.gate === vote.gate && other.user.id === vote.user.id;
  // A comment is one; a button may be pressed once more, which is a press of its own where it comes later.
  const isRepeated = (other: Vote) => vote.via === "comment" || secondOf(other) >= secondOf(vote);
  const known = votes.some(
    (other) =>
      same(other) &&
      other.via === vote.via &&
      other.id === vote.id &&
      other.verdict === vote.verdict &&
      isRepeated(other),
  );
  if (known) return undefined;
  // GitHub tells times in seconds: what was said in the same one is kept, and the gate holds to what is against it.
  const isLater = (other: Vote) => secondOf(other) >= secondOf(vote);
  return [...votes.filter((other) => !same(other) || isLater(other)), vote];
}

function secondOf({ at }: Vote): number {
  return Math.floor(Date.parse(at) / 1000);
}

function isVote(value: unknown): value is Vote {
  if (typeof value !== "object" || value === null) return false;
  const vote = value as Partial<Record<keyof Vote, unknown>>;
  const user = vote.user as Partial<Vote["user"]> | null | undefined;
  return (
    (vote.verdict === "approved" || vote.verdict === "rejected") &&
    (vote.via === "comment" || vote.via === "check") &&
    typeof vote.gate === "string" &&
    typeof vote.at === "string" &&
    typeof vote.headSha === "string" &&
    typeof vote.id === "number" &&
    typeof user === "object" &&
    user !== null &&
    typeof user.id === "number" &&
    typeof user.login === "string" &&
    typeof user.type === "string"
  );
}

import picomatch from "picomatch";
import { changes } from "./diff.js";
import { readBlob, resolve } from "./git.js";
import { baseOf } from "./pushes.js";
import { roleOf, type PullRequest, type Review, type State } from "./state.js";

export type ReviewDecision = "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED";

/** What GitHub decides on the reviews of a pull request; null where its base branch requires none. */
export async function reviewDecision(state: State, pull: PullRequest): Promise<ReviewDecision | null> {
  const rule = pull.repository.protections.get(pull.baseRef);
  if (rule === undefined || (rule.approvals === 0 && !rule.codeOwners)) return null;
  const opinions = opinionsOf(pull);
  if (opinions.some((review) => review.state === "CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  const approvers = opinions.filter((review) => review.state === "APPROVED").map(({ user }) => user.login);
  if (approvers.length < rule.approvals) return "REVIEW_REQUIRED";
  if (!rule.codeOwners) return "APPROVED";
  const owned = await ownersOfChanges(pull);
  const isOwner = (login: string, owner: string) =>
    owner.includes("/")
      ? (state.teams.get(owner.slice(1).toLowerCase()) ?? []).includes(login)
      : owner.slice(1).toLowerCase() === login.toLowerCase();
  const all = owned.every((owners) =>
    owners.some((owner) => approvers.some((login) => isOwner(login, owner))),
  );
  return all ? "APPROVED" : "REVIEW_REQUIRED";
}

/** The newest opinion of each writer; a comment is none. */
function opinionsOf(pull: PullRequest): Review[] {
  const latest = new Map<number, Review>();
  for (const review of pull.reviews) if (review.state !== "COMMENTED") latest.set(review.user.id, review);
  return [...latest.values()].filter(({ user }) =>
    ["write", "maintain", "admin"].includes(roleOf(pull.repository, user) ?? ""),
  );
}

/** The owners of each changed file that has any, by the CODEOWNERS of the base branch. */
async function ownersOfChanges(pull: PullRequest): Promise<string[][]> {
  const rules = parseOwners(await readOwners(pull));
  const files = await changes(pull.repository.git, await baseOf(pull), pull.headSha);
  return files
    .map(({ filename }) => rules.findLast(({ matches }) => matches(filename))?.owners ?? [])
    .filter((owners) => owners.length > 0);
}

async function readOwners({ repository: { git }, baseRef }: PullRequest): Promise<string> {
  for (const path of [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"]) {
    const blob = await resolve(git, `refs/heads/${baseRef}:${path}`);
    if (blob !== undefined) return (await readBlob(git, blob)).toString();
  }
  return "";
}

/** GitHub docs, "About code owners": patterns as in gitignore files; the last that matches counts. */
function parseOwners(text: string): { matches: (path: string) => boolean; owners: string[] }[] {
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim());
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const [pattern = "", ...owners] = line.split(/\s+/);
      const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
      const anchored = pattern.startsWith("/") || bare.includes("/");
      const glob = anchored ? bare : `**/${bare}`;
      return { matches: picomatch([glob, `${glob}/**`], { dot: true }), owners };
    });
}

import { mayCommand } from "./authorize.js";
import type { Actor } from "./event.js";
import type {
  BranchSnapshot,
  GateRules,
  GateScene,
  GateSnapshot,
  PullRequestCommit,
  Review,
  BranchPush,
} from "./gate.js";

/** Why a gate stays closed until the check that shows its preview is published. */
export const notShownYet = "what there is to approve has not been shown yet";
export const beforeShown = "reviewed before there was something to approve";

/** A rule about the pull request as a whole; while one does not hold, no review counts. */
export interface SnapshotCondition<Scene extends GateScene = GateSnapshot> {
  name: string;
  /** Why it does not hold, for the reader of the check; undefined when it holds. */
  refuse(snapshot: Scene): string | undefined;
}

/** A rule about one person's latest opinion; each is named for the attack it prevents. */
export interface ReviewCondition<Scene extends GateScene = GateSnapshot> {
  name: string;
  /** What is wrong, to stand after the login; undefined when it holds. */
  refuse(review: OpinionReview, snapshot: Scene, rules: GateRules): string | undefined;
}
export type OpinionReview = Review & { user: Actor };

const short = (sha: string): string => sha.slice(0, 7);

/** Any list that was not read to its end could hide the one review or commit that matters. */
const complete: SnapshotCondition<GateScene> = {
  name: "complete",
  refuse: (s) => (s.complete === true ? undefined : "GitHub could not be read to the end"),
};
const previewShown: SnapshotCondition<GateScene> = {
  name: "preview-shown",
  refuse: (s) => (Number.isNaN(second(s.previewShownAt)) ? notShownYet : undefined),
};

/** A name alone is forged by any App, or by an Action in the very pull request. */
const requiredChecks: SnapshotCondition<GateScene> = {
  name: "required-checks",
  refuse: ({ checks = { required: [], found: [] } }) => {
    const missing = checks.required.filter(({ name, app }) => {
      const own = checks.found.filter((check) => check.name === name && check.app === app);
      return own.length === 0 || own.some(({ conclusion }) => conclusion !== "success");
    });
    if (missing.length === 0) return undefined;
    return `the commit needs these checks to succeed first: ${missing.map(({ name }) => name).join(", ")}`;
  },
};

export const snapshotConditions: readonly SnapshotCondition[] = [
  complete,
  {
    name: "same-pull-request",
    refuse: (s) =>
      s.pullRequest.number === s.run.pullRequest
        ? undefined
        : `this run belongs to pull request #${s.run.pullRequest}`,
  },
  {
    name: "open",
    refuse: (s) => (s.pullRequest.state === "open" ? undefined : "the pull request is not open"),
  },
  {
    name: "not-merged",
    refuse: (s) => (s.pullRequest.merged === false ? undefined : "the pull request is merged"),
  },
  {
    name: "not-draft",
    refuse: (s) => (s.pullRequest.draft === false ? undefined : "the pull request is a draft"),
  },
  {
    name: "same-repository",
    refuse: (s) =>
      s.pullRequest.baseRepositoryId === s.run.repositoryId
        ? undefined
        : "the pull request is of another repository",
  },
  {
    name: "not-a-fork",
    refuse: (s) =>
      s.pullRequest.headRepositoryId === s.run.repositoryId
        ? undefined
        : "the pull request comes from a fork",
  },
  {
    name: "head-is-the-runs-commit",
    refuse: (s) =>
      s.pullRequest.headSha === s.run.headSha && s.run.headSha !== ""
        ? undefined
        : `the pull request has moved on to ${short(s.pullRequest.headSha)}, this run is of ${short(s.run.headSha)}`,
  },
  {
    name: "base-unchanged",
    refuse: (s) =>
      s.pullRequest.baseRef === s.run.baseRef
        ? undefined
        : `the base was changed from ${s.run.baseRef} to ${s.pullRequest.baseRef}`,
  },
  {
    name: "head-in-commits",
    refuse: (s) =>
      s.commits.some((commit) => commit.sha === s.run.headSha)
        ? undefined
        : "GitHub's list of commits does not hold the head yet",
  },
  requiredChecks,
  previewShown,
];

/** Of a run that belongs to no pull request. */
export const branchConditions: readonly SnapshotCondition<BranchSnapshot>[] = [
  complete,
  {
    name: "head-in-commits",
    refuse: (s) =>
      s.commits.some((commit) => commit.sha === s.run.headSha)
        ? undefined
        : "GitHub's list of commits does not hold the head",
  },
  requiredChecks,
  previewShown,
];

const human: ReviewCondition<GateScene> = {
  name: "human",
  refuse: ({ user }) =>
    user.type === "User" && !user.login.endsWith("[bot]") ? undefined : "is not a person",
};

/** Rules that hold for every opinion, whatever started the run. */
export const opinionConditions: readonly ReviewCondition<GateScene>[] = [
  human,
  {
    name: "not-the-last-pusher",
    refuse: ({ user }, s) => (user.id === s.lastPusherId ? "pushed the newest commit" : undefined),
  },
  {
    name: "write-permission",
    refuse: ({ user }, s) =>
      mayWrite(user, s) ? undefined : "has no write permission on the repository now",
  },
  {
    name: "approver",
    refuse: ({ user }, s, rules) =>
      isAmong(rules.approvers, user, s) ? undefined : "is not among the gate's approvers",
  },
  {
    name: "four-eyes",
    refuse: ({ user }, _s, { startedBy }) => (user.id === startedBy ? "started this run" : undefined),
  },
  {
    name: "server-approver",
    refuse: ({ user }, s, rules) =>
      isAmong(rules.serverApprovers ?? [], user, s)
        ? undefined
        : "is not among the approvers that the server's configuration names",
  },
  {
    name: "same-commit",
    refuse: ({ commitId }, s) =>
      commitId === s.run.headSha
        ? undefined
        : `reviewed ${commitId === undefined ? "another commit" : short(commitId)}, not ${short(s.run.headSha)}`,
  },
  {
    name: "on-display",
    refuse: ({ spoken }) =>
      spoken?.unseen === undefined ? undefined : "pressed it on a check that was not on display",
  },
  {
    name: "after-the-gate-opened",
    refuse: ({ submittedAt }, s) =>
      second(submittedAt) > second(s.gate.openedAt) ? undefined : "reviewed before the gate opened",
  },
  {
    name: "after-the-preview",
    refuse: ({ submittedAt }, s) =>
      second(submittedAt) > second(s.previewShownAt) ? undefined : beforeShown,
  },
  {
    name: "unedited",
    refuse: ({ spoken }) =>
      spoken === undefined || spoken.unedited === true
        ? undefined
        : "said it in a comment that was changed or deleted since",
  },
];

const notInTheCommits: ReviewCondition<GateScene & Pick<GateSnapshot, "commits">> = {
  name: "not-in-the-commits",
  refuse: ({ user }, s) =>
    s.commits.some((commit) => takesPart(commit, user))
      ? "wrote or committed one of the commits that this run is of"
      : undefined,
};

export const reviewConditions: readonly ReviewCondition[] = [
  human,
  {
    name: "not-the-author",
    refuse: ({ user }, s) => (user.id === s.pullRequest.author.id ? "wrote the pull request" : undefined),
  },
  notInTheCommits,
  {
    name: "not-a-pusher",
    refuse: ({ user }, s) =>
      pushesOf(s).some(({ by }) => by === user.id)
        ? "pushed some of the commits that this run is of"
        : undefined,
  },
  ...opinionConditions.filter((condition) => condition !== human),
];

/** For a run that belongs to no pull request. */
export const branchReviewConditions: readonly ReviewCondition<BranchSnapshot>[] = [
  human,
  notInTheCommits,
  ...opinionConditions.filter((condition) => condition !== human),
];

/** GitHub's times have whole seconds: within the same second, which came first is not known. NaN when unreadable. */
export function second(time: string | undefined): number {
  return time === undefined ? Number.NaN : Math.floor(Date.parse(time) / 1000);
}

export function mayWrite(user: Actor, snapshot: GateScene): boolean {
  return Object.hasOwn(snapshot.permissions, user.id) && mayCommand(snapshot.permissions[user.id] ?? "none");
}

/**
 * True when who wrote or pushed this code is not fully known. Each commit then may hide one approver, so the gate
 * asks for one approval more: whoever it is, enough others have approved.
 */
export function hasUnknownAuthors(
  snapshot: Pick<GateSnapshot, "lastPusherId" | "commits"> & Partial<Pick<GateSnapshot, "pushes">>,
): boolean {
  const unknown = (actor: Actor | undefined): boolean => actor === undefined || !isKnown(actor);
  return (
    snapshot.lastPusherId === undefined ||
    pushesOf(snapshot).some(({ by }) => by === undefined) ||
    snapshot.commits.some(
      ({ author, committer }) => unknown(author) || author?.login === webFlow || unknown(committer),
    )
  );
}

/** Those that brought what is to be approved: a branch may be older than the pull request. */
function pushesOf({ pushes = [], commits }: Partial<GateSnapshot>): BranchPush[] {
  return pushes.filter(({ sha }) => commits?.some((commit) => commit.sha === sha));
}

export function isKnown(actor: Actor): boolean {
  return Number.isSafeInteger(actor.id) && actor.id > 0 && actor.type !== "Unknown";
}

/** The committer that GitHub puts on commits made by its merge button and web editor. */
const webFlow = "web-flow";

function takesPart(commit: PullRequestCommit, user: Actor): boolean {
  if (commit.author?.id === user.id) return true;
  if (commit.committer?.id === user.id && commit.committer.login !== webFlow) return true;
  return commit.coAuthorEmails.some((email) => isNoreplyOf(email, user));
}

/** `ID+LOGIN@users.noreply.github.com`, the address that names its owner; other addresses name nobody for certain. */
function isNoreplyOf(email: string, user: Actor): boolean {
  const match = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\./i.exec(email.trim());
  if (match === null) return false;
  if (match[1] !== undefined) return Number(match[1]) === user.id;
  return match[2]?.toLowerCase() === user.login.toLowerCase();
}

function isAmong(approvers: readonly string[], user: Actor, snapshot: GateScene): boolean {
  if (approvers.length === 0) return true;
  const login = user.login.toLowerCase();
  return approvers.some((entry) => {
    const name = entry.replace(/^@/, "").toLowerCase();
    if (!name.includes("/")) return name === login;
    return Object.entries(snapshot.teams).some(
      ([team, ids]) => team.toLowerCase() === name && ids.includes(user.id),
    );
  });
}

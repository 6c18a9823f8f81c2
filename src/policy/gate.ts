import type { Actor, Permission, PullRequest } from "./event.js";

/** What every gate decision looks at, read from GitHub and the engine at one moment. */
export interface GateScene {
  run: { repositoryId: number; headSha: string };
  gate: {
    nodeId: string;
    nodeName: string;
    /** RFC 3339: when the suspend node began to wait. */ openedAt: string;
  };
  /** When the check that shows the gate's preview was published (RFC 3339); undefined when it was not yet. */
  previewShownAt: string | undefined;
  /** Reviews, and what was said by command or button. */
  reviews: Review[];
  /** Numeric id of who pushed the head, when GitHub tells. */
  lastPusherId: number | undefined;
  /** Present repository permission of each reviewer, by numeric user id; absent counts as none. */
  permissions: Record<number, Permission>;
  /** For each team slug `org/team` that the rules name: ids of active members. */
  teams: Record<string, number[]>;
  /** What must be green before: `app` is the number of the App whose check it must be. Absent: nothing. */
  checks?: { required: RequiredCheck[]; found: FoundCheck[] };
  /** False when any list above could not be read to its end. */
  complete: boolean;
}

/** The scene of a gate in a run that belongs to no pull request, such as a push to main. */
export interface BranchSnapshot extends GateScene {
  /** What the event brought, its head among them. */
  commits: PullRequestCommit[];
  /** False when only the head could be told of what the event brought. */
  commitsKnown: boolean;
}

/** A push to a branch: the commit that it left the branch at, and the number of the person who pushed, when GitHub tells. */
export interface BranchPush {
  sha: string;
  by: number | undefined;
}

/** The scene of a gate in a run of a pull request. */
export interface GateSnapshot extends GateScene {
  run: { repositoryId: number; headSha: string; baseRef: string; pullRequest: number };
  pullRequest: PullRequest;
  commits: PullRequestCommit[];
  /** To the branch, as far as GitHub tells: who wrote a commit can be forged in it, who pushed it cannot. */
  pushes: BranchPush[];
  /** Read only where the rules ask for code owners. */
  ownerReview?: OwnerReview;
}

/** What GitHub itself has decided on the reviews of a pull request. */
export interface OwnerReview {
  /** The head that the decision is about. */
  headSha: string;
  /** Undefined when GitHub decides nothing, as where the base branch requires no review. */
  decision: "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED" | undefined;
  /** Whether the base branch demands code owners' reviews, so that the decision says something of them. */
  ownersRequired: boolean;
}

export interface RequiredCheck {
  name: string;
  app: number;
}
/** A check run on the head; `app` undefined when GitHub does not tell whose it is. */
export interface FoundCheck {
  name: string;
  app: number | undefined;
  conclusion: string | undefined;
}

export interface Review {
  id: number;
  user: Actor | undefined;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  commitId: string | undefined;
  submittedAt: string | undefined;
  /** Set when this is no review: what a person said to one gate by `/approve`, `/reject` or a button of the check. */
  spoken?: {
    /** The gate it is for, as `NODE-ID@STARTED-AT`. */
    gate: string;
    via: "comment" | "check";
    /** False when the comment is gone, or reads otherwise than when it was obeyed. */
    unedited: boolean;
    /** Pressed on a check run that was not on display, or of which it is not known what it showed. */
    unseen?: true;
  };
}
export interface PullRequestCommit {
  sha: string;
  author: Actor | undefined;
  committer: Actor | undefined;
  /** GitHub's own merge button or web editor committed it (`web-flow`). */
  coAuthorEmails: string[];
}

export interface GateRules {
  /** Distinct people needed; at least 1. */
  approvals: number;
  /** `@org/team` or login; empty: anyone with write permission. */
  approvers: string[];
  /** Of the server's configuration: a person must be among these too; absent or empty: no more than `approvers`. */
  serverApprovers?: string[];
  /** Numeric id of who started the run, where that person's approval is not to count. */
  startedBy?: number;
  rejectOnChanges: boolean;
  /** GitHub's own decision must say that the code owners have approved, besides. */
  codeOwners?: boolean;
}

export interface GateDecision {
  state: "waiting" | "approved" | "rejected";
  needed: number;
  /** Reviews that count. */
  approvals: { user: Actor; reviewId: number; submittedAt: string; via?: "comment" | "check" }[];
  /** Reviews that do not count, each with the reason in words. */
  ignored: { user: Actor | undefined; reviewId: number; reason: string }[];
  /** Why the gate is not open, in words a reader of the check can act on; why it is, when it is. */
  reasons: string[];
  /** What whoever approves should know besides. */
  notices?: string[];
  /** The pull request is closed: nobody will answer the gate. */
  abandoned?: true;
}

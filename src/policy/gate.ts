import type { Actor, Permission, PullRequest } from "./event.js";

/** All that a gate decision looks at, read from GitHub and the engine at one moment. */
export interface GateSnapshot {
  run: {
    repositoryId: number;
    headSha: string;
    baseRef: string;
    pullRequest: number;
  };
  gate: {
    nodeId: string;
    nodeName: string;
    /** RFC 3339: when the suspend node began to wait. */ openedAt: string;
  };
  /** When the check that shows the gate's preview was published (RFC 3339); undefined when it was not yet. */
  previewShownAt: string | undefined;
  pullRequest: PullRequest;
  reviews: Review[];
  commits: PullRequestCommit[];
  /** Numeric id of who pushed the head, when GitHub tells. */
  lastPusherId: number | undefined;
  /** Present repository permission of each reviewer, by numeric user id; absent counts as none. */
  permissions: Record<number, Permission>;
  /** For each team slug `org/team` that the rules name: ids of active members. */
  teams: Record<string, number[]>;
  /** False when any list above could not be read to its end. */
  complete: boolean;
}

export interface Review {
  id: number;
  user: Actor | undefined;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  commitId: string | undefined;
  submittedAt: string | undefined;
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
  rejectOnChanges: boolean;
}

export interface GateDecision {
  state: "waiting" | "approved" | "rejected";
  needed: number;
  /** Reviews that count. */
  approvals: { user: Actor; reviewId: number; submittedAt: string }[];
  /** Reviews that do not count, each with the reason in words. */
  ignored: { user: Actor | undefined; reviewId: number; reason: string }[];
  /** Why the gate is not open, in words a reader of the check can act on; why it is, when it is. */
  reasons: string[];
}

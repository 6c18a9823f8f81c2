/** The annotations and labels that Sluice writes on the Workflow objects it creates. All that Sluice knows is here. */
export const annotation = {
  /** Written by users. */
  on: "sluice.dev/on",
  tokenPermissions: "sluice.dev/token-permissions",
  approvals: "sluice.dev/approvals",
  approvers: "sluice.dev/approvers",
  approve: "sluice.dev/approve",
  rejectOnChanges: "sluice.dev/reject-on-changes",
  title: "workflows.argoproj.io/title",
  /** Written by Sluice: the facts of the run, as JSON (RunFacts). */
  facts: "sluice.dev/facts",
  /** Check runs by leg and what was last reported, as JSON (ReportState). */
  report: "sluice.dev/report",
  /** One per released gate: `sluice.dev/gate.NODE-ID`, the audit record as JSON. */
  gatePrefix: "sluice.dev/gate.",
  /** Who stopped the run and why, as JSON {reason, by, detail}. */
  /** What people said to this run's gates by command or button, as JSON (Vote[]). */
  votes: "sluice.dev/votes",
  stopped: "sluice.dev/stopped",
  /** When a replica that does not lead asked the leader to look at the run: the write itself is the message. */
  woken: "sluice.dev/woken",
} as const;

export const label = {
  repositoryId: "sluice.dev/repository-id",
  sha: "sluice.dev/sha",
  pullRequest: "sluice.dev/pull-request",
  /** The manifest name, cut and cleaned to a label value. */
  manifest: "sluice.dev/manifest",
} as const;

/** Workflow annotation `sluice.dev/facts`: what the run was started for. Written once, at submit. */
export interface RunFacts {
  installationId: number;
  repositoryId: number;
  /** `owner/name` when the run started. */
  repository: string;
  manifest: string;
  manifestFile: string;
  checkName: string;
  title: string;
  event:
    "push" | "pull_request" | "comment" | "merge_group" | "release" | "schedule" | "dispatch" | "check_run";
  headSha: string;
  ref: string;
  actor: { id: number; login: string };
  pullRequest?: { number: number; baseRef: string; baseSha: string; headRef: string; fork: boolean };
  attempt: number;
  /** What the run's name was made of besides the commit; the same event gives the same text. */
  trigger: string;
  tokenPermissions: Record<string, "read" | "write">;
  cloneUrl: string;
  htmlUrl: string;
  /** The branch that the commit is to go into, where that is no pull request's. */
  baseRef?: string;
  /** Parameters that the command which asked for the run has set. */
  arguments?: Record<string, string>;
}

/** Workflow annotation `sluice.dev/report`. */
export interface ReportState {
  legs: ReportedLeg[];
}

/** One check run of a run, as GitHub confirmed it last. */
export interface ReportedLeg {
  id: number;
  leg: number;
  completed: boolean;
  /** Hash of the payload that GitHub has. */
  hash: string;
  /** RFC 3339, by GitHub's clock. */
  completedAt?: string;
  /** The gates that a waiting leg shows, each as `NODE-ID@STARTED-AT`. */
  gates?: string[];
}

/**
 * Workflow annotation `sluice.dev/votes`: an approval or a rejection that is no review. Whether it counts is decided
 * anew each time, as for a review.
 */
export interface Vote {
  verdict: "approved" | "rejected";
  user: { id: number; login: string; type: "User" | "Bot" | "Organization" | "Unknown" };
  /** The gate it is for, as `NODE-ID@STARTED-AT`. */
  gate: string;
  /** RFC 3339. */
  at: string;
  headSha: string;
  via: "comment" | "check";
  /** Of the comment, or of the check run whose button was pressed. */
  id: number;
  /** SHA-256 of the comment's text as it was when it was obeyed. */
  bodyHash?: string;
}

/** Workflow annotation `sluice.dev/gate.NODE-ID`: why a gate was opened or rejected. */
export interface GateAudit {
  decision: "approved" | "rejected";
  nodeId: string;
  nodeName: string;
  startedAt: string;
  headSha: string;
  /** `reviewId` is that of the review, or of the comment or check run that `via` names. */
  people: {
    id: number;
    login: string;
    reviewId?: number;
    submittedAt?: string;
    via?: "comment" | "check";
  }[];
  reasons: string[];
  decidedAt: string;
}

/** The annotations and labels that Sluice writes on the Workflow objects it creates. All that Sluice knows is here. */
export const annotation = {
  /** Written by users. */
  on: "sluice.dev/on",
  tokenPermissions: "sluice.dev/token-permissions",
  approvals: "sluice.dev/approvals",
  approvers: "sluice.dev/approvers",
  approve: "sluice.dev/approve",
  rejectOnChanges: "sluice.dev/reject-on-changes",
  codeOwners: "sluice.dev/code-owners",
  comment: "sluice.dev/comment",
  /** On any template: the GitHub environment that its nodes deploy to. */
  environment: "sluice.dev/environment",
  title: "workflows.argoproj.io/title",
  /** Written by Sluice: the facts of the run, as JSON (RunFacts). */
  facts: "sluice.dev/facts",
  /** Check runs by leg and what was last reported, as JSON (ReportState). */
  report: "sluice.dev/report",
  /** GitHub deployments by environment, as JSON (DeploymentState by name). */
  deployments: "sluice.dev/deployments",
  /** One per released gate: `sluice.dev/gate.NODE-ID`, the audit record as JSON. */
  gatePrefix: "sluice.dev/gate.",
  /** What people said to this run's gates by command or button, as JSON (Vote[]). */
  votes: "sluice.dev/votes",
  /** The comments of `/apply` and `/cancel` that this run was told of, each noted before that had an effect, as JSON (number[]). */
  heard: "sluice.dev/heard",
  /** Who stopped the run and why, as JSON {reason, by, detail}. */
  stopped: "sluice.dev/stopped",
  /** While the run waits for its turn, as JSON {since, limit}; taken away in the write that lets it begin. */
  queued: "sluice.dev/queued",
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
  /** `type` as GitHub told it; absent on runs that an older Sluice has started. */
  actor: { id: number; login: string; type?: "User" | "Bot" | "Organization" | "Unknown" };
  pullRequest?: { number: number; baseRef: string; baseSha: string; headRef: string; fork: boolean };
  attempt: number;
  /** What the run's name was made of besides the commit; the same event gives the same text. */
  trigger: string;
  tokenPermissions: Record<string, "read" | "write">;
  cloneUrl: string;
  htmlUrl: string;
  /** The branch that the commit is to go into, where that is no pull request's. */
  baseRef?: string;
  /** What the commits came on top of, as a revision; absent with a pull request, or where nothing tells. */
  since?: string;
  /** The manifest asks for a comment on the pull request. */
  comment?: "summary";
  /** Parameters that the command which asked for the run has set. */
  arguments?: Record<string, string>;
  /** The comment that asked for this attempt, or GitHub's id of the event. */
  retriedBy?: number | string;
  /** The comment that called this commit of a fork good to run. */
  calledGoodBy?: number;
}

/** Workflow annotation `sluice.dev/deployments`: what GitHub was told of one environment. */
export interface ReportedDeployment {
  /** Absent while it is about to be created, and where GitHub refused it. */
  id?: number;
  /** The state that GitHub has; `announced` before it may have any, `refused` when it is not to be asked again. */
  state: DeploymentState | "announced" | "refused";
  /** Why GitHub refused. */
  reason?: string;
}
/** As GitHub's REST API takes them. */
export type DeploymentState = "pending" | "in_progress" | "success" | "failure" | "error" | "inactive";

/** Workflow annotation `sluice.dev/report`. */
export interface ReportState {
  legs: ReportedLeg[];
  /** The leg whose check run was about to be created: it may be there, unknown here. */
  announced?: number;
  /** The newest leg of which a second check run may still arrive at GitHub, from who announced it and did not come to note it. */
  unsure?: number;
  /** How many values the steps' logs have asked to mask, at most so far. */
  masked?: number;
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
  /** Another check run of the name is newer, so that GitHub does not show this one: the run goes on in another leg. */
  hidden?: true;
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
  /** The button's check run was not on display, or it is not known what it showed. */
  unseen?: true;
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

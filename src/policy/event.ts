/** What a delivery means, after parsing. Facts about the pull request are read from GitHub, never from the payload. */
export interface Repository {
  id: number;
  /** `owner/name`. */
  slug: string;
  defaultBranch: string;
  cloneUrl: string;
  htmlUrl: string;
}
export interface Actor {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization" | "Unknown";
}
export interface PullRequest {
  number: number;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
  author: Actor;
  headSha: string;
  headRef: string;
  /** Undefined when the head repository was deleted. */
  headRepositoryId: number | undefined;
  baseRef: string;
  baseSha: string;
  baseRepositoryId: number;
  title: string;
  htmlUrl: string;
  labels: string[];
  /** GitHub's word for what the author is to the repository, e.g. MEMBER or FIRST_TIME_CONTRIBUTOR. */
  authorAssociation?: string;
}

interface Common {
  installationId: number;
  repository: Repository;
  actor: Actor;
}
export interface PushEvent extends Common {
  kind: "push";
  /** `refs/heads/main` or `refs/tags/v1`. */
  ref: string;
  before: string;
  after: string;
  created: boolean;
  deleted: boolean;
  forced: boolean;
  headMessage: string;
}
export interface PullRequestEvent extends Common {
  kind: "pull_request";
  action: string;
  number: number;
  headSha: string;
}
export interface CommentEvent extends Common {
  kind: "comment";
  number: number;
  commentId: number;
  body: string;
  createdAt: string;
}
export interface ReviewEvent extends Common {
  kind: "review";
  action: "submitted" | "edited" | "dismissed";
  number: number;
}
export interface CheckRunEvent extends Common {
  kind: "check_run";
  action: "rerequested" | "requested_action";
  checkRunId: number;
  checkName: string;
  externalId: string;
  headSha: string;
  identifier?: string;
  /** GitHub's id of the event: the same when it is delivered again. */
  delivery: string;
  /** When this delivery of it came, in milliseconds since the epoch, by our clock. */
  receivedAt: number;
}
/** "Re-run all checks" of a commit. */
export interface CheckSuiteEvent extends Common {
  kind: "check_suite";
  action: "rerequested";
  headSha: string;
  /** GitHub's id of the event: the same when it is delivered again. */
  delivery: string;
}
export interface MergeGroupEvent extends Common {
  kind: "merge_group";
  action: "checks_requested" | "destroyed";
  headSha: string;
  /** Full ref of the queue's own branch. */
  headRef: string;
  baseSha: string;
  /** Full ref of the branch that the queue merges into. */
  baseRef: string;
}
export interface ReleaseEvent extends Common {
  kind: "release";
  action: string;
  releaseId: number;
  tag: string;
  draft: boolean;
  /** RFC 3339; undefined for a draft. */
  publishedAt?: string;
}
export type Event =
  | PushEvent
  | PullRequestEvent
  | CommentEvent
  | ReviewEvent
  | CheckRunEvent
  | CheckSuiteEvent
  | MergeGroupEvent
  | ReleaseEvent;

export type Permission = "none" | "read" | "triage" | "write" | "maintain" | "admin";

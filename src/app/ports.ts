import type { DeliveryAttempt } from "../policy/redelivery.js";
import type { ManifestFile } from "../manifest/manifest.js";
import type { Permission, PullRequest, Repository } from "../policy/event.js";
import type { FoundCheck, PullRequestCommit, Review } from "../policy/gate.js";
import type { CheckPayload } from "../report/check.js";

/** Names a repository together with the installation whose rights are used to reach it. */
export interface RepositoryRef {
  installationId: number;
  id: number;
  /** `owner/name`. */
  slug: string;
}

/**
 * What the use cases need of GitHub, by resource. Implementations throw a GitHubError when GitHub could not be
 * asked or refused; lists are complete or the call throws.
 */
export interface GitHub {
  contents: Contents;
  pullRequests: PullRequests;
  permissions: Permissions;
  checkRuns: CheckRuns;
  comments: Comments;
  tokens: Tokens;
  installations: Installations;
  deliveries: Deliveries;
}

export interface Deliveries {
  /** The attempts to deliver to this App since a time (milliseconds since the epoch), newest first. */
  since(time: number): Promise<DeliveryAttempt[]>;
  /** Asks GitHub for one more attempt; it comes later, with the same guid. */
  redeliver(id: number): Promise<void>;
}
export interface Installations {
  /** Every repository that the App is installed on, archived ones left out. */
  repositories(): Promise<{ reference: RepositoryRef; repository: Repository }[]>;
}
export interface Contents {
  /** All manifests of `.workflows/` at a commit, in one request. Empty when there is no such folder. */
  manifests(repository: RepositoryRef, sha: string): Promise<ManifestFile[]>;
  /** Changed paths between two commits, old names of renames too; `undefined` when GitHub cannot tell all of them. */
  changedFiles(repository: RepositoryRef, base: string, head: string): Promise<string[] | undefined>;
  repository(repository: RepositoryRef): Promise<Repository>;
  /** The commit that a branch, tag, full ref or sha names; undefined when there is none. */
  commit(repository: RepositoryRef, revision: string): Promise<{ sha: string; message: string } | undefined>;
}
export interface PullRequests {
  get(repository: RepositoryRef, number: number): Promise<PullRequest>;
  /** Open pull requests whose head is this commit. */
  openForCommit(repository: RepositoryRef, sha: string): Promise<PullRequest[]>;
  /** Changed paths; `undefined` when GitHub cannot tell all of them. */
  files(repository: RepositoryRef, number: number): Promise<string[] | undefined>;
  /** All of them, in the order submitted. */
  reviews(repository: RepositoryRef, number: number): Promise<Review[]>;
  /** `undefined` when GitHub cannot tell all of them. */
  commits(repository: RepositoryRef, number: number): Promise<PullRequestCommit[] | undefined>;
  /** Who last moved the branch to this commit, and when; `undefined` when GitHub does not tell. */
  lastPush(repository: RepositoryRef, branch: string, sha: string): Promise<LastPush | undefined>;
}
export interface LastPush {
  /** Numeric id and login of a person; undefined when it was a bot, which pushes for somebody, or is not told. */
  by: number | undefined;
  login: string | undefined;
  /** RFC 3339, by GitHub's clock. */
  at: string;
}
export interface Permissions {
  /** The present permission of a user; `none` when not a collaborator. */
  of(repository: RepositoryRef, login: string): Promise<Permission>;
  /** Ids of active members, child teams included. */
  teamMembers(repository: RepositoryRef, team: string): Promise<number[]>;
}
export interface StoredCheck {
  id: number;
  name: string;
  externalId: string;
  status: "queued" | "in_progress" | "completed";
  completedAt: string | undefined;
}
export interface CheckRuns {
  create(repository: RepositoryRef, sha: string, check: CheckPayload): Promise<StoredCheck>;
  update(repository: RepositoryRef, id: number, check: CheckPayload): Promise<StoredCheck>;
  get(repository: RepositoryRef, id: number): Promise<StoredCheck>;
  /** The newest check runs of every App on a commit, each with the number of its App. */
  ofAll(repository: RepositoryRef, sha: string): Promise<FoundCheck[]>;
  /** The App's own check runs on a commit with this name, all of them. */
  list(repository: RepositoryRef, sha: string, name: string): Promise<StoredCheck[]>;
}
export interface Comments {
  reply(repository: RepositoryRef, number: number, markdown: string): Promise<void>;
  /** The comments of a pull request as they read now. */
  list(repository: RepositoryRef, number: number): Promise<StoredComment[]>;
  /** Adding a reaction that is there already changes nothing. */
  react(repository: RepositoryRef, commentId: number, reaction: Reaction): Promise<void>;
  /** The App's own reactions to a comment. */
  reactions(repository: RepositoryRef, commentId: number): Promise<string[]>;
}
export interface StoredComment {
  id: number;
  /** Undefined when the account is gone. */
  userId: number | undefined;
  body: string;
}
export type Reaction = "eyes" | "rocket" | "-1" | "confused";
export interface Tokens {
  /** A new token, for this repository only, never one from a cache. */
  mint(
    repository: RepositoryRef,
    permissions: Record<string, "read" | "write">,
  ): Promise<{ value: string; expiresAt: string }>;
}

/** GitHub could not be asked, or refused. `retryable` when the same call may go through later. */
export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly status: number | undefined;
  readonly retryable: boolean;
  constructor(
    message: string,
    options: { cause?: unknown; status?: number | undefined; retryable: boolean },
  ) {
    super(message, { cause: options.cause });
    this.status = options.status;
    this.retryable = options.retryable;
  }
}

/** Where the use cases write what they decided. Objects hold no secret; texts are masked by the writer. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/**
 * What an operator counts. Nothing is decided by it, and nothing here may throw. Labels come from small fixed sets, but
 * for the installation's id.
 */
export interface Metrics {
  /** One webhook was answered: the event's name as the sender gave it, and the HTTP status of the answer. */
  delivered(event: string, status: number, seconds: number): void;
  /** One reconcile has ended: for now, to be done again at once, or by an error. */
  reconciled(key: string, outcome: "settled" | "again" | "failed", seconds: number): void;
  /** A run as it was read; undefined when there is no such run any more. Gates: since when (RFC 3339) each waits. */
  sawRun(key: string, run: { phase: string; finished: boolean; gates: readonly string[] } | undefined): void;
  gateDecided(decision: "approved" | "rejected", waitedSeconds: number): void;
  /** Asked when somebody reads the metrics: the runs that are reconciled or wait for it. */
  countQueue(size: () => number): void;
  /** One HTTP answer of GitHub; undefined when there was none. */
  gitHubAnswered(status: number | undefined): void;
  /** What GitHub says that is left of a rate limit (`core`, `graphql`) for an installation. */
  gitHubRemaining(installationId: number, resource: string, remaining: number): void;
  /** A watch on the engine broke and was opened again. */
  watchRestarted(): void;
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  delivered: () => undefined,
  reconciled: () => undefined,
  sawRun: () => undefined,
  gateDecided: () => undefined,
  countQueue: () => undefined,
  gitHubAnswered: () => undefined,
  gitHubRemaining: () => undefined,
  watchRestarted: () => undefined,
};

/** Time in milliseconds since the epoch; injected so that the simulator and tests can move it. */
export type Clock = () => number;

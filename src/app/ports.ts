import type { DeliveryAttempt } from "../policy/redelivery.js";
import type { ManifestFile } from "../manifest/manifest.js";
import type { Actor, Permission, PullRequest, Repository } from "../policy/event.js";
import type { BranchPush, FoundCheck, OwnerReview, PullRequestCommit, Review } from "../policy/gate.js";
import type { CheckPayload } from "../report/check.js";
import type { DeploymentState } from "../run/metadata.js";

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
  deployments: Deployments;
  tokens: Tokens;
  installations: Installations;
  deliveries: Deliveries;
}

export interface Deliveries {
  /** The attempts to deliver to this App since a time (milliseconds since the epoch), newest first. */
  since(time: number): Promise<DeliveryAttempt[]>;
  /**
   * When an event was first delivered, or tried to be (RFC 3339), of those that ended since a time (milliseconds since the
   * epoch); `never` where it was not, `unknown` where there were too many to look through.
   */
  firstTried(guid: string, since: number): Promise<string>;
  /** Asks GitHub for one more attempt; it comes later, with the same guid. */
  redeliver(id: number): Promise<void>;
}
export interface Installations {
  /** Every repository that the App is installed on, archived ones left out. */
  repositories(): Promise<InstalledRepository[]>;
}
export interface InstalledRepository {
  reference: RepositoryRef;
  repository: Repository;
  /** When the App was installed on the account (RFC 3339). */
  installedAt: string;
  /** When somebody pushed last, to whatever branch (RFC 3339); undefined when nobody has. */
  pushedAt: string | undefined;
}
export interface Contents {
  /** All manifests of `.workflows/` at a commit, in one request. Empty when there is no such folder. */
  manifests(repository: RepositoryRef, sha: string): Promise<ManifestFile[]>;
  /** Changed paths between two commits, old names of renames too; `undefined` when GitHub cannot tell all of them. */
  changedFiles(repository: RepositoryRef, base: string, head: string): Promise<string[] | undefined>;
  repository(repository: RepositoryRef): Promise<Repository>;
  /** The commits up to `sha` that `since` does not hold, and `sha` itself. */
  commitsSince(repository: RepositoryRef, since: string | undefined, sha: string): Promise<CommitsSince>;
  /** The commit that a branch, tag, full ref or sha names; undefined when there is none. */
  commit(repository: RepositoryRef, revision: string): Promise<{ sha: string; message: string } | undefined>;
}
export interface CommitsSince {
  commits: PullRequestCommit[];
  /** False when there is no telling what came since: `sha` is then the only one. */
  known: boolean;
  /** False when there are more than GitHub was asked for. */
  complete: boolean;
  /** Nothing came since: `sha` is there all the same. */
  isOld?: true;
}
export interface PullRequests {
  get(repository: RepositoryRef, number: number): Promise<PullRequest>;
  /** Open pull requests whose head is this commit. */
  openForCommit(repository: RepositoryRef, sha: string): Promise<PullRequest[]>;
  /** Changed paths; `undefined` when GitHub cannot tell all of them. */
  files(repository: RepositoryRef, number: number): Promise<string[] | undefined>;
  /** The open ones that changed last, a hundred at the most, each with when it was opened (RFC 3339). */
  open(repository: RepositoryRef): Promise<(PullRequest & { createdAt: string })[]>;
  /** How branches moved last, newest first, a hundred moves at the most. Empty where GitHub does not tell. */
  pushes(repository: RepositoryRef): Promise<Push[]>;
  /** All of them, in the order submitted. */
  reviews(repository: RepositoryRef, number: number): Promise<Review[]>;
  /** `undefined` when GitHub cannot tell all of them. */
  commits(repository: RepositoryRef, number: number): Promise<PullRequestCommit[] | undefined>;
  /** What GitHub has decided on the reviews so far, code owners' among them. */
  ownerReview(repository: RepositoryRef, number: number): Promise<OwnerReview>;
  /** Who last moved the branch to this commit, and when; `undefined` when GitHub does not tell. */
  lastPush(repository: RepositoryRef, branch: string, sha: string): Promise<LastPush | undefined>;
}
/** A branch that moved; forty zeros where it was created or deleted. */
export interface Push {
  /** Full ref. */
  ref: string;
  before: string;
  after: string;
  forced: boolean;
  by: Actor | undefined;
  /** RFC 3339, by GitHub's clock. */
  at: string;
}
export interface LastPush {
  /** Numeric id and login of a person; undefined when it was a bot, which pushes for somebody, or is not told. */
  by: number | undefined;
  login: string | undefined;
  /** RFC 3339, by GitHub's clock. */
  at: string;
  /** The commit that the branch was at before; undefined when the branch was new. */
  before: string | undefined;
  /** This and the branch's earlier pushes, as far as GitHub tells. */
  all: BranchPush[];
}
export interface Permissions {
  /**
   * The present permission of a person; `none` when not a collaborator, and when the login is another person's by now:
   * GitHub is asked by login, and a login that was given up can be taken by anyone.
   */
  of(repository: RepositoryRef, person: { id: number; login: string }): Promise<Permission>;
  /** Ids of active members, child teams included. */
  teamMembers(repository: RepositoryRef, team: string): Promise<number[]>;
}
export interface StoredCheck {
  /** Set where the answer to an update tells that it was completed already before the update was sent. */
  completedBefore?: true;
  id: number;
  name: string;
  externalId: string;
  status: "queued" | "in_progress" | "completed";
  completedAt: string | undefined;
}
/** A check may have more annotations than GitHub takes at a time, and those that it has already are not added again. */
export interface CheckRuns {
  create(repository: RepositoryRef, sha: string, check: CheckPayload): Promise<StoredCheck>;
  update(repository: RepositoryRef, id: number, check: CheckPayload): Promise<StoredCheck>;
  get(repository: RepositoryRef, id: number): Promise<StoredCheck>;
  /** The newest check runs of every App on a commit, each with the number of its App. */
  ofAll(repository: RepositoryRef, sha: string): Promise<FoundCheck[]>;
  /** The App's own check runs on a commit, of each name the newest. */
  own(repository: RepositoryRef, sha: string): Promise<StoredCheck[]>;
  /** The App's own check runs on a commit, with this name where one is given; all of them. */
  list(repository: RepositoryRef, sha: string, name?: string): Promise<StoredCheck[]>;
}
export interface Comments {
  /** Answers a comment (its id, and when it was written, RFC 3339), once: a reply that is there already stays the one. */
  reply(
    repository: RepositoryRef,
    number: number,
    reply: { to: number; since: string; markdown: string },
  ): Promise<void>;
  /** Whether such a reply is there. */
  hasReply(repository: RepositoryRef, number: number, reply: { to: number; since: string }): Promise<boolean>;
  /** The comments of a pull request as they read now. */
  list(repository: RepositoryRef, number: number): Promise<StoredComment[]>;
  /** The App's own comments on a pull request, oldest first. */
  own(repository: RepositoryRef, number: number): Promise<{ id: number; body: string }[]>;
  create(repository: RepositoryRef, number: number, markdown: string): Promise<number>;
  edit(repository: RepositoryRef, id: number, markdown: string): Promise<void>;
  /**
   * False when the App had reacted so already: GitHub has each reaction of an account once, so of several that add it
   * one is told true (REST docs, "Create reaction for an issue comment": 201, or 200).
   */
  react(repository: RepositoryRef, commentId: number, reaction: Reaction): Promise<boolean>;
  /** False when it was not there: of several that take it away, one is told true. */
  unreact(repository: RepositoryRef, commentId: number, reactionId: number): Promise<boolean>;
  /** The App's own reactions to a comment. */
  reactions(repository: RepositoryRef, commentId: number): Promise<StoredReaction[]>;
}
export interface StoredReaction {
  id: number;
  content: string;
  /** RFC 3339, by GitHub's clock. */
  createdAt: string;
}
/** GitHub deployments that this App made. They need `deployments: write`, which is not in `app.yml`. */
export interface Deployments {
  create(repository: RepositoryRef, deployment: NewDeployment): Promise<number>;
  /** The newest one of this App that was created for the run; undefined when there is none. */
  find(repository: RepositoryRef, deployment: NewDeployment): Promise<number | undefined>;
  setState(
    repository: RepositoryRef,
    id: number,
    status: { state: DeploymentState; description: string; logUrl?: string },
  ): Promise<void>;
}
export interface NewDeployment {
  sha: string;
  environment: string;
  /** `NAMESPACE/NAME`, by which it is found again. */
  run: string;
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
  /** Asked when somebody reads the metrics: the deliveries that wait for their turn. */
  countWaiting(size: () => number): void;
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
  countWaiting: () => undefined,
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

/**
 * A person's own word to GitHub, by the App's user authorization. Tokens of people are theirs: what they cannot read
 * on GitHub, a question with their token cannot find out.
 */
export interface UserAuthorization {
  /** Where a browser is sent to; GitHub sends it back to `redirectUri` with a code and the same state. */
  authorizeUrl(request: { state: string; challenge: string; redirectUri: string }): string;
  /** The token for a code; undefined when GitHub does not take the code. */
  exchange(answer: { code: string; verifier: string; redirectUri: string }): Promise<UserToken | undefined>;
  user(token: string): Promise<{ id: number; login: string } | undefined>;
  /** Whether the person reads the repository of this number now; `signed-out` when the token is no good any more. */
  mayRead(token: string, repositoryId: number): Promise<boolean | "signed-out">;
  /** Makes the token worthless. */
  revoke(token: string): Promise<void>;
}
export interface UserToken {
  value: string;
  /** Seconds; undefined when it does not expire. */
  lifeSeconds: number | undefined;
}

import type { KeyObject } from "node:crypto";
import type { Delivery } from "./delivery.js";
import type { Account } from "./account.js";
import type { SignIns } from "./sign-ins.js";

/** What the simulated GitHub knows. Everything but the git objects is in memory. */
export interface State {
  url: string;
  clock: () => number;
  directory: string;
  /** `key` is the public half. */
  app: { id: number; slug: string; name: string; key: KeyObject; permissions: Record<string, string> };
  accounts: Map<string, Account>;
  repositories: Repository[];
  tokens: Map<string, Token>;
  /** Logins by `org/slug`. */
  teams: Map<string, string[]>;
  webhooks: Webhooks;
  signIns: SignIns;
  /** What was asked for and is not simulated. */
  unknownRequests: { method: string; path: string }[];
  nextId: number;
}
/** The App's webhook: what was sent, and how to send. */
export interface Webhooks {
  /** Oldest first. */
  deliveries: Delivery[];
  /** Where they are sent to; undefined while no webhook is set. */
  target: { url: string; secret: string } | undefined;
  /** Queues a delivery of the event; does nothing while no webhook is set or the App does not listen to it. */
  send(event: string, repository: Repository, payload: Record<string, unknown>): void;
  /** Queues another attempt with the same guid; false when there is no attempt with this id. */
  redeliver(attemptId: number): boolean;
}
export type Role = "read" | "triage" | "write" | "maintain" | "admin";
const roles: Role[] = ["read", "triage", "write", "maintain", "admin"];
export interface Repository {
  id: number;
  owner: Account;
  name: string;
  slug: string;
  defaultBranch: string;
  private: boolean;
  /** What it is a fork of. */
  source: Repository | undefined;
  git: string;
  createdAt: string;
  pushedAt: string;
  collaborators: Map<string, Role>;
  /** By branch name. */
  protections: Map<string, Protection>;
  pulls: PullRequest[];
  /** Those in the merge queue, as webhooks show them, by pull request. */
  mergeGroups: Map<number, { head_sha: string; head_ref: string } & Record<string, unknown>>;
  checkRuns: CheckRun[];
  /** Oldest first. */
  activities: Activity[];
  suites: Map<string, number>;
  /** Oldest first. */
  deployments: Deployment[];
  lastNumber: number;
}
/** What a branch demands of pull requests into it. */
export interface Protection {
  approvals: number;
  /** "Require review from Code Owners". */
  codeOwners: boolean;
  /** Whether it is a ruleset's, or the older branch protection's. */
  as: "ruleset" | "protection";
}
/** A ref that moved, and who moved it. */
export interface Activity {
  id: number;
  type: "push" | "force_push" | "branch_creation" | "branch_deletion" | "pr_merge";
  ref: string;
  before: string;
  after: string;
  actor: Account;
  at: string;
}
export interface PullRequest {
  id: number;
  number: number;
  repository: Repository;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
  mergedBy: Account | undefined;
  mergeCommitSha: string | undefined;
  author: Account;
  title: string;
  body: string | null;
  /** `repository`, or a fork of it. */
  headRepository: Repository;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  createdAt: string;
  updatedAt: string;
  closedAt: string | undefined;
  counts: { commits: number; additions: number; deletions: number; changedFiles: number };
  labels: string[];
  reviews: Review[];
  comments: Comment[];
}
export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
export interface Review {
  id: number;
  user: Account;
  state: ReviewState;
  body: string;
  commitId: string;
  submittedAt: string;
}
export interface Comment {
  id: number;
  user: Account;
  body: string;
  createdAt: string;
  updatedAt: string;
  reactions: { id: number; user: Account; content: string; createdAt: string }[];
}
export interface CheckRun {
  id: number;
  name: string;
  headSha: string;
  suiteId: number;
  externalId: string;
  detailsUrl: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Annotation[];
  actions: Action[];
}
export interface Deployment {
  id: number;
  sha: string;
  ref: string;
  task: string;
  environment: string;
  payload: unknown;
  description: string | null;
  creator: Account;
  createdAt: string;
  updatedAt: string;
  /** Oldest first. */
  statuses: DeploymentStatus[];
}
export interface DeploymentStatus {
  id: number;
  state: string;
  description: string;
  logUrl: string;
  creator: Account;
  createdAt: string;
}
export interface Action {
  label: string;
  description: string;
  identifier: string;
}
export interface Annotation {
  path: string;
  start_line: number;
  end_line: number;
  start_column: number | null;
  end_column: number | null;
  annotation_level: string;
  title: string | null;
  message: string;
  raw_details: string | null;
  blob_href: string;
}
export interface Token {
  value: string;
  installationId: number;
  /** Undefined means every repository of the installation. */
  repositoryIds: number[] | undefined;
  permissions: Record<string, string>;
  expiresAt: number;
}

/** A refusal in the shape GitHub gives it. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly status: number;
  readonly errors: unknown[] | undefined;
  constructor(status: number, message: string, errors?: unknown[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function nextId(state: State): number {
  state.nextId += 1;
  return state.nextId;
}

/** The present time as GitHub writes it: seconds, UTC. */
export function timestamp(state: State): string {
  return new Date(state.clock()).toISOString().replace(/\.\d+Z$/, "Z");
}

export function findAccount(state: State, login: string): Account {
  const account = state.accounts.get(login.toLowerCase());
  if (account === undefined) throw new HttpRefusal(404, "Not Found");
  return account;
}

export function findRepository(state: State, slug: string): Repository {
  const wanted = slug.toLowerCase();
  const repository = state.repositories.find((each) => each.slug.toLowerCase() === wanted);
  if (repository === undefined) throw new HttpRefusal(404, "Not Found");
  return repository;
}

export function findPull(repository: Repository, number: number): PullRequest {
  const pull = repository.pulls.find((each) => each.number === number);
  if (pull === undefined) throw new HttpRefusal(404, "Not Found");
  return pull;
}

export function findCheckRun(repository: Repository, id: number): CheckRun {
  const check = repository.checkRuns.find((each) => each.id === id);
  if (check === undefined) throw new HttpRefusal(404, "Not Found");
  return check;
}

/** What this account may do; undefined when it may not even see the repository. */
export function roleOf(repository: Repository, account: Account): Role | undefined {
  if (repository.owner.id === account.id) return "admin";
  return (
    repository.collaborators.get(account.login.toLowerCase()) ?? (repository.private ? undefined : "read")
  );
}

/** Refuses as GitHub does: 404 to whom the repository is hidden, 403 to whom the role is too small. */
export function requireRole(repository: Repository, account: Account, least: Role): void {
  const role = roleOf(repository, account);
  if (role === undefined) throw new HttpRefusal(404, "Not Found");
  if (roles.indexOf(role) < roles.indexOf(least))
    throw new HttpRefusal(403, `${account.login} needs the role ${least}`);
}

/** The account that speaks for the App in comments and reactions. */
export function botAccount(state: State): Account {
  return findAccount(state, `${state.app.slug}[bot]`);
}

/** What an App gets that was registered from `app.yml`; a token may only narrow what its App has. */
export const leastPermissions: Record<string, string> = {
  metadata: "read",
  contents: "read",
  checks: "write",
  pull_requests: "read",
  issues: "write",
  merge_queues: "read",
  members: "read",
};
export const appEvents = [
  "push",
  "pull_request",
  "pull_request_review",
  "issue_comment",
  "check_run",
  "check_suite",
  "merge_group",
  "release",
];

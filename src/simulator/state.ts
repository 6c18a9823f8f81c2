import type { KeyObject } from "node:crypto";

/** What the simulated GitHub knows. Everything but the git objects is in memory. */
export interface State {
  url: string;
  clock: () => number;
  directory: string;
  app: { id: number; slug: string; name: string; key: KeyObject };
  accounts: Map<string, Account>;
  repositories: Repository[];
  tokens: Map<string, Token>;
  teams: Map<string, string[]>;
  nextId: number;
}
export interface Account {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization";
  installationId: number;
  createdAt: string;
}
export type Role = "read" | "triage" | "write" | "maintain" | "admin";
export interface Repository {
  id: number;
  owner: Account;
  name: string;
  slug: string;
  defaultBranch: string;
  private: boolean;
  git: string;
  createdAt: string;
  pushedAt: string;
  collaborators: Map<string, Role>;
  pulls: PullRequest[];
  checkRuns: CheckRun[];
  suites: Map<string, number>;
  lastNumber: number;
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
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  createdAt: string;
  updatedAt: string;
  closedAt: string | undefined;
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
  annotations: Record<string, unknown>[];
  actions: { label: string; description: string; identifier: string }[];
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

/** The account that speaks for the App in comments and reactions. */
export function botAccount(state: State): Account {
  return findAccount(state, `${state.app.slug}[bot]`);
}

/** What the App was given at registration; a token may only narrow it. */
export const appPermissions: Record<string, string> = {
  metadata: "read",
  contents: "write",
  checks: "write",
  pull_requests: "write",
  issues: "write",
  merge_queues: "read",
  members: "read",
  statuses: "write",
  deployments: "write",
  packages: "write",
  actions: "read",
};
export const appEvents = ["push", "pull_request", "pull_request_review", "issue_comment", "check_run"];

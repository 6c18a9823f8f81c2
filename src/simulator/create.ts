import { join } from "node:path";
import { createCommit, fetchFrom, initialise, updateRef } from "./git.js";
import { emailOf } from "./resources/commit.js";
import { findAccount, HttpRefusal, nextId, timestamp } from "./state.js";
import type { Account } from "./account.js";
import type { Repository, Role, State } from "./state.js";

export interface NewRepository {
  owner: string;
  name: string;
  collaborators: Record<string, Role>;
  files: Record<string, string>;
  defaultBranch: string;
  /** True unless told: then who is not a collaborator does not see it. */
  private?: boolean;
}

export function createAccount(state: State, login: string, type: Account["type"]): Account {
  const key = login.toLowerCase();
  if (state.accounts.has(key)) throw new HttpRefusal(422, `the account ${login} exists already`);
  const account = { id: nextId(state), login, type, installationId: 0, createdAt: timestamp(state) };
  state.accounts.set(key, account);
  return account;
}

/** A repository with one commit, and the App installed on its owner's account. */
export async function createRepository(state: State, given: NewRepository): Promise<Repository> {
  const owner = findAccount(state, given.owner);
  for (const login of Object.keys(given.collaborators)) findAccount(state, login);
  const slug = `${owner.login}/${given.name}`;
  if (state.repositories.some((each) => each.slug.toLowerCase() === slug.toLowerCase()))
    throw new HttpRefusal(422, `the repository ${slug} exists already`);
  const now = timestamp(state);
  const repository = emptyRepository(state, owner, given);
  for (const [login, role] of Object.entries(given.collaborators))
    repository.collaborators.set(login.toLowerCase(), role);
  await initialise(repository.git, given.defaultBranch);
  const author = { name: owner.login, email: emailOf(owner) };
  const first = { parents: [], files: given.files, message: "Initial commit", author, date: now };
  await updateRef(
    repository.git,
    `refs/heads/${given.defaultBranch}`,
    await createCommit(repository.git, first),
  );
  if (owner.installationId === 0) owner.installationId = nextId(state);
  state.repositories.push(repository);
  return repository;
}

/** A copy that is the person's own. The App is not installed there, so nobody is told of its pushes. */
export async function createFork(state: State, source: Repository, owner: Account): Promise<Repository> {
  const { name, defaultBranch } = source;
  const fork = emptyRepository(state, owner, { name, defaultBranch, private: source.private });
  if (state.repositories.some(({ slug }) => slug.toLowerCase() === fork.slug.toLowerCase()))
    throw new HttpRefusal(422, `the repository ${fork.slug} exists already`);
  await initialise(fork.git, defaultBranch);
  await fetchFrom(fork.git, source.git, "+refs/heads/*:refs/heads/*");
  const whole = { ...fork, source };
  state.repositories.push(whole);
  return whole;
}

function emptyRepository(
  state: State,
  owner: Account,
  given: Pick<NewRepository, "name" | "defaultBranch" | "private">,
): Repository {
  const id = nextId(state);
  const now = timestamp(state);
  return {
    id,
    owner,
    name: given.name,
    slug: `${owner.login}/${given.name}`,
    defaultBranch: given.defaultBranch,
    private: given.private ?? true,
    source: undefined,
    git: join(state.directory, `${id}.git`),
    createdAt: now,
    pushedAt: now,
    protections: new Map(),
    collaborators: new Map(),
    pulls: [],
    mergeGroups: new Map(),
    checkRuns: [],
    activities: [],
    suites: new Map(),
    deployments: [],
    lastNumber: 0,
  };
}

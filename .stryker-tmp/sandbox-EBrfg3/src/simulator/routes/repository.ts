import { changes } from "../diff.js";
import { commits, mergeBase, resolve, type Commit } from "../git.js";
import { renderAccount } from "../resources/account.js";
import { renderCommit, renderFile, renderGitCommit } from "../resources/commit.js";
import { renderRepository } from "../resources/repository.js";
import { paginate, repositoryRoute, requireReach, tokenRoute } from "../router.js";
import type { Reply, RepositoryContext, Route } from "../router.js";
import { findAccount, HttpRefusal, roleOf, type Repository, type Role } from "../state.js";

const mostFiles = 300;

/** A repository, who may do what in it, and what lies between two commits. */
export const routes: Route[] = [
  repositoryRoute("GET ", ["metadata:read"], ({ state, repository }) => ({
    status: 200,
    body: renderRepository(state, repository),
  })),
  tokenRoute("GET /repositories/:id", ["metadata:read"], ({ state, params, token }) => {
    const repository = state.repositories.find(({ id }) => String(id) === params["id"]);
    if (repository === undefined) throw new HttpRefusal(404, "Not Found");
    requireReach(token, repository);
    return { status: 200, body: renderRepository(state, repository) };
  }),
  repositoryRoute("GET /collaborators/:user/permission", ["metadata:read"], permission),
  repositoryRoute("GET /commits/:ref", ["contents:read"], async ({ state, repository, params }) => {
    const sha = await commitOf(repository, params["ref"] ?? "");
    return { status: 200, body: renderCommit(state, repository, await readCommit(repository, sha)) };
  }),
  repositoryRoute("GET /git/commits/:sha", ["contents:read"], async ({ state, repository, params }) => {
    const sha = await commitOf(repository, params["sha"] ?? "");
    return { status: 200, body: renderGitCommit(state, repository, await readCommit(repository, sha)) };
  }),
  repositoryRoute("GET /compare/*basehead", ["contents:read"], compare),
];

/** The four words of the older permission model, beside which the role is given by name. */
const legacy: Record<Role, string> = {
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
};

function permission({ state, repository, params }: RepositoryContext): Reply {
  const account = findAccount(state, params["user"] ?? "");
  const role = roleOf(repository, account);
  const has = (least: Role) =>
    role !== undefined && Object.keys(legacy).indexOf(role) >= Object.keys(legacy).indexOf(least);
  const permissions = {
    admin: has("admin"),
    maintain: has("maintain"),
    push: has("write"),
    triage: has("triage"),
    pull: has("read"),
  };
  const role_name = role ?? "none";
  const user = { ...renderAccount(state, account), permissions, role_name };
  return { status: 200, body: { permission: role === undefined ? "none" : legacy[role], role_name, user } };
}

/** The commit a branch, tag or sha names; 404 when there is none. */
export async function commitOf(repository: Repository, revision: string): Promise<string> {
  const sha = await resolve(repository.git, `${revision}^{commit}`);
  if (sha === undefined) throw new HttpRefusal(404, "Not Found");
  return sha;
}

async function readCommit(repository: Repository, sha: string): Promise<Commit> {
  const [commit] = await commits(repository.git, undefined, sha);
  if (commit === undefined) throw new HttpRefusal(404, "Not Found");
  return commit;
}

async function compare(context: RepositoryContext): Promise<Reply> {
  const { state, repository, params } = context;
  const basehead = params["basehead"] ?? "";
  const [from, to] = basehead.split("...");
  if (from === undefined || to === undefined || to === "") throw new HttpRefusal(404, "Not Found");
  const [base, head] = [await commitOf(repository, from), await commitOf(repository, to)];
  const common = await mergeBase(repository.git, base, head);
  if (common === undefined) throw new HttpRefusal(404, `No common ancestor between ${from} and ${to}.`);
  const ahead = await commits(repository.git, base, head);
  const behind = await commits(repository.git, head, base);
  const { items, page, headers } = paginate(context, ahead, 250);
  const files = page === 1 ? (await changes(repository.git, common, head)).slice(0, mostFiles) : [];
  const rendered = async (sha: string) => renderCommit(state, repository, await readCommit(repository, sha));
  const html = `${state.url}/${repository.slug}/compare/${basehead}`;
  const body = {
    url: `${state.url}/repos/${repository.slug}/compare/${basehead}`,
    html_url: html,
    permalink_url: `${state.url}/${repository.slug}/compare/${base}...${head}`,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await rendered(base),
    merge_base_commit: await rendered(common),
    status: comparison(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: items.map((commit) => renderCommit(state, repository, commit)),
    files: files.map((file) => renderFile(state, repository, head, file)),
  };
  return { status: 200, headers, body };
}

function comparison(ahead: number, behind: number): "identical" | "ahead" | "behind" | "diverged" {
  if (ahead === 0) return behind === 0 ? "identical" : "behind";
  return behind === 0 ? "ahead" : "diverged";
}

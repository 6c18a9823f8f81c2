import { renderAccount, renderInstallation } from "../resources/account.js";
import { renderRepository } from "../resources/repository.js";
import { paginate, type Context, type Reply, type Request, type Route } from "../router.js";
import { userOf } from "../sign-in.js";
import type { Account } from "../account.js";
import { findRepository, HttpRefusal, roleOf, type Repository, type State } from "../state.js";

/**
 * What a user access token of the App reaches: what both its user and the App reach, and what is public. These come
 * before the routes of installations, which answer where the token is none of a user.
 */
export const routes: Route[] = [
  userRoute("GET /user", ({ state }, account) => ({ status: 200, body: renderMe(state, account) })),
  userRoute("GET /user/installations", (context, account) => {
    const { items, headers } = paginate(context, installationsOf(context.state, account));
    const installations = items.map((each) => renderInstallation(context.state, each));
    return { status: 200, headers, body: { total_count: items.length, installations } };
  }),
  userRoute("GET /user/installations/:id/repositories", (context, account) => {
    const { state, params } = context;
    const owner = installationsOf(state, account).find(
      ({ installationId }) => String(installationId) === params["id"],
    );
    if (owner === undefined) throw new HttpRefusal(404, "Not Found");
    const reachable = state.repositories.filter((each) => each.owner === owner && reaches(each, account));
    const { items, headers } = paginate(context, reachable);
    const repositories = items.map((each) => renderFor(state, each, account));
    return { status: 200, headers, body: { total_count: reachable.length, repositories } };
  }),
  userRoute("GET /repositories/:id", ({ state, params }, account) => {
    const repository = state.repositories.find(({ id }) => String(id) === params["id"]);
    if (repository === undefined || !reaches(repository, account)) throw new HttpRefusal(404, "Not Found");
    return { status: 200, body: renderFor(state, repository, account) };
  }),
  userRoute("GET /repos/:owner/:repo", ({ state, params }, account) => {
    const repository = findRepository(state, `${params["owner"]}/${params["repo"]}`);
    if (!reaches(repository, account)) throw new HttpRefusal(404, "Not Found");
    return { status: 200, body: renderFor(state, repository, account) };
  }),
  {
    method: "DELETE",
    pattern: "/applications/:id/token",
    answer(state, request, params) {
      requireClient(state, request, params["id"]);
      const { access_token: token } = (request.body ?? {}) as { access_token?: unknown };
      if (!state.signIns.userTokens.delete(String(token))) throw new HttpRefusal(404, "Not Found");
      return { status: 204 };
    },
  },
];

function userRoute(spec: string, handle: (context: Context, account: Account) => Reply): Route {
  const [method = "GET", pattern = "/"] = spec.split(" ");
  return {
    method,
    pattern,
    answer(state, request, params) {
      const account = userOf(state, request.authorization);
      return account && handle({ state, request, params, body: {} }, account);
    },
  };
}

function requireClient({ signIns }: State, request: Request, id: string | undefined): void {
  const given = Buffer.from(
    /^Basic (\S+)$/.exec(request.authorization ?? "")?.[1] ?? "",
    "base64",
  ).toString();
  if (given !== `${signIns.clientId}:${signIns.clientSecret}` || id !== signIns.clientId)
    throw new HttpRefusal(404, "Not Found");
}

function reaches(repository: Repository, account: Account): boolean {
  if (!repository.private) return true;
  return repository.owner.installationId !== 0 && roleOf(repository, account) !== undefined;
}

function installationsOf(state: State, account: Account): Account[] {
  const owners = new Set(
    state.repositories.filter((each) => reaches(each, account)).map(({ owner }) => owner),
  );
  return [...owners].filter(({ installationId }) => installationId !== 0);
}

function renderFor(state: State, repository: Repository, account: Account) {
  const ranks = ["read", "triage", "write", "maintain", "admin"];
  const rank = ranks.indexOf(roleOf(repository, account) ?? "read");
  const permissions = {
    admin: rank >= 4,
    maintain: rank >= 3,
    push: rank >= 2,
    triage: rank >= 1,
    pull: rank >= 0,
  };
  return { ...renderRepository(state, repository), permissions };
}

function renderMe(state: State, account: Account) {
  return {
    ...renderAccount(state, account),
    name: account.login,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: account.createdAt,
    updated_at: account.createdAt,
  };
}

import { createToken } from "../auth.js";
import { renderAccount, renderApp, renderInstallation } from "../resources/account.js";
import { renderRepository } from "../resources/repository.js";
import { appRoute, includesPermission, paginate, tokenRoute } from "../router.js";
import type { Context, Reply, Route } from "../router.js";
import { findRepository, HttpRefusal } from "../state.js";
import type { Account } from "../account.js";
import type { Repository, State, Token } from "../state.js";

/** The App itself, its installations and their tokens. */
export const routes: Route[] = [
  appRoute("GET /app", ({ state }) => ({ status: 200, body: renderApp(state) })),
  appRoute("GET /app/installations", (context) => {
    const { items, headers } = paginate(context, installed(context.state));
    return { status: 200, headers, body: items.map((account) => renderInstallation(context.state, account)) };
  }),
  appRoute("GET /app/installations/:id", ({ state, params }) => ({
    status: 200,
    body: renderInstallation(state, findInstallation(state, params["id"])),
  })),
  appRoute("GET /repos/:owner/:repo/installation", ({ state, params }) => {
    const { owner } = findRepository(state, `${params["owner"]}/${params["repo"]}`);
    return { status: 200, body: renderInstallation(state, owner) };
  }),
  appRoute("POST /app/installations/:id/access_tokens", grantToken),
  tokenRoute("DELETE /installation/token", [], ({ state, token }) => {
    state.tokens.delete(token.value);
    return { status: 204 };
  }),
  tokenRoute("GET /installation/repositories", [], (context) => {
    const { state, token } = context;
    const reachable = repositoriesOf(state, token.installationId).filter(
      ({ id }) => token.repositoryIds?.includes(id) ?? true,
    );
    const { items, headers } = paginate(context, reachable);
    const repositories = items.map((each) => renderRepository(state, each));
    const body = { total_count: reachable.length, repository_selection: selection(token), repositories };
    return { status: 200, headers, body };
  }),
  tokenRoute("GET /rate_limit", [], ({ state }) => ({ status: 200, body: rateLimit(state) })),
  tokenRoute("GET /orgs/:org/teams/:slug/members", ["members:read"], (context) => {
    const { state, params, token } = context;
    const team = `${params["org"]}/${params["slug"]}`.toLowerCase();
    const organization = state.accounts.get((params["org"] ?? "").toLowerCase());
    const members = state.teams.get(team);
    if (organization?.installationId !== token.installationId || members === undefined)
      throw new HttpRefusal(404, "Not Found");
    const accounts = members.flatMap((login) => state.accounts.get(login.toLowerCase()) ?? []);
    const { items, headers } = paginate(context, accounts);
    return { status: 200, headers, body: items.map((account) => renderAccount(state, account)) };
  }),
];

function installed(state: State): Account[] {
  return [...state.accounts.values()].filter(({ installationId }) => installationId !== 0);
}

function findInstallation(state: State, id: string | undefined): Account {
  const account = installed(state).find(({ installationId }) => String(installationId) === id);
  if (account === undefined) throw new HttpRefusal(404, "Not Found");
  return account;
}

function repositoriesOf(state: State, installationId: number): Repository[] {
  return state.repositories.filter(({ owner }) => owner.installationId === installationId);
}

function selection(token: Token): "all" | "selected" {
  return token.repositoryIds === undefined ? "all" : "selected";
}

function grantToken({ state, params, body }: Context): Reply {
  const { installationId } = findInstallation(state, params["id"]);
  const permissions = narrowPermissions(state.app.permissions, body["permissions"]);
  const repositories = narrowRepositories(state, installationId, body);
  const repositoryIds = repositories?.map(({ id }) => id);
  const token = createToken(state, { installationId, permissions, repositoryIds });
  return {
    status: 201,
    body: {
      token: token.value,
      expires_at: new Date(token.expiresAt).toISOString().replace(/\.\d+Z$/, "Z"),
      permissions,
      repository_selection: selection(token),
      ...(repositories === undefined
        ? {}
        : { repositories: repositories.map((each) => renderRepository(state, each)) }),
    },
  };
}

function narrowPermissions(has: Record<string, string>, asked: unknown): Record<string, string> {
  if (asked === undefined) return { ...has };
  if (typeof asked !== "object" || asked === null)
    throw new HttpRefusal(422, "permissions must be an object");
  const granted: Record<string, string> = { metadata: "read" };
  for (const [name, level] of Object.entries(asked)) {
    if (typeof level !== "string" || !includesPermission(has[name], level))
      throw new HttpRefusal(422, "The permissions requested are not granted to this installation.");
    granted[name] = level;
  }
  return granted;
}

/** The repositories asked for by name or id; undefined for all of the installation. */
function narrowRepositories(
  state: State,
  installationId: number,
  body: Record<string, unknown>,
): Repository[] | undefined {
  const asked = [...list(body["repositories"]), ...list(body["repository_ids"])];
  if (asked.length === 0) return undefined;
  const reachable = repositoriesOf(state, installationId);
  return asked.map((wanted) => {
    const found = reachable.find(({ id, name }) => id === wanted || name === wanted);
    if (found !== undefined) return found;
    const why =
      "There is at least one repository that does not exist or is not accessible to the parent installation.";
    throw new HttpRefusal(422, why);
  });
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function rateLimit(state: State) {
  const reset = Math.floor(state.clock() / 1000) + 3600;
  const rate = { limit: 5000, used: 1, remaining: 4999, reset };
  return { resources: { core: rate, search: { ...rate, limit: 30, remaining: 29 }, graphql: rate }, rate };
}

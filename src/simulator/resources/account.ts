import type { Account } from "../account.js";
import { appEvents, findAccount, type State } from "../state.js";

/** A user, bot or organization in the short form GitHub embeds everywhere. */
export function renderAccount(state: State, account: Account) {
  const url = `${state.url}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("U", account.id),
    avatar_url: `${state.url}/avatars/u/${account.id}`,
    gravatar_id: "",
    url,
    html_url: `${state.url}/${encodeURIComponent(account.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
  };
}

/** The organization that owns a repository, as webhooks carry it. */
export function renderOrganization(state: State, account: Account) {
  const url = `${state.url}/orgs/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId("O", account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${state.url}/avatars/u/${account.id}`,
    description: null,
  };
}

export function renderApp(state: State) {
  return {
    id: state.app.id,
    slug: state.app.slug,
    client_id: state.signIns.clientId,
    node_id: nodeId("A", state.app.id),
    owner: renderAccount(state, findAccount(state, "github")),
    name: state.app.name,
    description: "",
    external_url: "http://example.invalid",
    html_url: `${state.url}/apps/${state.app.slug}`,
    created_at: "2024-01-01T00:00:00Z",
    updated_at: "2024-01-01T00:00:00Z",
    permissions: state.app.permissions,
    events: appEvents,
  };
}

export function renderInstallation(state: State, account: Account) {
  const id = account.installationId;
  return {
    id,
    account: renderAccount(state, account),
    repository_selection: "all",
    access_tokens_url: `${state.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${state.url}/installation/repositories`,
    html_url: `${state.url}/settings/installations/${id}`,
    app_id: state.app.id,
    app_slug: state.app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: state.app.permissions,
    events: appEvents,
    created_at: account.createdAt,
    updated_at: account.createdAt,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

/** Opaque, as GitHub's are; only its stability matters. */
export function nodeId(kind: string, id: number | string): string {
  return `${kind}_${Buffer.from(String(id)).toString("base64url")}`;
}

import type { Account } from "../account.js";
import { nextId, timestamp, type Repository, type State } from "../state.js";
import { nodeId, renderAccount } from "./account.js";

/** A published release of a tag, without assets. */
export function renderRelease(state: State, repository: Repository, author: Account, tag: string) {
  const id = nextId(state);
  const now = timestamp(state);
  const url = `${state.url}/repos/${repository.slug}`;
  return {
    id,
    node_id: nodeId("RE", id),
    url: `${url}/releases/${id}`,
    assets_url: `${url}/releases/${id}/assets`,
    upload_url: `${url}/releases/${id}/assets{?name,label}`,
    html_url: `${state.url}/${repository.slug}/releases/tag/${tag}`,
    tarball_url: `${url}/tarball/${tag}`,
    zipball_url: `${url}/zipball/${tag}`,
    tag_name: tag,
    target_commitish: repository.defaultBranch,
    name: tag,
    body: null,
    draft: false,
    prerelease: false,
    immutable: false,
    created_at: now,
    updated_at: now,
    published_at: now,
    author: renderAccount(state, author),
    assets: [],
  };
}

import { objectType, readBlob, readTree, resolve, type TreeEntry } from "../git.js";
import { nodeId } from "../resources/account.js";
import { repositoryRoute, type Reply, type RepositoryContext, type Route } from "../router.js";
import { HttpRefusal, type Repository, type State } from "../state.js";
import { commitOf } from "./repository.js";

/** Files, folders and git objects. */
export const routes: Route[] = [
  repositoryRoute("GET /contents/*path", ["contents:read"], contents),
  repositoryRoute("GET /git/trees/:sha", ["contents:read"], tree),
  repositoryRoute("GET /git/blobs/:sha", ["contents:read"], async ({ state, repository, params }) => {
    const sha = params["sha"] ?? "";
    const type = await objectType(repository.git, sha).catch(() => undefined);
    if (type !== "blob") throw new HttpRefusal(404, "Not Found");
    const bytes = await readBlob(repository.git, sha);
    const url = `${state.url}/repos/${repository.slug}/git/blobs/${sha}`;
    const content = { content: base64(bytes), encoding: "base64", size: bytes.length };
    return { status: 200, body: { sha, node_id: nodeId("B", sha), url, ...content } };
  }),
];

async function contents({ state, repository, params, request }: RepositoryContext): Promise<Reply> {
  const ref = request.query.get("ref") ?? repository.defaultBranch;
  const commit = await commitOf(repository, ref);
  const path = (params["path"] ?? "").replace(/\/+$/, "");
  const sha = await resolve(repository.git, `${commit}:${path}`);
  if (sha === undefined) throw new HttpRefusal(404, "Not Found");
  const prefix = path === "" ? "" : `${path}/`;
  if ((await objectType(repository.git, sha)) === "tree") {
    const entries = await readTree(repository.git, sha);
    const body = entries.map((entry) =>
      renderEntry(state, repository, ref, { ...entry, path: prefix + entry.path }),
    );
    return { status: 200, body };
  }
  const bytes = await readBlob(repository.git, sha);
  const entry = { mode: "100644", type: "blob" as const, sha, size: bytes.length, path };
  const file = { ...renderEntry(state, repository, ref, entry), encoding: "base64", content: base64(bytes) };
  return { status: 200, body: file };
}

const kinds = { blob: "file", tree: "dir", commit: "submodule" } as const;

function renderEntry(state: State, repository: Repository, ref: string, entry: TreeEntry) {
  const kind = kinds[entry.type];
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const url = `${state.url}/repos/${repository.slug}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git_url = `${state.url}/repos/${repository.slug}/git/${entry.type}s/${entry.sha}`;
  const html_url = `${state.url}/${repository.slug}/${entry.type}/${ref}/${path}`;
  return {
    type: kind,
    size: entry.size ?? 0,
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    url,
    git_url,
    html_url,
    download_url: kind === "file" ? `${state.url}/${repository.slug}/raw/${ref}/${path}` : null,
    _links: { self: url, git: git_url, html: html_url },
  };
}

async function tree({ state, repository, params, request }: RepositoryContext): Promise<Reply> {
  const sha = await resolve(repository.git, `${params["sha"]}^{tree}`);
  if (sha === undefined) throw new HttpRefusal(404, "Not Found");
  const url = `${state.url}/repos/${repository.slug}/git`;
  const entries = await readTree(repository.git, sha, request.query.has("recursive"));
  const body = entries.map(({ path, mode, type, sha: object, size }) => {
    const address = { sha: object, url: `${url}/${type}s/${object}` };
    return { path, mode, type, ...(size === null ? {} : { size }), ...address };
  });
  return { status: 200, body: { sha, url: `${url}/trees/${sha}`, tree: body, truncated: false } };
}

/** In lines of 60 characters, as GitHub breaks it. */
function base64(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{1,60}/g, "$&\n");
}

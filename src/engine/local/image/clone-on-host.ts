import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { isIP } from "node:net";
import { promisify } from "node:util";
import type { Artifact } from "../../../manifest/argo.js";
import { inputFault } from "../artifacts.js";
import { askForManifest, reasonOf } from "../ask-for-manifest.js";
import { gitPassword, placeGit, type GitLimits } from "../git-artifact.js";
import { contains, type Mount } from "../namespace.js";
import { lookupWithin, type Reach } from "../reach.js";
import type { Sandbox } from "../sandbox.js";
import type { StepStart } from "../step-start.js";

/**
 * Clones a git artifact to its path with the host's git, which could read any file and ask any address that this
 * server can: it gets http and https addresses within `reach`, or a repository inside of what steps are shown; no
 * settings of the machine, and no redirect that was not looked at before.
 */
export async function cloneOnHost(
  host: Sandbox,
  shown: readonly Mount[],
  step: StepStart,
  artifact: Artifact,
  reach: Reach,
): Promise<void> {
  const repo = artifact.git?.repo ?? "";
  const place = (placed: Artifact, limits: GitLimits): Promise<void> =>
    placeGit(host, placed, step.workflow, step.token(), limits);
  if (!/^https?:\/\//i.test(repo))
    return place(at(artifact, shownRepository(artifact, repo, shown)), { protocols: "file", settings: [] });
  const password = gitPassword(artifact, step.workflow, step.token());
  const url = await followed(repo, password, step.signal, reach).catch((cause: unknown) => {
    throw inputFault(artifact, `git: ${reasonOf(cause)}`);
  });
  const settings = [["http.followRedirects", "false"] as const, ...(await pinned(url, reach))];
  // The password is for the origin that the manifest names.
  const { passwordSecret: _, usernameSecret: _name, ...open } = artifact.git ?? { repo: "" };
  const isMoved = url.origin !== new URL(repo).origin;
  const moved = at(isMoved ? { ...artifact, git: open } : artifact, url.href);
  return place(moved, { protocols: "http:https", settings });
}

function at(artifact: Artifact, repo: string): Artifact {
  return { ...artifact, git: { ...artifact.git, repo } };
}

/** The path without links, since a step may have made one that leads out of what it is shown. */
function shownRepository(artifact: Artifact, repo: string, shown: readonly Mount[]): string {
  const unseen = inputFault(artifact, `git: ${repo} is not for steps to see`);
  const path = resolve("/", repo);
  if (!existsSync(path)) throw unseen;
  const real = realpathSync(path);
  if (!shown.some(({ host }) => contains(host, path)) || !shown.some(({ host }) => contains(host, real)))
    throw unseen;
  // Git would take objects from wherever this file says.
  if ([".git/objects", "objects"].some((folder) => existsSync(join(real, folder, "info/alternates"))))
    throw inputFault(artifact, `git: ${repo} has alternates`);
  return real;
}

const service = "/info/refs?service=git-upload-pack";

/** Where the repository is, redirects followed as git would follow the first request. */
async function followed(repo: string, password: string, signal: AbortSignal, reach: Reach): Promise<URL> {
  const asked = new URL(repo);
  const { username, password: own } = asked;
  // Git keeps a user in the URL, and asks its own credentials for it.
  Object.assign(asked, { username: "", password: "" });
  const base = asked.href.replace(/\/$/, "");
  const value = `Basic ${Buffer.from(`x-access-token:${password}`).toString("base64")}`;
  const headers = password === "" ? [] : [{ name: "Authorization", value }];
  const { url, body } = await askForManifest({ url: `${base}${service}`, headers, signal }, reach);
  body.destroy();
  if (!url.href.endsWith(service)) throw new Error(`a redirect leads to ${url.href}, which is no repository`);
  const found = new URL(url.href.slice(0, -service.length));
  return found.origin === asked.origin ? Object.assign(found, { username, password: own }) : found;
}

/** So that git connects to the address that was looked at, whatever the name means a moment later. */
async function pinned(url: URL, reach: Reach): Promise<[string, string][]> {
  if (isIP(url.hostname) !== 0 || url.hostname.startsWith("[")) return [];
  const lookup = promisify(lookupWithin(url, reach)) as (host: string, options: object) => Promise<Address[]>;
  const addresses = await lookup(url.hostname, { all: true });
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const list = addresses.map(({ address }) => (isIP(address) === 6 ? `[${address}]` : address)).join(",");
  return [["http.curloptResolve", `${url.hostname}:${port}:${list}`]];
}

interface Address {
  address: string;
}

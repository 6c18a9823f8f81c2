import { execFileSync, spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { findToken } from "./auth.js";
import { refs } from "./git.js";
import { nothing } from "./payloads.js";
import { settlePush, type Push } from "./pushes.js";
import { requirePermission, requireReach } from "./router.js";
import { botAccount, findRepository, HttpRefusal, type Repository, type State } from "./state.js";

const gitPath = /^\/([^/]+\/[^/]+)\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;
let backend: string | undefined;

export function isGitPath(path: string): boolean {
  return gitPath.test(path);
}

/** Fetches and pushes over smart HTTP, with an installation token as the password; a push is followed by its events. */
export async function serveGit(
  state: State,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, slug = "", action = ""] = gitPath.exec(url.pathname) ?? [];
  const writes = action === "git-receive-pack" || url.searchParams.get("service") === "git-receive-pack";
  let repository: Repository;
  try {
    repository = authorize(state, decodeURIComponent(slug), request.headers.authorization, writes);
  } catch (error) {
    return refuse(response, error);
  }
  if (action !== "git-receive-pack") return runBackend(repository, url, action, request, response);
  const before = await refs(repository.git);
  await runBackend(repository, url, action, request, response, async () => {
    for (const push of moved(before, await refs(repository.git)))
      await settlePush(state, repository, botAccount(state), push);
  });
}

function authorize(state: State, slug: string, header: string | undefined, writes: boolean): Repository {
  const basic = /^basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  const [user, value = ""] = Buffer.from(basic ?? "", "base64")
    .toString()
    .split(":");
  if (user !== "x-access-token") throw new HttpRefusal(401, "Repository not found.");
  const token = findToken(state, value);
  const repository = findRepository(state, slug);
  requireReach(token, repository);
  requirePermission(token, [writes ? "contents:write" : "contents:read"]);
  return repository;
}

function refuse(response: ServerResponse, error: unknown): void {
  const status = error instanceof HttpRefusal ? error.status : 500;
  const message = error instanceof Error ? error.message : String(error);
  const challenge: Record<string, string> =
    status === 401 ? { "www-authenticate": 'Basic realm="GitHub"' } : {};
  response.writeHead(status, { "content-type": "text/plain", connection: "close", ...challenge });
  response.end(`${message}\n`);
}

function moved(before: Map<string, string>, after: Map<string, string>): Push[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names]
    .map((ref) => ({ ref, before: before.get(ref) ?? nothing, after: after.get(ref) ?? nothing }))
    .filter((push) => push.before !== push.after);
}

/** Runs `git http-backend` as a CGI program. `afterwards` is done before the response ends. */
async function runBackend(
  repository: Repository,
  url: URL,
  action: string,
  request: IncomingMessage,
  response: ServerResponse,
  afterwards: () => Promise<void> = async () => undefined,
): Promise<void> {
  backend ??= join(execFileSync("git", ["--exec-path"], { encoding: "utf8" }).trim(), "git-http-backend");
  const child = spawn(backend, { env: environment(repository, url, action, request) });
  child.stdin.on("error", () => undefined);
  child.stderr.resume();
  request.pipe(child.stdin);
  response.on("close", () => child.kill());
  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    if (head === undefined) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  await afterwards();
  if (head !== undefined) response.writeHead(500);
  response.end();
}

function environment(repository: Repository, url: URL, action: string, request: IncomingMessage) {
  const { headers } = request;
  const optional = {
    CONTENT_TYPE: headers["content-type"],
    CONTENT_LENGTH: headers["content-length"],
    HTTP_CONTENT_ENCODING: headers["content-encoding"],
    GIT_PROTOCOL: headers["git-protocol"],
  };
  return {
    PATH: process.env["PATH"],
    HOME: repository.git,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    GIT_PROJECT_ROOT: repository.git,
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: `/${action}`,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method,
    REMOTE_USER: "x-access-token",
    REMOTE_ADDR: "127.0.0.1",
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => typeof value === "string")),
  };
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const line of text.split("\r\n")) {
    const [name = "", value = ""] = line.split(/:\s*(.*)/s);
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  response.writeHead(status, headers);
}

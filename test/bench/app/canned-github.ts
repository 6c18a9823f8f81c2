import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { performance } from "node:perf_hooks";

/** What was asked: the method, and the path with what differs between repositories taken out. */
export type Kind = string;

/** A check run as it was asked for: when, in milliseconds of `performance`, for which commit, and how. */
export interface Asked {
  at: number;
  id: number;
  sha: string;
  body: Record<string, unknown>;
}

/** Answers what a push, its check and a pressed button ask of GitHub, at once and from memory. */
export interface CannedGitHub {
  url: string;
  /** Requests since `forget`, tokens included. */
  kinds: Map<Kind, number>;
  /** What it had no answer to. */
  unknown: Set<string>;
  /** Called with each check run that is made or changed, when its request has come. */
  onCheck: (asked: Asked) => void;
  forget(): void;
  close(): Promise<void>;
}

export const actor = { id: 7, login: "alice", type: "User" };

/** `manifest` is the file `.workflows/bench.yaml` of every commit. */
export async function openCannedGitHub(manifest: string): Promise<CannedGitHub> {
  const checks: string[] = [];
  const kinds = new Map<Kind, number>();
  const unknown = new Set<string>();
  const answers: [RegExp, (asked: RegExpExecArray) => [number, unknown]][] = [
    [/^POST \/app\/installations\/\d+\/access_tokens$/, () => [201, token()]],
    [/^GET \/repos\/[^/]+\/[^/]+\/commits\/[^/]+\/pulls$/, () => [200, []]],
    [/^POST \/graphql$/, () => [200, { data: { repository: folder(manifest) } }]],
    [
      /^GET \/repos\/[^/]+\/[^/]+\/commits\/[^/]+\/check-runs$/,
      () => [200, { total_count: 0, check_runs: [] }],
    ],
    [/^GET \/repos\/[^/]+\/[^/]+\/collaborators\/[^/]+\/permission$/, () => [200, permission]],
    [/^GET \/repos\/[^/]+\/[^/]+\/compare\/[^/]+\.\.\.([^/]+)$/, ([, sha = ""]) => [200, comparison(sha)]],
    [/^GET \/app$/, () => [200, { id: 1, slug: "bench", permissions: {}, events: [] }]],
    [/^GET \/app\/installations$/, () => [200, []]],
    [/^GET \/app\/hook\/deliveries$/, () => [200, []]],
  ];
  const github: CannedGitHub = {
    url: "",
    kinds,
    unknown,
    onCheck: () => undefined,
    forget: () => kinds.clear(),
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
  function answerTo(asked: string, body: Record<string, unknown>, at: number): [number, unknown] | undefined {
    const check = /^(?:POST|PATCH) \/repos\/[^/]+\/[^/]+\/check-runs(?:\/(\d+))?$/.exec(asked);
    if (check === null) {
      for (const [pattern, answer] of answers) {
        const match = pattern.exec(asked);
        if (match) return answer(match);
      }
      return undefined;
    }
    const id = check[1] === undefined ? checks.push(String(body["head_sha"])) : Number(check[1]);
    github.onCheck({ at, id, sha: checks[id - 1] ?? "", body });
    return [check[1] === undefined ? 201 : 200, { ...body, id }];
  }
  const server = createServer((request, response) => {
    const at = performance.now();
    void read(request).then((body) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      const asked = `${request.method ?? ""} ${path}`;
      const kind = kindOf(asked);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      const [status, value] = answerTo(asked, body, at) ?? [404, { message: "Not Found" }];
      if (status === 404) unknown.add(kind);
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify(value));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  github.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return github;
}

async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await text(request);
  return body === "" ? {} : (JSON.parse(body) as Record<string, unknown>);
}

function kindOf(asked: string): Kind {
  return asked
    .replace(/\/repos\/[^/]+\/[^/]+/, "")
    .replace(/\/[0-9a-f]{40}(?=\/|$)/, "/SHA")
    .replace(/\/\d+(?=\/|$)/g, "/ID")
    .replace(/\/compare\/.*/, "/compare/SHA...SHA")
    .replace(/(collaborators)\/[^/]+/, "$1/LOGIN");
}

function comparison(sha: string): object {
  const commit = { sha, author: actor, committer: actor, commit: { message: "Change" } };
  return { total_commits: 1, commits: [commit], files: [{ filename: "change.txt" }] };
}

const permission = { permission: "admin", role_name: "admin", user: actor };

function token(): object {
  const expires = new Date(Date.now() + 3_600_000).toISOString();
  // The shape of no token, so that nothing here can be taken for one.
  return { token: "a-token-of-the-bench", expires_at: expires, permissions: {}, repository_selection: "all" };
}

function folder(manifest: string): object {
  const blob = { __typename: "Blob", text: manifest, isTruncated: false, byteSize: manifest.length };
  const entry = { path: ".workflows/bench.yaml", type: "blob", mode: 33188, object: blob };
  return { commit: { __typename: "Commit" }, object: { __typename: "Tree", entries: [entry] } };
}

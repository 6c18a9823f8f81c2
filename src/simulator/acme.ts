import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leastPermissions } from "./state.js";
import { startSimulator, type Exchange, type Simulator } from "./simulator.js";

export type Json = Record<string, unknown>;
export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
}
export interface Received {
  headers: Record<string, unknown>;
  text: string;
}

/** Says what in a call or a webhook is not as GitHub's schemas have it. */
export interface Validators {
  exchange: (exchange: Exchange) => string[];
  delivery: (delivery: { event: string; payload: Record<string, unknown> }) => string[];
}

/** For tests: a simulated GitHub with `acme/infra`, and a receiver of its webhooks that answers 200. */
export interface Acme {
  github: Simulator;
  directory: string;
  /** The head of `main`. */
  sha: string;
  /** Webhooks in the order they came. */
  received: Received[];
  /** What was not as GitHub's schemas have it, in calls that were answered and in webhooks. */
  invalid: Set<string>;
  now: () => number;
  advance: (milliseconds: number) => void;
  jwt: (claims?: Json, key?: string) => string;
  /** `call(token, "GET /path", body)` */
  call: (credential: string, spec: string, body?: unknown) => Promise<Answer>;
  grant: (body?: Json) => Promise<Answer>;
  token: (body?: Json) => Promise<string>;
  close: () => Promise<void>;
}

export const repository = "acme/infra";
const secret = "s3cret";
/** One for all tests: to make a key is slow. */
const privateKey = createPrivateKey();

export function createPrivateKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
}

export function sign(text: string): string {
  return `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
}

export async function openAcme(validators: Validators): Promise<Acme> {
  const directory = mkdtempSync(join(tmpdir(), "simulator-"));
  const invalid = new Set<string>();
  let now = Date.parse("2026-01-01T10:00:00Z");
  const receiver = await openReceiver();
  const github = await startSimulator({
    directory: join(directory, "git"),
    clock: () => now,
    app: { privateKey, permissions: { ...leastPermissions, contents: "write", deployments: "write" } },
    webhook: { url: receiver.url, secret },
    onExchange(exchange) {
      if (exchange.status < 400) for (const each of validators.exchange(exchange)) invalid.add(each);
    },
    onDelivery(delivery) {
      for (const each of validators.delivery(delivery)) invalid.add(each);
    },
  });
  await createAcme(github);

  function jwt(claims: Json = {}, key = privateKey): string {
    const seconds = Math.floor(now / 1000);
    const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const all = { iat: seconds - 30, exp: seconds + 500, iss: github.app.id, ...claims };
    const unsigned = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(all)}`;
    return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(key, "base64url")}`;
  }
  const call = (credential: string, spec: string, body?: unknown) => send(github.url, credential, spec, body);
  async function grant(body: Json = {}): Promise<Answer> {
    const { id } = (await call(jwt(), `GET /repos/${repository}/installation`)).body;
    return call(jwt(), `POST /app/installations/${String(id)}/access_tokens`, body);
  }
  const token = async (body: Json = {}) => (await grant(body)).body["token"] as string;
  const sha = (await call(await token(), `GET /repos/${repository}/commits/main`)).body["sha"] as string;
  return {
    github,
    directory,
    sha,
    received: receiver.received,
    invalid,
    now: () => now,
    advance: (milliseconds) => void (now += milliseconds),
    jwt,
    call,
    grant,
    token,
    async close() {
      await github.close();
      receiver.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function createAcme(github: Simulator): Promise<void> {
  github.createOrganization("acme");
  for (const login of ["alice", "bob", "carol"]) github.createUser(login);
  await github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write", bob: "maintain" },
    files: {
      "README.md": "# Infra\n",
      ".workflows/a.yaml": "kind: Workflow\n",
      ".workflows/deep/b.txt": "b\n",
    },
    defaultBranch: "main",
  });
}

async function openReceiver(): Promise<{ url: string; received: Received[]; close(): void }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => (text += String(chunk)));
    request.on("end", () => {
      received.push({ headers: request.headers, text });
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { url, received, close: () => void server.close() };
}

async function send(url: string, credential: string, spec: string, body: unknown): Promise<Answer> {
  const [method = "GET", path = "/"] = spec.split(" ");
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${credential}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = (text === "" ? {} : JSON.parse(text)) as Json;
  return { status: response.status, headers: response.headers, body: parsed };
}

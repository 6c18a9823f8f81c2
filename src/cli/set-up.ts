import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "yaml";
import { z } from "zod";
import { PublicUrl } from "../policy/configuration.js";
import { callbackPath } from "../server/page/sign-in.js";
import { webhookPath } from "../server/server.js";
import { stopSignal } from "./stop-signal.js";

type Environment = Record<string, string | undefined>;

/** The answer of `POST /app-manifests/{code}/conversions`. */
const Conversion = z.object({
  id: z.number().int(),
  pem: z.string(),
  webhook_secret: z.string(),
  client_id: z.string(),
  client_secret: z.string(),
  html_url: z.string(),
});

const policy = "default-src 'none'; style-src 'unsafe-inline'; form-action https: http:";

/**
 * Without credentials: a page on localhost that registers a GitHub App from `app.yml` (GitHub docs, "Registering a
 * GitHub App from a manifest") and writes what GitHub answers to `.env`. Never part of a production server.
 */
export async function setUp(
  env: Environment,
  io: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> {
  const state = randomUUID();
  /** The address that the App was last offered with. */
  let chosen: string | undefined;
  const web = `${env["GHE_PROTOCOL"] || "https"}://${env["GHE_HOST"] || "github.com"}`;
  const api = env["GITHUB_API_URL"] || (env["GHE_HOST"] ? `${web}/api/v3` : "https://api.github.com");
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      io.err(`sluice serve: ${error instanceof Error ? error.message : String(error)}\n`);
      send(response, 500, "<p>It failed; the terminal says why. Nothing was written.</p>");
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin());
    if (!/^(localhost|127\.0\.0\.1)(:\d+)?$/.test(request.headers.host ?? "")) return send(response, 403, "");
    if (url.pathname === "/healthz") return send(response, 200, "ok");
    if (url.pathname === "/") {
      chosen = publicUrlOf(url);
      return send(response, 200, startPage(web, origin(), state, chosen));
    }
    if (url.pathname !== "/registered") return send(response, 404, "<p>No such page.</p>");
    if (url.searchParams.get("state") !== state)
      return send(response, 400, "<p>This is not the answer to this page's question. Start again.</p>");
    const app = await convert(api, url.searchParams.get("code") ?? "");
    writeCredentials(app, chosen);
    io.out(
      `The App is ${app.html_url}. Its credentials are in .env; install the App, then start sluice serve again.\n`,
    );
    send(
      response,
      200,
      "<h1>Registered</h1><p>Credentials are in <code>.env</code>. Install the App on a repository, set its webhook address, then start <code>sluice serve</code> again.</p>",
    );
  }

  function origin(): string {
    return `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(Number(env["PORT"] || "3000"), "127.0.0.1", resolve);
  });
  io.out(
    `No APP_ID and no PRIVATE_KEY: set-up mode. Open ${origin()}/ to register a GitHub App. ctrl-C ends it.\n`,
  );
  await stopSignal();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return 0;
}

/** What the form on the page was given; undefined when it is no address. */
function publicUrlOf({ searchParams }: URL): string | undefined {
  const given = PublicUrl.safeParse((searchParams.get("public") ?? "").trim().replace(/\/$/, ""));
  return given.success ? given.data : undefined;
}

function startPage(web: string, origin: string, state: string, publicUrl: string | undefined): string {
  const manifest = parse(readFileSync(new URL("../../app.yml", import.meta.url), "utf8")) as object;
  const text = JSON.stringify({
    ...manifest,
    redirect_url: `${origin}/registered`,
    hook_attributes: {
      url: `${publicUrl ?? "https://example.invalid"}${webhookPath}`,
      active: publicUrl !== undefined,
    },
    ...(publicUrl === undefined ? {} : { callback_urls: [publicUrl + callbackPath] }),
  });
  return `<h1>Sluice has no credentials yet</h1>
<p>This registers a GitHub App of your own with the least permissions that Sluice needs. GitHub will ask you to confirm.</p>
<form method="post" action="${web}/settings/apps/new?state=${state}">
<input type="hidden" name="manifest" value="${escapeHtml(text)}"><button>Register a GitHub App</button></form>
<form method="get" action="/"><p><label>Address of this server as GitHub and browsers reach it, for webhooks and run pages:
<input name="public" size="40" placeholder="https://sluice.example.com" value="${escapeHtml(publicUrl ?? "")}"></label> <button>Use it</button></p>
<p>${publicUrl === undefined ? "Without it you set the webhook and callback addresses on GitHub later." : `The App will send webhooks to ${escapeHtml(publicUrl)}${webhookPath}.`}</p></form>
<p>Already have one? Set <code>APP_ID</code>, <code>PRIVATE_KEY_PATH</code> and <code>WEBHOOK_SECRET</code>.</p>`;
}

async function convert(api: string, code: string): Promise<z.infer<typeof Conversion>> {
  if (!/^[A-Za-z0-9]+$/.test(code)) throw new Error("GitHub sent no code");
  const response = await fetch(`${api}/app-manifests/${code}/conversions`, {
    method: "POST",
    headers: { accept: "application/vnd.github+json" },
  });
  if (!response.ok) throw new Error(`failed to convert the App manifest: HTTP ${response.status}`);
  return Conversion.parse(await response.json());
}

function writeCredentials(app: z.infer<typeof Conversion>, publicUrl: string | undefined): void {
  if (existsSync(".env")) throw new Error("there is a .env already; move it away and register again");
  const key = app.pem.trim().replaceAll("\n", "\\n");
  const lines = [
    `APP_ID=${app.id}`,
    `WEBHOOK_SECRET=${app.webhook_secret}`,
    `CLIENT_ID=${app.client_id}`,
    `CLIENT_SECRET=${app.client_secret}`,
    `PRIVATE_KEY="${key}"`,
  ];
  if (publicUrl !== undefined) lines.push(`PUBLIC_URL=${publicUrl}`);
  writeFileSync(".env", `${lines.join("\n")}\n`, { mode: 0o600 });
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policy,
    "referrer-policy": "no-referrer",
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sluice</title><body style="font:16px/1.5 system-ui;max-width:42rem;margin:3rem auto;padding:0 1rem">${body}</body></html>`,
  );
}

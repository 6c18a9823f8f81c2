import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Log } from "../app/ports.js";
import type { Event } from "../policy/event.js";
import { ServerOptionsError, startServer, type RunningServer, type ServerOptions } from "./server.js";

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
const account = { id: 1, login: "alice", type: "User" };
const review = JSON.stringify({
  action: "submitted",
  pull_request: { number: 3 },
  installation: { id: 5 },
  repository: { id: 7, full_name: "acme/infra", default_branch: "main", clone_url: "c", html_url: "h" },
  sender: account,
});

describe("the server", () => {
  let server: RunningServer | undefined;
  afterEach(async () => server?.close());

  async function start(options: Partial<ServerOptions> = {}): Promise<string> {
    server = await startServer({
      secrets: ["new", "old"],
      port: 0,
      host: "127.0.0.1",
      log: silent,
      receive: () => Promise.resolve(),
      isReady: () => true,
      ...options,
    });
    return `http://127.0.0.1:${server.port}`;
  }

  function deliver(url: string, secret: string, body = review, headers: Record<string, string> = {}) {
    const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
    return fetch(`${url}/api/github/webhooks`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-github-event": "pull_request_review",
        "x-github-delivery": "d",
        "x-hub-signature-256": signature,
        ...headers,
      },
    });
  }

  it("does not start without a secret", async () => {
    await expect(start({ secrets: [] })).rejects.toThrow(ServerOptionsError);
    await expect(start({ secrets: ["good", " "] })).rejects.toThrow(/WEBHOOK_SECRET is missing/);
  });

  it("takes each of its secrets and no other, and gives the event to its receiver", async () => {
    const events: Event[] = [];
    const url = await start({ receive: (event) => Promise.resolve(void events.push(event)) });
    expect((await deliver(url, "new")).status).toBe(202);
    expect((await deliver(url, "old")).status).toBe(202);
    expect((await deliver(url, "other")).status).toBe(400);
    expect((await deliver(url, "new", review, { "x-hub-signature-256": "" })).status).toBe(400);
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ kind: "review", number: 3, installationId: 5, actor: account });
  });

  it("checks the signature before it looks at the body", async () => {
    const url = await start();
    expect((await deliver(url, "other", "{ no json")).status).toBe(400);
    expect(await (await deliver(url, "new", "{ no json")).text()).toContain("not JSON");
    expect(await (await deliver(url, "new", "{}")).text()).toContain("pull_request_review: installation");
  });

  it("takes other events for nothing, and other content types not at all", async () => {
    const url = await start();
    expect((await deliver(url, "new", "{}", { "x-github-event": "star" })).status).toBe(200);
    expect((await deliver(url, "new", review, { "content-type": "text/plain" })).status).toBe(415);
  });

  it("refuses more than 25 MB, announced or not, and goes on", async () => {
    const url = await start();
    expect(await answerTo(`Content-Length: 30000000\r\n\r\n`)).toContain(" 413 ");
    const chunk = "x".repeat(1_000_000);
    const chunks = `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(27);
    expect(await answerTo(`Transfer-Encoding: chunked\r\n\r\n${chunks}`)).toContain(" 413 ");
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("answers 503 when the effect takes too long, and 500 when there is none", async () => {
    const url = await start({ receive: () => new Promise(() => undefined), answerWithinMs: 20 });
    expect((await deliver(url, "new")).status).toBe(503);
    await server?.close();
    const failing = await start({ receive: () => Promise.reject(new Error("no GitHub")) });
    expect((await deliver(failing, "new")).status).toBe(500);
  });

  it("lets a started delivery end before it closes, and takes no more", async () => {
    let started = () => {};
    let finish = () => {};
    const begun = new Promise<void>((resolve) => (started = resolve));
    const end = new Promise<void>((resolve) => (finish = resolve));
    const receive = () => {
      started();
      return end;
    };
    const url = await start({ receive });
    const answer = deliver(url, "new");
    await begun;
    const closed = server?.close();
    await expect(fetch(`${url}/readyz`)).rejects.toThrow();
    finish();
    expect((await answer).status).toBe(202);
    await closed;
  });

  it("knows its pages", async () => {
    const url = await start({ isReady: () => false });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect((await fetch(`${url}/api/github/webhooks`)).status).toBe(405);
  });

  /** A request by hand: an HTTP client would stop at the first answer or hide it. */
  function answerTo(rest: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(server?.port ?? 0, "127.0.0.1");
      let text = "";
      socket.on("data", (data) => {
        text += String(data);
        socket.destroy();
      });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve(text));
      socket.write(
        `POST /api/github/webhooks HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`,
      );
    });
  }
});

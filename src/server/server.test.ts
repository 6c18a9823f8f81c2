import { createHmac } from "node:crypto";
import { connect } from "node:net";
import pino from "pino";
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
      clock: Date.now,
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

  it("answers 503 to what there is no room for, and begins nothing that it gave back", async () => {
    let begun = 0;
    let end: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (end = resolve));
    const limits = { underWay: 1, underWayPerRepository: 1, waiting: 1, waitingPerRepository: 1 };
    const url = await start({ limits, answerWithinMs: 300, receive: () => ((begun += 1), held) });
    const first = deliver(url, "new");
    while (begun === 0) await new Promise((resolve) => setImmediate(resolve));
    const answers = await Promise.all([deliver(url, "new"), deliver(url, "new")]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts).toContain("too much waits; deliver it again later\n");
    expect((await first).status).toBe(503);
    end();
    expect((await deliver(url, "new", review, { "x-github-delivery": "another" })).status).toBe(202);
    expect(begun).toBe(2);
  });

  it("does not do again what was done after the answer, and does again what failed then", async () => {
    let begun = 0;
    let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
    const receive = () =>
      new Promise<void>((resolve, reject) => {
        begun += 1;
        settle = { resolve, reject };
      });
    const url = await start({ receive, answerWithinMs: 100 });
    expect((await deliver(url, "new")).status).toBe(503);
    settle?.reject(new Error("no GitHub"));
    expect((await deliver(url, "new")).status).toBe(503);
    expect(begun).toBe(2);
    settle?.resolve();
    expect((await deliver(url, "new")).status).toBe(202);
    expect(begun).toBe(2);
    // Another event under the same name is another event.
    expect((await deliver(url, "new", `${review} `)).status).toBe(503);
    expect(begun).toBe(3);
    settle?.resolve();
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

  describe("attacked", () => {
    it("takes no signature of another body, another secret, another kind or another spelling", async () => {
      let received = 0;
      const url = await start({ receive: () => Promise.resolve(void (received += 1)) });
      const of = (text: string, algorithm = "sha256") =>
        createHmac(algorithm, "new").update(text).digest("hex");
      const signatures = [
        `sha256=${of(`${review} `)}`,
        `sha256=${of("")}`,
        `sha1=${of(review, "sha1")}`,
        of(review),
        `sha256=${of(review).slice(0, -2)}`,
        `sha256=${of(review)},sha256=${of(review)}`,
        "sha256=",
      ];
      for (const signature of signatures)
        expect((await deliver(url, "new", review, { "x-hub-signature-256": signature })).status).toBe(400);
      const old = { "x-hub-signature-256": "", "x-hub-signature": `sha1=${of(review, "sha1")}` };
      expect((await deliver(url, "new", review, old)).status).toBe(400);
      expect(received).toBe(0);
    });

    it("writes what a header says as one line of its log, without controls", async () => {
      const lines: string[] = [];
      const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
      const url = await start({ log });
      const forged = {
        "x-github-delivery": '"}\t\u0085{"level":60,"msg":"forged"}\u009b2J',
        "x-github-event": "push",
      };
      await deliver(url, "other", review, forged);
      await deliver(url, "new", `{"a\\u001b[2J\\nb": `, forged);
      await deliver(url, "new", `{"action": "\\u001b[2J\\n{}"}`, {
        ...forged,
        "x-github-event": "pull_request_review",
      });
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        expect(line.trimEnd()).toMatch(/^[^\n\x1b]*$/);
        expect(JSON.parse(line)).toMatchObject({ level: 40 });
      }
    });

    it("reads one request where a length lies, and no other behind it", async () => {
      let received = 0;
      await start({ receive: () => Promise.resolve(void (received += 1)) });
      const head = (body: string) =>
        `X-GitHub-Event: pull_request_review\r\nX-Hub-Signature-256: sha256=${createHmac("sha256", "new").update(body).digest("hex")}\r\n`;
      const short = await answerTo(`${head(review)}Content-Length: ${review.length - 5}\r\n\r\n${review}`);
      expect(short).toContain(" 400 ");
      const both = `${head(review)}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${review}`;
      expect(await answerTo(both)).toContain(" 400 ");
      expect(await answerTo(`Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345`)).toContain(" 400 ");
      expect(await answerTo(`Content-Length: -1\r\n\r\n12345`)).toContain(" 400 ");
      expect(await answerTo(`X-A: ${"x".repeat(100_000)}\r\n\r\n`)).toContain(" 431 ");
      expect(received).toBe(0);
    });

    it("closes who is slow or many, and answers others", async () => {
      const connections = { most: 20, headMs: 200, requestMs: 400 };
      const url = await start({ connections });
      const begins = ["", "POST /api/github/web", "POST /api/github/webhooks HTTP/1.1\r\nHost: x\r\nX-A: "];
      const body = "POST /api/github/webhooks HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow";
      const closed = await Promise.all([...begins, body].map(dripping));
      for (const answer of closed) expect(answer).toMatch(/^$| 408 /);
      const many = Array.from({ length: 60 }, () =>
        connect(server?.port ?? 0, "127.0.0.1").on("error", () => undefined),
      );
      const ends = many.map(
        (socket) => new Promise<void>((resolve) => socket.resume().on("close", () => resolve())),
      );
      await Promise.all(ends);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    });
  });

  /** Sends a beginning and then a character at a time, until the server closes. */
  function dripping(begin: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(server?.port ?? 0, "127.0.0.1");
      let text = "";
      const timer = setInterval(() => begin !== "" && socket.write("a"), 50);
      socket.on("data", (data) => (text += String(data)));
      socket.on("error", () => undefined);
      socket.on("close", () => (clearInterval(timer), resolve(text)));
      socket.write(begin);
    });
  }

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

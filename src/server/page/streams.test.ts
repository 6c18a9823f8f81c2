import { createServer, request as ask, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStreams, type Message, type Source, type Streams } from "./streams.js";

describe("streams of events", () => {
  let streams: Streams;
  let url: string;
  let source: Source;
  const closers: (() => void)[] = [];

  beforeEach(async () => {
    streams = openStreams({});
    const server = createServer((request, response) => {
      const viewer = request.url ?? "";
      const isAllowed = () => Promise.resolve(true);
      if (!streams.open(response, { viewer, sources: [source], isAllowed })) response.writeHead(503).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    closers.push(() => {
      streams.close();
      server.closeAllConnections();
      server.close();
    });
  });
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  function open(viewer: string): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const asked = ask(`${url}/${viewer}`, { agent: false }, resolve).on("error", reject);
      asked.end();
      closers.push(() => asked.destroy());
    });
  }
  const silent: Source = { take: () => [], follow: () => () => undefined };

  it("are so many for one viewer, and are free again when one leaves", async () => {
    source = silent;
    const opened: IncomingMessage[] = [];
    for (let index = 0; index < 20; index++) opened.push(await open("bob"));
    expect(opened.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect((await open("bob")).statusCode).toBe(503);
    expect((await open("carol")).statusCode).toBe(200);
    opened[0]?.destroy();
    while (streams.size > 20) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await open("bob")).statusCode).toBe(200);
  });

  it("write nothing to who does not read, and give the newest to who reads again", async () => {
    let taken = 0;
    let notify: () => void = () => undefined;
    const large = "x".repeat(64 * 1024);
    source = {
      take(): Message[] {
        taken += 1;
        return taken <= 1000
          ? [{ event: "log", data: `${taken} ${large}` }]
          : [{ event: "end", data: "end" }];
      },
      follow(changed) {
        notify = changed;
        return () => undefined;
      },
    };
    const slow = await open("bob");
    slow.pause();
    for (let index = 0; index < 50; index++) {
      notify();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // What the system's buffers hold, a few megabytes; never the 64 that there are.
    expect(taken).toBeLessThan(400);
    let bytes = 0;
    for await (const chunk of slow) bytes += (chunk as Buffer).length;
    expect(taken).toBe(1001);
    expect(bytes).toBeGreaterThan(1000 * 64 * 1024);
  });

  it("end when the server does", async () => {
    source = silent;
    const stream = await open("bob");
    streams.close();
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe("retry: 3000\n\n");
    expect((await open("bob")).statusCode).toBe(503);
  });
});

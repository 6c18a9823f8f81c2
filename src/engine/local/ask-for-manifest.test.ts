import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStepBench, type StepBench } from "../../../test/support/step-bench.js";
import { askForManifest, redirectTarget } from "./ask-for-manifest.js";
import { isNear, lookupWithin, OutOfReach } from "./reach.js";

let servers: Server[];
beforeEach(() => (servers = []));
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener, host = "127.0.0.1"): Promise<number> {
  const server = createServer(answer);
  servers.push(server);
  await once(server.listen(0, host), "listening");
  return (server.address() as AddressInfo).port;
}

const signal = new AbortController().signal;
const ask = (url: string, rest: object = {}, reach: "anywhere" | string[] = []) =>
  askForManifest({ url, signal, ...rest }, reach);

describe("what the engine asks on behalf of a manifest", () => {
  it("is nothing of this machine, however it is written", async () => {
    let asked = 0;
    const port = await serve((_request, response) => response.end(String(++asked)), "::");
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    const hosts = own.map(({ address, family }) => (family === "IPv6" ? `[${address}]` : address));
    const written =
      "127.0.0.1 localhost 127.1 0x7f.1 2130706433 0177.0.0.1 0.0.0.0 0 [::1] [::] [::ffff:127.0.0.1]";
    for (const host of [...written.split(" "), "LOCALHOST", "①②⑦.0.0.1", ...hosts])
      await expect(ask(`http://${host}:${port}/`), host).rejects.toThrow(OutOfReach);
    expect(asked).toBe(0);
    expect(await text((await ask(`http://127.0.0.1:${port}/`, {}, [`127.0.0.1:${port}`])).body)).toBe("1");
    await expect(ask(`http://localhost:${port}/`, {}, [`127.0.0.1:${port}`])).rejects.toThrow(OutOfReach);
    await expect(ask(`http://127.0.0.1:${port}/`, {}, ["127.0.0.1:1"])).rejects.toThrow(OutOfReach);
  });

  it("is no metadata service", async () => {
    const hosts =
      "169.254.169.254 [::ffff:169.254.169.254] [fd00:ec2::254] [fe80::1] [64:ff9b::a9fe:a9fe] 2852039166";
    for (const host of [...hosts.split(" "), "168.63.129.16", "100.100.100.200"])
      await expect(ask(`http://${host}/latest/meta-data/`), host).rejects.toThrow(OutOfReach);
    for (const address of ["8.8.8.8", "10.1.2.3", "192.168.1.1", "2606:4700::1111", "64:ff9b::808:808"])
      expect(isNear(address), address).toBe(false);
  });

  it("is the address that was looked up, and a name with one that is near is none", async () => {
    const lookup = lookupWithin(new URL("http://rebound.example"), []);
    const outcome = await new Promise((resolve) => {
      lookup("localhost", { all: true }, (error, addresses) => resolve(error ?? addresses));
    });
    expect(outcome).toBeInstanceOf(OutOfReach);
    const far = await new Promise((resolve) => {
      lookup("8.8.8.8", { all: true }, (error, addresses) => resolve(error ?? addresses));
    });
    expect(far).toEqual([{ address: "8.8.8.8", family: 4 }]);
  });

  it("is no file, socket or other scheme", async () => {
    for (const url of [
      "file:///etc/passwd",
      "ftp://example.com/",
      "data:,x",
      "unix:/run/docker.sock",
      "/etc/passwd",
      "",
    ])
      await expect(ask(url, {}, "anywhere"), url).rejects.toThrow(/scheme|no URL/);
    await expect(ask("http://user:pass@example.com/")).rejects.toThrow("no user and password");
  });

  it("does not follow a redirect to what it would not ask", async () => {
    let asked = 0;
    const inner = await serve((_request, response) => response.end(String(++asked)));
    let location = "";
    const outer = await serve((_request, response) => response.writeHead(302, { location }).end());
    const reach = [`127.0.0.1:${outer}`];
    for (location of [`http://127.0.0.1:${inner}/`, `//localhost:${inner}`, "http://169.254.169.254/"])
      await expect(ask(`http://127.0.0.1:${outer}`, {}, reach), location).rejects.toThrow(OutOfReach);
    for (location of ["file:///etc/passwd", "gopher://127.0.0.1/"])
      await expect(ask(`http://127.0.0.1:${outer}`, {}, reach), location).rejects.toThrow("no scheme");
    location = `http://127.0.0.1:${outer}/again`;
    await expect(ask(`http://127.0.0.1:${outer}`, {}, reach)).rejects.toThrow("stopped after 10 redirects");
    expect(asked).toBe(0);
    const secure = new URL("https://example.com/a");
    expect(() => redirectTarget("http://example.com/b", secure)).toThrow("from https to http");
    expect(redirectTarget("/b", secure).href).toBe("https://example.com/b");
    expect(redirectTarget("https://example.com/b", new URL("http://example.com")).href).toBe(
      "https://example.com/b",
    );
  });

  it("carries no header of a manifest to another origin", async () => {
    const seen: IncomingMessage["headers"][] = [];
    const inner = await serve((request, response) => (seen.push(request.headers), response.end()));
    const outer = await serve((request, response) => {
      seen.push(request.headers);
      const location = request.url === "/" ? "/same" : `http://127.0.0.1:${inner}/`;
      response.writeHead(307, { location }).end();
    });
    const headers = [
      { name: "Authorization", value: "secret" },
      { name: "Private-Token", value: "secret" },
      { name: "Accept", value: "text/plain" },
      { name: "Host", value: "other.example" },
    ];
    (await ask(`http://127.0.0.1:${outer}/`, { headers }, "anywhere")).body.resume();
    expect(seen.map((each) => each["private-token"])).toEqual(["secret", "secret", undefined]);
    expect(seen.map(({ authorization }) => authorization)).toEqual(["secret", "secret", undefined]);
    expect(seen.map(({ accept }) => accept)).toEqual(["text/plain", "text/plain", "text/plain"]);
    expect(seen.map(({ host }) => host)).not.toContain("other.example");
  });

  it("holds no second request in a header, a method or a length", async () => {
    const seen: string[] = [];
    const port = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end();
    });
    const url = `http://127.0.0.1:${port}/`;
    const smuggled = "x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const name of ["X-A", smuggled])
      await expect(ask(url, { headers: [{ name, value: smuggled }] }, "anywhere")).rejects.toThrow(
        /valid HTTP token|Invalid character/,
      );
    await expect(ask(url, { method: `GET ${smuggled}` }, "anywhere")).rejects.toThrow("valid HTTP token");
    const lengths = [
      { name: "Content-Length", value: "1" },
      { name: "Transfer-Encoding", value: "chunked" },
    ];
    (
      await ask(
        url,
        { method: "POST", headers: lengths, body: "0\r\n\r\nGET /second HTTP/1.1\r\n\r\n" },
        "anywhere",
      )
    ).body.resume();
    expect(seen).toEqual(["POST /"]);
  });

  it("goes by none of the server's proxies", async () => {
    let asked = 0;
    const proxy = await serve((_request, response) => response.end(String(++asked)));
    const port = await serve((_request, response) => response.end("direct"));
    const names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "NODE_USE_ENV_PROXY"];
    for (const name of names)
      process.env[name] = name.startsWith("NODE") ? "1" : `http://user:secret@127.0.0.1:${proxy}`;
    try {
      expect(await text((await ask(`http://127.0.0.1:${port}/`, {}, "anywhere")).body)).toBe("direct");
    } finally {
      for (const name of names) delete process.env[name];
    }
    expect(asked).toBe(0);
  });

  it("is unpacked as the server packed it", async () => {
    const port = await serve((_request, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("text")),
    );
    expect(await text((await ask(`http://127.0.0.1:${port}/`, {}, "anywhere")).body)).toBe("text");
  });
});

describe("an http template", () => {
  let bench: StepBench;
  beforeEach(async () => (bench = await openStepBench()));
  afterEach(() => bench.remove());
  const run = (url: string, reach?: "anywhere") =>
    bench.run({ name: "t", http: { url } }, reach === undefined ? {} : { reach });

  it("asks nothing near, nor does an http artifact", async () => {
    let asked = 0;
    const port = await serve((_request, response) => response.end(String(++asked)));
    const url = `http://127.0.0.1:${port}/`;
    const refusal = { phase: "Error", message: /127\.0\.0\.1 is this machine or on its link/ };
    expect(await run(url)).toMatchObject(refusal);
    const inputs = { artifacts: [{ name: "a", path: "/tmp/a", http: { url } }] };
    expect(await bench.run({ name: "t", inputs, container: { command: ["true"] } })).toMatchObject(refusal);
    expect(asked).toBe(0);
    expect(await run(url, "anywhere")).toMatchObject({ phase: "Succeeded", outputs: { result: "1" } });
  });

  it("holds no more than a mebibyte of an answer without end", async () => {
    let isClosed = false;
    const port = await serve((_request, response) => {
      const timer = setInterval(() => response.write("x".repeat(100_000)), 1);
      response.on("close", () => (clearInterval(timer), (isClosed = true)));
    });
    const end = await run(`http://127.0.0.1:${port}/`, "anywhere");
    expect(end.outputs?.result).toHaveLength(1024 * 1024);
    await expect.poll(() => isClosed).toBe(true);
  });
});

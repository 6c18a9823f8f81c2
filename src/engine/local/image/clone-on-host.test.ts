import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { token, uid } from "../../../../test/support/step-bench.js";
import type { Artifact, Workflow } from "../../../manifest/argo.js";
import { openSandbox } from "../sandbox.js";
import { cloneOnHost } from "./clone-on-host.js";

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w", uid },
  spec: {},
};
const right = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
let folder: string;
let servers: Server[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sluice-clone-")));
  mkdirSync(join(folder, "shown"));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function clone(git: Artifact["git"], reach: string[] = []): Promise<string> {
  const host = await openSandbox(
    {
      isolation: { kind: "serial" },
      engineDirectory: folder,
      mounts: [],
      hidden: [],
      onProcess: () => undefined,
      owner: uid,
    },
    "clone",
  );
  const step = {
    workflow,
    uid,
    nodeId: "w-1",
    template: { name: "t" },
    token: () => token,
    secrets: () => [token],
    onProcess: () => undefined,
    onSandbox: () => undefined,
    signal: new AbortController().signal,
  };
  const path = join(folder, "clone");
  const shown = [{ host: join(folder, "shown"), path: "/shown" }];
  await cloneOnHost(host, shown, step, { name: "g", path, ...(git ? { git } : {}) }, reach);
  return readFileSync(join(path, "f"), "utf8");
}

describe("a clone beside images", () => {
  it("is of nothing near the server, and runs no command", async () => {
    let asked = 0;
    const near = await serve((_request, response) => response.writeHead(404).end(String(++asked)));
    for (const repo of [`http://${near}/r`, `HTTP://x-access-token@${near}/r`, "http://169.254.169.254/r"])
      await expect(clone({ repo }), repo).rejects.toThrow(/is this machine/);
    const proof = join(folder, "proof");
    const others = [
      `ext::sh -c touch% ${proof}`,
      `git://${near}/r`,
      `ssh://git@${near}/r`,
      "git@127.0.0.1:r",
    ];
    for (const repo of [...others, "file:///etc", "../../etc", `--upload-pack=touch ${proof}`])
      await expect(clone({ repo }), repo).rejects.toThrow(/is not for steps to see/);
    expect([asked, existsSync(proof)]).toEqual([0, false]);
  });

  it("is of nothing that steps do not see, by a link or by borrowed objects", async () => {
    const secret = join(folder, "secret");
    execFileSync("git", ["init", "-q", "--bare", secret]);
    symlinkSync(secret, join(folder, "shown/link"));
    await expect(clone({ repo: join(folder, "shown/link") })).rejects.toThrow(/is not for steps to see/);
    const borrower = join(folder, "shown/borrower");
    execFileSync("git", ["init", "-q", borrower]);
    writeFileSync(join(borrower, ".git/objects/info/alternates"), `${secret}/objects\n`);
    await expect(clone({ repo: borrower })).rejects.toThrow(/has alternates/);
  });

  it("follows a redirect within its reach, and gives the token to its own origin only", async () => {
    const bare = join(folder, "served/r");
    execFileSync("sh", ["-ec", makeServed, bare]);
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { "www-authenticate": "Basic" }).end();
    });
    const evil = other.replace("127.0.0.1", "localhost");
    const origin = await serve((request, response) => {
      const { url = "", headers } = request;
      if (headers.authorization !== right)
        return response.writeHead(401, { "www-authenticate": "Basic" }).end();
      if (url.startsWith("/evil")) return response.writeHead(302, { location: `http://${evil}${url}` }).end();
      if (url.startsWith("/old/"))
        return response.writeHead(301, { location: url.replace("old", "r") }).end();
      const file = join(folder, "served", new URL(url, "http://x").pathname);
      if (existsSync(file) && statSync(file).isFile()) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    const passwordSecret = { name: "w-github", key: "token" };
    const git = (path: string) => ({ repo: `http://x-access-token@${origin}/${path}`, passwordSecret });
    expect(await clone(git("old"), [origin])).toBe("hi\n");
    rmSync(join(folder, "clone"), { recursive: true });
    await expect(clone(git("evil"), [origin])).rejects.toThrow(/localhost is this machine/);
    await expect(clone(git("evil"), [origin, evil])).rejects.toThrow("failed to load artifact g");
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain(right);
  });
});

const makeServed = `git init -q -b main $0.w; cd $0.w; echo hi > f; git add .
git -c user.name=a -c user.email=a@b commit -qm m; git clone -q --bare . $0; git -C $0 update-server-info`;

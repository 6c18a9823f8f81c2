import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStepBench, sh, token, uid, type StepBench } from "../../../test/support/step-bench.js";
import type { Artifact } from "../../manifest/argo.js";

let bench: StepBench;
beforeEach(async () => (bench = await openStepBench()));
afterEach(() => bench.remove());

describe("artifacts", () => {
  async function passOn(
    source: string,
    output: Artifact,
    input: Partial<Artifact>,
    read: string,
  ): Promise<string> {
    const saved = await bench.run(sh(source, { outputs: { artifacts: [output] } }), { nodeId: "w-0" });
    expect(saved.message).toBe("");
    const artifact = saved.outputs?.artifacts?.[0];
    const end = await bench.run(sh(read, { inputs: { artifacts: [{ ...artifact, name: "in", ...input }] } }));
    expect(end.message).toBe("");
    return end.outputs?.result ?? "";
  }

  it("carries a file to another path", async () => {
    const text = await passOn(
      "echo hi > /tmp/x",
      { name: "a", path: "/tmp/x" },
      { path: "/tmp/deep/y" },
      "cat /tmp/deep/y",
    );
    expect(text).toBe("hi");
  });

  it("carries a folder, also when it has one entry", async () => {
    const source = "mkdir -p /tmp/d; echo hi > /tmp/d/one";
    expect(await passOn(source, { name: "a", path: "/tmp/d" }, { path: "/tmp/e" }, "cat /tmp/e/one")).toBe(
      "hi",
    );
  });

  it("carries files and folders as they are with archive none, and a path inside of them", async () => {
    const none = { archive: { none: {} } };
    const file = await passOn(
      "echo hi > /tmp/x",
      { name: "f", path: "/tmp/x", ...none },
      { path: "/tmp/y" },
      "cat /tmp/y",
    );
    expect(file).toBe("hi");
    const folder = { name: "d", path: "/tmp/d", ...none };
    const inside = { path: "/tmp/y", subPath: "a/b" };
    expect(await passOn("mkdir -p /tmp/d/a; echo hi > /tmp/d/a/b", folder, inside, "cat /tmp/y")).toBe("hi");
  });

  it("is an error when an output is missing, unless it is optional", async () => {
    const artifact = { name: "a", path: "/tmp/none" };
    expect((await bench.run(sh("true", { outputs: { artifacts: [artifact] } }))).phase).toBe("Error");
    const optional = await bench.run(
      sh("true", { outputs: { artifacts: [{ ...artifact, optional: true }] } }),
    );
    expect(optional).toMatchObject({ phase: "Succeeded" });
    expect(optional.outputs?.artifacts).toBeUndefined();
  });

  it("places raw data with its mode", async () => {
    const artifact = {
      name: "a",
      path: "/tmp/raw/run.sh",
      raw: { data: "#!/bin/sh\necho raw" },
      mode: 0o755,
    };
    const end = await bench.run({
      name: "t",
      inputs: { artifacts: [artifact] },
      container: { command: ["/tmp/raw/run.sh"] },
    });
    expect(end.outputs?.result).toBe("raw");
  });

  it("finds no key of another run, and none outside", async () => {
    mkdirSync(join(bench.directory, "artifacts/other/w-0"), { recursive: true });
    writeFileSync(join(bench.directory, "artifacts/other/w-0/a"), "secret");
    writeFileSync(join(bench.directory, "artifacts/plain"), "secret");
    for (const key of [
      "other/w-0/a",
      `${uid}/../other/w-0/a`,
      "../artifacts/plain",
      `${uid}/..%2F..%2Fplain/x`,
    ]) {
      const end = await bench.run(
        sh("cat /tmp/in", { inputs: { artifacts: [{ name: "a", path: "/tmp/in", key }] } }),
      );
      expect(end.phase, key).toBe("Error");
      expect(end.message).toContain("no such key");
    }
  });

  it("unpacks an archive that climbs out only inside the step", async ({ skip }) => {
    if (!bench.overlay) skip("steps have no root of their own here");
    const outside = join(bench.directory, "climbed");
    const source = `mkdir -p /tmp/a; ln -s ${bench.directory} /tmp/a/link; cd /tmp/a; tar -czPf /tmp/evil.tgz link
      mkdir -p ${bench.directory} ; echo evil > ${outside}; tar -czPf /tmp/evil.tgz link ${outside}`;
    const output = { name: "a", path: "/tmp/evil.tgz", archive: { none: {} } };
    const saved = await bench.run(sh(source, { outputs: { artifacts: [output] } }), { nodeId: "w-0" });
    const artifact = { ...saved.outputs?.artifacts?.[0], name: "in", path: "/tmp/in", archive: { tar: {} } };
    await bench.run(sh("true", { inputs: { artifacts: [artifact] } }));
    expect(existsSync(outside)).toBe(false);
  });

  it("clones a git artifact at a branch, a tag or a commit", async () => {
    const repo = mkdtempSync(join(tmpdir(), "sluice-repo-"));
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", repo, "-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
        encoding: "utf8",
      }).trim();
    git("init", "-q", "-b", "main");
    const shas = ["one", "two"].map((text) => {
      writeFileSync(join(repo, "file"), `${text}\n`);
      git("add", ".");
      git("commit", "-qm", text);
      return git("rev-parse", "HEAD");
    });
    git("tag", "v1", shas[0] ?? "");
    const read = async (fields: Artifact["git"]) => {
      const artifact = { name: "src", path: "/tmp/src", git: { repo: `file:///repo`, ...fields } };
      const end = await bench.run(sh("cat /tmp/src/file", { inputs: { artifacts: [artifact] } }), {
        mounts: [`${repo}:/repo`],
      });
      return end.message || end.outputs?.result;
    };
    if (!bench.overlay) return;
    expect(await read({})).toBe("two");
    expect(await read({ revision: "v1" })).toBe("one");
    expect(await read({ revision: shas[0] ?? "" })).toBe("one");
    expect(await read({ revision: "main", depth: 1 })).toBe("two");
    expect(await read({ revision: shas[0] ?? "", depth: 1 })).toBe("one");
    expect(await read({ revision: "nowhere" })).toContain("failed to load artifact src");
    rmSync(repo, { recursive: true });
  });

  it("shows the token to the git server only, and leaves it in no file of the clone", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-served-"));
    execFileSync("sh", ["-ec", served, "sh", folder]);
    const seen = new Set<string | undefined>();
    const server = createServer((request, response) => {
      seen.add(request.headers.authorization);
      const file = join(folder, "repo.git", new URL(request.url ?? "", "http://x").pathname.slice(1));
      if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const repo = `http://x-access-token@127.0.0.1:${port}`;
    const git = { repo, passwordSecret: { name: "w-github", key: "token" } };
    const read = `cat /tmp/src/file; ! grep -rq -e ${token} -e Authorization /tmp/src /root/.gitconfig`;
    const end = await bench.run(
      sh(read, { inputs: { artifacts: [{ name: "src", path: "/tmp/src", git }] } }),
    );
    expect(end).toMatchObject({ phase: "Succeeded", message: "", outputs: { result: "one" } });
    expect([...seen]).toEqual([`Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`]);
    server.close();
    rmSync(folder, { recursive: true });
  });
});

/** A repository as git's "dumb" HTTP protocol reads it. */
const served = `cd "$1"; git init -q -b main work; cd work; echo one > file; git add .
git -c user.name=t -c user.email=t@example.com commit -qm one
cd ..; git clone -q --bare work repo.git; git -C repo.git update-server-info`;

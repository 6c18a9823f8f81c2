import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStepBench, sh, token, uid, type StepBench } from "../../../test/support/step-bench.js";
import { ZipFile } from "yazl";
import type { Artifact, Template } from "../../manifest/argo.js";
import { headerOf, tarZip } from "./zip-archive.js";

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

  it("packs and unpacks zip files, with modes, links and long names", async () => {
    const zip = { archive: { zip: {} } };
    const name = "n".repeat(180);
    const source = `mkdir -p /tmp/d/a/empty; echo hi > /tmp/d/a/${name}; ln -s a/${name} /tmp/d/link; chmod 755 /tmp/d/a/${name}`;
    const folder = { name: "d", path: "/tmp/d", ...zip };
    const read = `cat /tmp/y/link; test -x /tmp/y/a/${name}; test -d /tmp/y/a/empty; readlink /tmp/y/link | cut -c1-3`;
    expect(await passOn(source, folder, { path: "/tmp/y" }, read)).toBe("hi\na/n");
    const file = { name: "f", path: "/tmp/x", ...zip };
    expect(await passOn("seq 1 30000 > /tmp/x", file, { path: "/tmp/z" }, "tail -n 1 /tmp/z")).toBe("30000");
    const saved = execFileSync("find", [join(bench.directory, "artifacts"), "-name", "*.zip"], {
      encoding: "utf8",
    });
    const files = saved.trim().split("\n");
    expect(files).toHaveLength(2);
    for (const each of files) expect(readFileSync(each).subarray(0, 2).toString()).toBe("PK");
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
    execFileSync("sh", ["-ec", makeServed, "sh", folder]);
    const right = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    let served = 0;
    const server = createServer((request, response) => {
      const { authorization } = request.headers;
      if (authorization !== right) return response.writeHead(401, { "www-authenticate": "Basic" }).end();
      served += 1;
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
    expect(served).toBeGreaterThan(2);
    server.close();
    rmSync(folder, { recursive: true });
  });
});

describe("artifacts of an attacker", () => {
  const inputs = (artifact: Partial<Artifact>): Partial<Template> => ({
    inputs: { artifacts: [{ name: "in", path: "/tmp/in", ...artifact }] },
  });

  it("gives the git token to no origin that a redirect leads to", async () => {
    const right = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    const seen: (string | undefined)[] = [];
    const demand = { "www-authenticate": "Basic" };
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      if (!request.url?.startsWith("/r/info")) return response.writeHead(404).end();
      const type = "application/x-git-upload-pack-advertisement";
      response.writeHead(200, { "content-type": type }).end(advertisement);
    });
    await once(other.listen(0, "127.0.0.1"), "listening");
    const server = createServer((request, response) => {
      if (request.headers.authorization !== right) return response.writeHead(401, demand).end();
      const location = `http://localhost:${(other.address() as AddressInfo).port}${request.url}`;
      response.writeHead(302, { location }).end();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const repo = `http://127.0.0.1:${(server.address() as AddressInfo).port}/r`;
    const git = { repo, passwordSecret: { name: "w-github", key: "token" } };
    expect(await bench.run(sh("true", inputs({ git })))).toMatchObject({ phase: "Error" });
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).not.toContain(right);
    server.close();
    other.close();
  });

  it("runs no command for the URL of a repository", async () => {
    const proof = join(bench.directory, "proof");
    const mount = mkdtempSync(join(tmpdir(), "sluice-proof-"));
    for (const repo of [
      `ext::sh -c touch% ${proof}`,
      `ext::sh -c touch% /proof/x`,
      "--upload-pack=touch /proof/x",
    ]) {
      const end = await bench.run(sh("true", inputs({ git: { repo } })), { mounts: [`${mount}:/proof`] });
      expect(end.phase, repo).toBe("Error");
    }
    expect([existsSync(proof), existsSync(join(mount, "x"))]).toEqual([false, false]);
    rmSync(mount, { recursive: true });
  });

  it("are unpacked as what they hold of files only, inside the step", async ({ skip }) => {
    if (!bench.overlay) skip("steps have no root of their own here");
    const bad = tarOf([
      { path: `../../../../../../..${bench.directory}/climbed`, type: "File", size: 0 },
      { path: `${bench.directory}/absolute`, type: "File", size: 0 },
      { path: "out", type: "SymbolicLink", linkpath: bench.directory },
      { path: "out/through", type: "File", size: 0 },
      { path: "disk", type: "BlockDevice", devmaj: 8, devmin: 0 },
    ]);
    await bench.run(sh("true", inputs({ raw: { data: "" } })));
    const saved = await bench.run(
      sh(`echo ${bad.toString("base64")} | base64 -d > /tmp/bad`, {
        outputs: { artifacts: [{ name: "a", path: "/tmp/bad", archive: { none: {} } }] },
      }),
      { nodeId: "w-0" },
    );
    const stored = { ...saved.outputs?.artifacts?.[0], archive: { tar: {} } };
    const end = await bench.run(sh("test ! -b /tmp/in/disk || ! head -c 1 /tmp/in/disk", inputs(stored)));
    expect(end.phase === "Error" || end.phase === "Succeeded").toBe(true);
    for (const name of ["climbed", "absolute", "through"])
      expect(existsSync(join(bench.directory, name))).toBe(false);
  });

  it("write nothing through a link that was saved before under a key", async ({ skip }) => {
    if (!bench.overlay) skip("steps have no root of their own here");
    const outside = mkdtempSync(join(tmpdir(), "sluice-outside-"));
    const save = (source: string, path: string, key: string) =>
      bench.run(
        sh(source, { outputs: { artifacts: [{ name: "a", path, archive: { none: {} }, s3: { key } }] } }),
      );
    const first = await save(`mkdir /tmp/d; echo x > /tmp/d/f; ln -s ${outside} /tmp/d/out`, "/tmp/d", "k");
    expect(first.phase).toBe("Succeeded");
    await save("echo evil > /tmp/e", "/tmp/e", "k/out/evil");
    await save("mkdir -p /tmp/d/out; echo evil > /tmp/d/out/evil", "/tmp/d", "k");
    // Whoever is root in a sandbox chooses what its own \`tar\` prints.
    const forged = tarOf([
      { path: "out2", type: "SymbolicLink", linkpath: outside },
      { path: "disk", type: "CharacterDevice", devmaj: 1, devmin: 5 },
    ]).toString("base64");
    const liar = `mkdir -p /tmp/d; printf '#!/bin/sh\\necho ${forged} | base64 -d\\n' > /usr/bin/tar; chmod 755 /usr/bin/tar`;
    await save(liar, "/tmp/d", "k");
    await save("echo evil > /tmp/e", "/tmp/e", "k/out2/evil");
    expect(readdirSync(outside)).toEqual([]);
    const kept = join(bench.directory, "artifacts", uid, "repository", "k");
    expect(lstatSync(join(kept, "disk"), { throwIfNoEntry: false })).toBeUndefined();
    expect(readFileSync(join(kept, "f"), "utf8")).toBe("x\n");
    rmSync(outside, { recursive: true });
  });

  it("are no zip that names what lies outside, or whose links do not end", async () => {
    const zipped = async (fill: (zip: ZipFile) => void): Promise<string> => {
      const zip = new ZipFile();
      fill(zip);
      zip.end();
      const file = join(bench.directory, "bad.zip");
      writeFileSync(file, await buffer(zip.outputStream as Readable));
      return file;
    };
    const link = { mode: 0o120777 };
    const bomb = await zipped((zip) => zip.addBuffer(Buffer.alloc(64 * 1024 * 1024), "bomb", link));
    await expect(buffer(tarZip(bomb))).rejects.toThrow("a link in the archive is too long");
    const climbing = readFileSync(
      await zipped((zip) => zip.addBuffer(Buffer.from("x"), "aa/climbed")),
    ).toString("latin1");
    const file = join(bench.directory, "climbing.zip");
    writeFileSync(file, Buffer.from(climbing.replaceAll("aa/climbed", "../climbed"), "latin1"));
    await expect(buffer(tarZip(file))).rejects.toThrow(/invalid relative path/);
  });
});

function tarOf(entries: Exclude<Parameters<typeof headerOf>[0], Buffer>[]): Buffer {
  const mode = 0o644;
  return gzipSync(
    Buffer.concat([
      ...entries.map((entry) => headerOf({ mode, mtime: new Date(0), ...entry })),
      Buffer.alloc(1024),
    ]),
  );
}

/** What makes git go on to ask for objects. */
const advertisement = [
  "# service=git-upload-pack\n",
  "",
  `${"1".repeat(40)} HEAD\0symref=HEAD:refs/heads/main agent=x\n`,
  `${"1".repeat(40)} refs/heads/main\n`,
  "",
]
  .map((line) => (line === "" ? "0000" : (line.length + 4).toString(16).padStart(4, "0") + line))
  .join("");

/** A repository as git's "dumb" HTTP protocol reads it. */
const makeServed = `cd "$1"; git init -q -b main work; cd work; echo one > file; git add .
git -c user.name=t -c user.email=t@example.com commit -qm one
cd ..; git clone -q --bare work repo.git; git -C repo.git update-server-info`;

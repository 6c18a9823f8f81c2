import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Artifact, Template, Workflow } from "../../manifest/argo.js";
import { chooseIsolation } from "./isolation.js";
import { parseMount } from "./namespace.js";
import type { Isolation } from "./sandbox.js";
import { logFile, runStep } from "./step.js";
import { readTail } from "./step-log.js";
import type { StepEnd } from "./step-start.js";

const uid = "5b1c7f0e-0000-4000-8000-000000000000";
const token = "ghs_thetokenofthistest";
let directory: string;
let isolation: Isolation;
let overlay: boolean;

beforeEach(async () => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "sluice-step-")));
  isolation = await chooseIsolation("auto", directory, [], () => undefined);
  overlay = isolation.kind === "overlay";
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w", uid },
  spec: {},
};

function run(
  template: Template,
  options: { nodeId?: string; mounts?: string[]; signal?: AbortSignal } = {},
): Promise<StepEnd> {
  const mounts = (options.mounts ?? []).map(parseMount);
  return runStep(
    { directory, isolation, mounts },
    {
      workflow,
      uid,
      nodeId: options.nodeId ?? "w-1",
      template,
      token: () => token,
      secrets: () => [token],
      onProcess: () => undefined,
      onSandbox: () => undefined,
      signal: options.signal ?? new AbortController().signal,
    },
  );
}

function sh(source: string, rest: Partial<Template> = {}): Template {
  return { name: "t", script: { command: ["sh"], source }, ...rest };
}

function logText(): string {
  return readTail(logFile(directory, uid, "w-1"), 100_000)?.text ?? "";
}

describe("a step", () => {
  it("succeeds with its standard output, without one trailing line feed, as the result", async () => {
    const end = await run(sh("echo one; echo note >&2; echo; echo two; echo"));
    expect(end).toEqual({
      phase: "Succeeded",
      message: "",
      outputs: { exitCode: "0", result: "one\n\ntwo\n" },
    });
    expect(logText()).toContain("note\n");
  });

  it("fails with Argo's message and the exit code", async () => {
    const end = await run(sh("exit 7"));
    expect(end).toMatchObject({ phase: "Failed", message: "main: Error (exit code 7)" });
    expect(end.outputs?.exitCode).toBe("7");
  });

  it("fails with 64 when the command is not there", async () => {
    const end = await run({ name: "t", container: { command: ["no-such-program"] } });
    expect(end.phase).toBe("Failed");
    expect(end.message).toMatch(/^main: Error \(exit code 64\)/);
    expect(logText()).toContain('exec: "no-such-program": executable file not found in $PATH');
  });

  it("says 128 and the signal when it was killed", async () => {
    expect((await run(sh("kill -TERM $$"))).outputs?.exitCode).toBe("143");
  });

  it("is an error without a command", async () => {
    expect(await run({ name: "t", container: { image: "busybox", args: ["x"] } })).toMatchObject({
      phase: "Error",
    });
  });

  it("has a clean environment, expands $(NAME) and runs in workingDir", async () => {
    const end = await run({
      name: "t",
      container: {
        command: ["sh", "-c", 'echo "$(A) $$(A) $(NONE) $B $PWD $0"; env'],
        args: ["$(B)"],
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "$(A)2" },
          { name: "LD_LIBRARY_PATH", value: "/nowhere" },
        ],
        workingDir: "/tmp/made/for/it",
      },
    });
    const lines = end.outputs?.result?.split("\n") ?? [];
    expect(lines[0]).toBe("1 $(A) $(NONE) 12 /tmp/made/for/it 12".replace("$(A)", "").replace("$(NONE)", ""));
    expect(lines).toContain("LD_LIBRARY_PATH=/nowhere");
    expect(lines.some((line) => line.startsWith("VITEST"))).toBe(false);
    expect(lines).toContain("ARGO_WORKFLOW_NAME=w");
  });

  it("keeps what a failed step wrote, and its own failure wins over missing outputs", async () => {
    const outputs: Template["outputs"] = {
      parameters: [
        { name: "there", valueFrom: { path: "/tmp/there" } },
        { name: "missing", valueFrom: { path: "/tmp/missing" } },
      ],
    };
    const end = await run(sh("echo yes > /tmp/there; exit 1", { outputs }));
    expect(end.message).toBe("main: Error (exit code 1)");
    expect(end.outputs?.parameters?.[0]?.value).toBe("yes");
    const missing = await run(
      sh("true", { outputs: { parameters: [{ name: "p", valueFrom: { path: "/tmp/none" } }] } }),
    );
    expect(missing).toMatchObject({
      phase: "Error",
      message: "wait: Error (exit code 64): open /tmp/none: no such file or directory",
    });
    const fallback = { name: "p", valueFrom: { path: "/tmp/none", default: "d" } };
    const defaulted = await run(sh("true", { outputs: { parameters: [fallback] } }));
    expect(defaulted.outputs?.parameters?.[0]?.value).toBe("d");
  });

  it("gives the token to the environment that asks for it, and masks it in logs, results and outputs", async () => {
    const end = await run({
      name: "t",
      script: {
        command: ["sh"],
        source: `printf %s "$T" | cut -c1-9 | tr -d '\\n'; sleep 0.1; printf %s "$T" | cut -c10-; echo "$T" > /tmp/out; echo $T >&2; exit \${#T}`,
        env: [{ name: "T", valueFrom: { secretKeyRef: { name: "w-github", key: "token" } } }],
      },
      outputs: { parameters: [{ name: "p", valueFrom: { path: "/tmp/out" } }] },
    });
    expect(end.outputs?.exitCode).toBe(String(token.length));
    expect(end.outputs).toMatchObject({ result: "***", parameters: [{ name: "p", value: "***" }] });
    expect(logText()).not.toContain(token);
    expect(logText()).toContain("***");
  });

  it("knows no other secret", async () => {
    const env = [{ name: "T", valueFrom: { secretKeyRef: { name: "aws", key: "token" } } }];
    const end = await run({ name: "t", script: { command: ["sh"], source: "true", env } });
    expect(end).toMatchObject({
      phase: "Error",
      message: 'env T: secret "aws" key "token" does not exist here',
    });
  });

  it("ends when it is killed, with everything it started", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    const end = await run(sh("sleep 1000 & sleep 1000"), { signal: abort.signal });
    expect(end.phase).not.toBe("Succeeded");
  });

  it("does not wait for what it left behind", async () => {
    const end = await run(sh("sleep 1000 & echo done"));
    expect(end).toMatchObject({ phase: "Succeeded", outputs: { result: "done" } });
  });
});

describe("artifacts", () => {
  async function passOn(
    source: string,
    output: Artifact,
    input: Partial<Artifact>,
    read: string,
  ): Promise<string> {
    const saved = await run(sh(source, { outputs: { artifacts: [output] } }), { nodeId: "w-0" });
    expect(saved.message).toBe("");
    const artifact = saved.outputs?.artifacts?.[0];
    const end = await run(sh(read, { inputs: { artifacts: [{ ...artifact, name: "in", ...input }] } }));
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
    expect((await run(sh("true", { outputs: { artifacts: [artifact] } }))).phase).toBe("Error");
    const optional = await run(sh("true", { outputs: { artifacts: [{ ...artifact, optional: true }] } }));
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
    const end = await run({
      name: "t",
      inputs: { artifacts: [artifact] },
      container: { command: ["/tmp/raw/run.sh"] },
    });
    expect(end.outputs?.result).toBe("raw");
  });

  it("finds no key of another run, and none outside", async () => {
    mkdirSync(join(directory, "artifacts/other/w-0"), { recursive: true });
    writeFileSync(join(directory, "artifacts/other/w-0/a"), "secret");
    writeFileSync(join(directory, "artifacts/plain"), "secret");
    for (const key of [
      "other/w-0/a",
      `${uid}/../other/w-0/a`,
      "../artifacts/plain",
      `${uid}/..%2F..%2Fplain/x`,
    ]) {
      const end = await run(
        sh("cat /tmp/in", { inputs: { artifacts: [{ name: "a", path: "/tmp/in", key }] } }),
      );
      expect(end.phase, key).toBe("Error");
      expect(end.message).toContain("no such key");
    }
  });

  it("unpacks an archive that climbs out only inside the step", async ({ skip }) => {
    if (!overlay) skip("steps have no root of their own here");
    const outside = join(directory, "climbed");
    const source = `mkdir -p /tmp/a; ln -s ${directory} /tmp/a/link; cd /tmp/a; tar -czPf /tmp/evil.tgz link
      mkdir -p ${directory} ; echo evil > ${outside}; tar -czPf /tmp/evil.tgz link ${outside}`;
    const output = { name: "a", path: "/tmp/evil.tgz", archive: { none: {} } };
    const saved = await run(sh(source, { outputs: { artifacts: [output] } }), { nodeId: "w-0" });
    const artifact = { ...saved.outputs?.artifacts?.[0], name: "in", path: "/tmp/in", archive: { tar: {} } };
    await run(sh("true", { inputs: { artifacts: [artifact] } }));
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
      const end = await run(sh("cat /tmp/src/file", { inputs: { artifacts: [artifact] } }), {
        mounts: [`${repo}:/repo`],
      });
      return end.message || end.outputs?.result;
    };
    if (!overlay) return;
    expect(await read({})).toBe("two");
    expect(await read({ revision: "v1" })).toBe("one");
    expect(await read({ revision: shas[0] ?? "" })).toBe("one");
    expect(await read({ revision: "main", depth: 1 })).toBe("two");
    expect(await read({ revision: shas[0] ?? "", depth: 1 })).toBe("one");
    expect(await read({ revision: "nowhere" })).toContain("failed to load artifact src");
    rmSync(repo, { recursive: true });
  });
});

describe("the step's root", () => {
  it("leaves the host as it is", async ({ skip }) => {
    if (!overlay) skip("steps have no root of their own here");
    const passwd = readFileSync("/etc/passwd", "utf8");
    await run(sh("echo x >> /etc/passwd; echo x > /sluice-was-here; rm -f /bin/ls"));
    expect(readFileSync("/etc/passwd", "utf8")).toBe(passwd);
    expect(existsSync("/sluice-was-here")).toBe(false);
    expect(existsSync("/bin/ls")).toBe(true);
  });

  it("hides the engine directory, also below a mount, and shows mounts writable", async ({ skip }) => {
    if (!overlay) skip("steps have no root of their own here");
    const shared = mkdtempSync(join(tmpdir(), "sluice-mount-"));
    writeFileSync(join(directory, "secret"), "s");
    const source = `cat ${directory}/secret /all/${directory.slice(tmpdir().length + 1)}/secret; umount ${directory}
      cat ${directory}/secret; echo hi > ${shared}/new; ls /dev/vda /dev/sda /proc/1/root/ 2>/dev/null`;
    const end = await run(sh(source), { mounts: [shared, `${tmpdir()}:/all`] });
    expect(end.outputs?.result).toBe("");
    expect(readFileSync(join(shared, "new"), "utf8")).toBe("hi\n");
    rmSync(shared, { recursive: true });
  });
});

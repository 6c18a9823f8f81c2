import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStepBench, sh, token, type StepBench } from "../../../test/support/step-bench.js";
import type { Template } from "../../manifest/argo.js";

let bench: StepBench;
afterEach(() => bench.remove());

const starts = [
  ["started by the launcher", true],
  ["started by the engine's process", false],
] as const;

describe.each(starts)("a step %s", (_, withLauncher) => {
  beforeEach(async () => (bench = await openStepBench(withLauncher)));

  it("succeeds with its standard output, without one trailing line feed, as the result", async () => {
    const end = await bench.run(sh("echo one; echo note >&2; echo; echo two; echo"));
    expect(end).toEqual({
      phase: "Succeeded",
      message: "",
      outputs: { exitCode: "0", result: "one\n\ntwo\n" },
    });
    expect(bench.log()).toContain("note\n");
  });

  it("fails with Argo's message and the exit code", async () => {
    const end = await bench.run(sh("exit 7"));
    expect(end).toMatchObject({ phase: "Failed", message: "main: Error (exit code 7)" });
    expect(end.outputs?.exitCode).toBe("7");
  });

  it("fails with 64 when the command is not there", async () => {
    const end = await bench.run({ name: "t", container: { command: ["no-such-program"] } });
    expect(end.phase).toBe("Failed");
    expect(end.message).toMatch(/^main: Error \(exit code 64\)/);
    expect(bench.log()).toContain('exec: "no-such-program": executable file not found in $PATH');
  });

  it("says 128 and the signal when it was killed", async () => {
    expect((await bench.run(sh("kill -TERM $$"))).outputs?.exitCode).toBe("143");
  });

  it("is an error without a command", async () => {
    expect(await bench.run({ name: "t", container: { image: "busybox", args: ["x"] } })).toMatchObject({
      phase: "Error",
    });
  });

  it("has a clean environment, expands $(NAME) and runs in workingDir", async () => {
    const end = await bench.run({
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
    const end = await bench.run(sh("echo yes > /tmp/there; exit 1", { outputs }));
    expect(end.message).toBe("main: Error (exit code 1)");
    expect(end.outputs?.parameters?.[0]?.value).toBe("yes");
    const missing = await bench.run(
      sh("true", { outputs: { parameters: [{ name: "p", valueFrom: { path: "/tmp/none" } }] } }),
    );
    expect(missing).toMatchObject({
      phase: "Error",
      message: "wait: Error (exit code 64): open /tmp/none: no such file or directory",
    });
    const fallback = { name: "p", valueFrom: { path: "/tmp/none", default: "d" } };
    const defaulted = await bench.run(sh("true", { outputs: { parameters: [fallback] } }));
    expect(defaulted.outputs?.parameters?.[0]?.value).toBe("d");
  });

  it("gives the token to the environment that asks for it, and masks it in logs, results and outputs", async () => {
    const end = await bench.run({
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
    expect(bench.log()).not.toContain(token);
    expect(bench.log()).toContain("***");
  });

  it("knows no other secret", async () => {
    const env = [{ name: "T", valueFrom: { secretKeyRef: { name: "aws", key: "token" } } }];
    const end = await bench.run({ name: "t", script: { command: ["sh"], source: "true", env } });
    expect(end).toMatchObject({
      phase: "Error",
      message: 'env T: secret "aws" key "token" does not exist here',
    });
  });

  it("ends when it is killed, with everything it started", async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    const end = await bench.run(sh("sleep 1000 & sleep 1000"), { signal: abort.signal });
    expect(end.phase).not.toBe("Succeeded");
  });

  it("does not wait for what it left behind", async () => {
    const end = await bench.run(sh("sleep 1000 & echo done"));
    expect(end).toMatchObject({ phase: "Succeeded", outputs: { result: "done" } });
  });
});

describe.each(starts)("the root of a step %s", (_, withLauncher) => {
  beforeEach(async () => (bench = await openStepBench(withLauncher)));

  it("leaves the host as it is", async ({ skip }) => {
    if (!bench.overlay) skip("steps have no root of their own here");
    const passwd = readFileSync("/etc/passwd", "utf8");
    await bench.run(sh("echo x >> /etc/passwd; echo x > /sluice-was-here; rm -f /bin/ls"));
    expect(readFileSync("/etc/passwd", "utf8")).toBe(passwd);
    expect(existsSync("/sluice-was-here")).toBe(false);
    expect(existsSync("/bin/ls")).toBe(true);
  });

  it("keeps its changes in memory where a disk cannot carry them", async ({ skip }) => {
    if (!bench.overlay) skip("steps have no root of their own here");
    const outputs = { parameters: [{ name: "p", valueFrom: { path: "/out" } }] };
    const end = await bench.run(sh("echo kept > /out; ls /tmp", { outputs }), { upper: "memory" });
    expect(end.outputs).toMatchObject({ result: "", parameters: [{ value: "kept" }] });
  });

  it("hides the engine directory, also below a mount, and shows mounts writable", async ({ skip }) => {
    if (!bench.overlay) skip("steps have no root of their own here");
    const shared = mkdtempSync(join(tmpdir(), "sluice-mount-"));
    writeFileSync(join(bench.directory, "secret"), "s");
    const source = `cat ${bench.directory}/secret /all/${bench.directory.slice(tmpdir().length + 1)}/secret; umount ${bench.directory}
      cat ${bench.directory}/secret; echo hi > ${shared}/new; ls /dev/vda /dev/sda /proc/1/root/ 2>/dev/null`;
    const end = await bench.run(sh(source), { mounts: [shared, `${tmpdir()}:/all`] });
    expect(end.outputs?.result).toBe("");
    expect(readFileSync(join(shared, "new"), "utf8")).toBe("hi\n");
    rmSync(shared, { recursive: true });
  });
});

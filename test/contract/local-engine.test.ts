import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/engine/engine.js";
import { openLocalEngine, type LocalEngineOptions } from "../../src/engine/local/local-engine.js";
import { engineContract, finished, has, key, node, sh, steps, until, workflow } from "./engine.contract.js";

function filesOf(directory: string): { path: string; content: Buffer }[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => {
      try {
        return [{ path, content: readFileSync(path) }];
      } catch (error) {
        // What a step leaves is removed meanwhile.
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    });
}

async function open(options: Partial<LocalEngineOptions>) {
  const directory = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  let engine = await openLocalEngine({ directory, ...options });
  return {
    engine,
    directory,
    files: () => filesOf(directory),
    async reopen() {
      await engine.close();
      engine = await openLocalEngine({ directory, ...options });
      return engine;
    },
    async dispose() {
      await engine.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

engineContract("local", () => open({}));
engineContract("local, one step at a time on the host", () => open({ isolation: "serial" }));

const overlay = spawnSync("unshare", ["--mount", "true"]).status === 0;

describe.skipIf(!overlay)("the local engine with steps that have roots of their own", () => {
  let test: Awaited<ReturnType<typeof open>>;
  let engine: Engine;
  beforeEach(async () => {
    test = await open({ isolation: "overlay", maxParallelSteps: 2 });
    engine = test.engine;
  });
  afterEach(() => test.dispose());

  it("keeps the files of parallel steps apart, and off the host", async () => {
    const name = `sluice-${process.pid}`;
    const write = (text: string) =>
      `echo ${text} > /tmp/${name}; echo ${text} > /${name}; sleep 1; cat /tmp/${name} /${name}; ls /tmp`;
    const templates = [steps("main", ["a", "b"]), sh("a", write("A")), sh("b", write("B"))];
    await engine.submit(workflow("apart", templates));
    const run = await until(engine, "apart", finished);
    const log = async (step: string) => (await engine.log(key("apart"), node(run, step).id, 1000))?.text;
    expect(await log("a")).toBe(`A\nA\n${name}\n`);
    expect(await log("b")).toBe(`B\nB\n${name}\n`);
    expect(existsSync(`/${name}`) || existsSync(`/tmp/${name}`)).toBe(false);
  });

  it("shows steps nothing of the engine's directory", async () => {
    await engine.submit(workflow("blind", [sh("main", `ls -A ${test.directory} 2>/dev/null | wc -l`)]));
    await until(engine, "blind", finished);
    expect((await engine.log(key("blind"), "blind", 100))?.text.trim()).toBe("0");
  });

  it("passes artifacts from step to step", async () => {
    const plan = sh("plan", "mkdir -p /tmp/plan; echo 3 > /tmp/plan/n", {
      outputs: { artifacts: [{ name: "plan", path: "/tmp/plan" }] },
    });
    const from = "{{steps.plan.outputs.artifacts.plan}}";
    const apply = sh("apply", "cat /tmp/got/n", {
      inputs: { artifacts: [{ name: "in", path: "/tmp/got" }] },
    });
    const call = { template: "apply", arguments: { artifacts: [{ name: "in", from }] } };
    await engine.submit(workflow("passed", [steps("main", ["plan"], [call]), plan, apply]));
    const run = await until(engine, "passed", finished);
    expect(run.status?.phase).toBe("Succeeded");
    expect((await engine.log(key("passed"), node(run, "apply").id, 100))?.text).toBe("3\n");
  });

  it("marks a step that ran at the restart as interrupted, and kills it", async () => {
    await engine.submit(workflow("cut", [sh("main", "sleep 1000")]));
    await until(engine, "cut", (run) => has(run, "cut", "Running"));
    engine = await test.reopen();
    const run = await until(engine, "cut", finished);
    expect(run.status?.phase).toBe("Error");
    expect(node(run, "cut").message).toBe("interrupted: the engine was restarted while this step ran");
    expect(readdirSync(join(test.directory, "steps"))).toEqual([]);
  });

  it("ends what a step left running", async () => {
    const seconds = `10${process.pid}`;
    await engine.submit(workflow("orphan", [sh("main", `setsid sleep ${seconds} & sleep 0.3; echo ok`)]));
    const run = await until(engine, "orphan", finished);
    expect(run.status?.phase).toBe("Succeeded");
    const left = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    expect(left).not.toContain(`sleep ${seconds}`);
  });

  it("replaces the token that a running step reads from its file", async () => {
    const env = [{ name: "T", valueFrom: { secretKeyRef: { name: "renewed-github", key: "token" } } }];
    const read = sh(
      "main",
      "while [ $(cat /var/run/sluice/github-token) != ghs_the_second ]; do sleep 0.1; done",
    );
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    await engine.putToken(key("renewed"), { value: "ghs_the_first", expiresAt });
    await engine.submit(workflow("renewed", [{ ...read, script: { ...read.script, env } }]));
    await until(engine, "renewed", (run) => has(run, "renewed", "Running"));
    await engine.putToken(key("renewed"), { value: "ghs_the_second", expiresAt });
    expect((await until(engine, "renewed", finished)).status?.phase).toBe("Succeeded");
  });

  it("is the only one of its directory", async () => {
    await expect(openLocalEngine({ directory: test.directory })).rejects.toThrow("another engine has");
    await engine.close();
    await expect(engine.get(key("x"))).rejects.toThrow("closed");
    await (await openLocalEngine({ directory: test.directory })).close();
  });
});

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { token, uid } from "../../../../test/support/step-bench.js";
import type { Template, Workflow } from "../../../manifest/argo.js";
import { openLocalEngine } from "../local-engine.js";
import { parseMount } from "../namespace.js";
import { runStep } from "../step.js";
import type { StepEnd } from "../step-start.js";
import { createArguments } from "./create-arguments.js";
import { environmentFile } from "./image-step.js";

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w", uid },
  spec: {},
};
const path = process.env["PATH"];
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "sluice-image-")));
  mkdirSync(join(folder, "shown"));
  const program = join(folder, "docker");
  copyFileSync(new URL("../../../../test/support/docker/docker.mjs", import.meta.url), `${program}.mjs`);
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${program}.mjs" "$@"\n`);
  chmodSync(program, 0o755);
  process.env["PATH"] = `${folder}:${path}`;
  process.env["STAND_IN_DOCKER"] = folder;
});
afterEach(() => {
  process.env["PATH"] = path;
  delete process.env["STAND_IN_DOCKER"];
  rmSync(folder, { recursive: true, force: true });
});

function calls(): string[][] {
  const lines = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as string[]);
}

function run(template: Template, nodeId = "w-1", signal = new AbortController().signal): Promise<StepEnd> {
  return runStep(
    {
      directory: join(folder, "engine"),
      isolation: { kind: "image", program: "docker" },
      mounts: [parseMount(`${join(folder, "shown")}:/shown`)],
      hidden: [],
      images: [],
      library: { workflowTemplates: {}, configMaps: {} },
    },
    {
      workflow,
      uid,
      nodeId,
      template,
      token: () => token,
      secrets: () => [token],
      onProcess: () => undefined,
      onSandbox: () => undefined,
      signal,
    },
  );
}

const sh = (source: string, rest: Partial<Template> = {}): Template => ({
  name: "t",
  script: { image: "busybox", command: ["sh"], source },
  ...rest,
});

describe("steps in their images", () => {
  it("gives a step its inputs and takes what it leaves", async () => {
    const first = await run(
      sh("mkdir $ROOT/tmp/d; echo deep > $ROOT/tmp/d/f; echo 5 > $ROOT/tmp/p; echo out; echo err >&2", {
        outputs: {
          parameters: [
            { name: "p", valueFrom: { path: "/tmp/p" } },
            { name: "q", valueFrom: { path: "/none", default: "d" } },
          ],
          artifacts: [
            { name: "d", path: "/tmp/d" },
            { name: "z", path: "/tmp/d", archive: { zip: {} } },
            { name: "n", path: "/tmp/p", archive: { none: {} } },
            { name: "o", path: "/none", optional: true },
          ],
        },
      }),
    );
    expect(first).toMatchObject({
      phase: "Succeeded",
      outputs: {
        exitCode: "0",
        result: "out",
        parameters: [
          { name: "p", value: "5" },
          { name: "q", value: "d" },
        ],
      },
    });
    const [d, z, n, ...others] = first.outputs?.artifacts ?? [];
    expect(others).toEqual([]);
    const inputs = [
      { ...d, name: "d", path: "/in/d" },
      { ...z, name: "z", path: "/in/z", subPath: "f", archive: { zip: {} } },
      { ...n, name: "n", path: "/in/n", mode: 0o755, archive: { none: {} } },
      { name: "raw", path: "/in/raw", raw: { data: "text" } },
    ];
    const read = "cd $ROOT/in; cat d/f z n raw; test -x n && echo ' x'";
    const second = await run(sh(read, { inputs: { artifacts: inputs } }), "w-2");
    expect(second.message).toBe("");
    expect(second.outputs?.result).toBe("deep\ndeep\n5\ntext x");
    expect(readdirSync(join(folder, "engine", "steps"))).toEqual([]);
    expect(calls().at(-1)?.slice(0, 2)).toEqual(["rm", "--force"]);
  });

  it("clones from elsewhere, and of this machine only what steps may see", async () => {
    const git = (repo: string): Partial<Template> => ({
      inputs: { artifacts: [{ name: "g", path: "/src", git: { repo } }] },
    });
    const repository = join(folder, "shown", "r");
    execFileSync("sh", [
      "-c",
      `mkdir -p $0 && cd $0 && git init -q . && echo hi > f && git add . && git -c user.name=a -c user.email=a@b commit -qm m`,
      repository,
    ]);
    expect(await run(sh("cat $ROOT/src/f", git(repository)))).toMatchObject({ outputs: { result: "hi" } });
    for (const repo of [join(folder, "engine"), `file://${repository}`, `${join(folder, "shown")}/../engine`])
      expect(await run(sh("true", git(repo)))).toMatchObject({
        phase: "Error",
        message: /is not for steps to see/,
      });
  });

  it("says why a step failed, with its last words", async () => {
    const end = await run(sh("printf words > $ROOT/dev/termination-log; exit 3"));
    expect(end).toMatchObject({ phase: "Failed", message: "main: Error (exit code 3): words" });
    const missing = { ...sh(""), script: { image: "missing", source: "x" } };
    expect(await run(missing)).toMatchObject({
      phase: "Error",
      message: "failed to create the container: Unable to find image 'missing:latest' locally",
    });
    const output = { outputs: { artifacts: [{ name: "a", path: "/none" }] } };
    expect(await run(sh("true", output))).toMatchObject({
      phase: "Error",
      message: /stat \/none: no such file/,
    });
  });

  it("keeps secrets off every command line, and out of what it leaves", async () => {
    const secret = { name: "T", valueFrom: { secretKeyRef: { name: "w-github", key: "token" } } };
    const env = [secret, { name: "LINES", value: "one\ntwo" }];
    const end = await run(
      sh("", {
        script: {
          image: "busybox",
          command: ["sh"],
          source: 'echo "$T $LINES"; cat $ROOT/var/run/sluice/github-token',
          env,
        },
      }),
    );
    expect(end.outputs?.result).toBe("*** one\ntwo\n***");
    expect(readFileSync(join(folder, "calls"), "utf8")).not.toContain(token);
    const shown = { image: "busybox", command: ["sh", "-c"], args: ["echo $(T)"], env };
    expect(await run({ name: "t", container: shown })).toMatchObject({
      phase: "Error",
      message: /holds the run's token/,
    });
    expect(readFileSync(join(folder, "calls"), "utf8")).not.toContain(token);
  });

  it("ends a step that is killed", async () => {
    const killer = new AbortController();
    const end = run(sh("echo on > $ROOT/tmp/on; exec sleep 60"), "w-3", killer.signal);
    const root = join(folder, `sluice-${uid}.w-3`, "root");
    while (!existsSync(join(root, "tmp", "on"))) await new Promise((resolve) => setTimeout(resolve, 20));
    killer.abort();
    expect(await end).toMatchObject({ phase: "Failed", message: "main: Error (exit code 137)" });
  });

  it("removes what an engine that died has left, and says when there is no docker", async () => {
    writeFileSync(join(folder, "left"), "");
    const directory = join(folder, "engine");
    const engine = await openLocalEngine({ directory, executor: "docker" });
    await engine.close();
    expect(calls()).toEqual([
      ["ps", "--all", "--quiet", `--filter=label=dev.sluice.engine=${directory}`],
      ["rm", "--force", "--volumes", "left-over"],
    ]);
    await expect(openLocalEngine({ directory, executor: "podman" })).rejects.toThrow(
      "podman does not work here, which local.executor asks for: ",
    );
  });

  it("asks for the container as Kubernetes would make it", () => {
    const container = {
      image: "busybox:1",
      workingDir: "/work",
      imagePullPolicy: "Always",
      resources: { limits: { memory: "64Mi", cpu: "500m" } },
      securityContext: { runAsUser: 1000 },
    };
    const spec = {
      name: "n",
      label: "/d",
      template: { securityContext: { runAsUser: 1, runAsGroup: 2 } },
      envFile: "/e",
      inherited: ["A"],
      mounts: [{ host: "/h", path: "/p" }],
    };
    const all = createArguments({ ...spec, container, command: ["sh", "-c"], args: ["x"] });
    expect(all).toEqual([
      "create",
      "--name=n",
      "--label=dev.sluice.engine=/d",
      "--env-file=/e",
      "--env=A",
      "--volume=/h:/p",
      "--workdir=/work",
      "--user=1000:2",
      "--memory=67108864",
      "--cpus=0.5",
      "--pull=always",
      "--entrypoint=sh",
      "--",
      "busybox:1",
      "-c",
      "x",
    ]);
    const own = createArguments({
      ...spec,
      template: {},
      mounts: [],
      inherited: [],
      container: { image: "i" },
      command: [],
      args: ["x"],
    });
    expect(own.slice(4), "the image's own entrypoint stays").toEqual(["--", "i", "x"]);
    expect(environmentFile({ A: "b", C: "d\ne" })).toEqual({ lines: "A=b\n", inherited: { C: "d\ne" } });
    expect(() => environmentFile({ PATH: "a\nb" })).toThrow("env PATH: its value must be one line");
  });
});

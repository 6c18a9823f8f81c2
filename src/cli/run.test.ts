import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workflow } from "../manifest/argo.js";
import { run, type RunOptions } from "./run.js";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "sluice-run-test-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string, mode = 0o644): string {
  const path = join(directory, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text, { mode });
  return path;
}

async function runFile(path: string, options: Partial<RunOptions> = {}) {
  const io = { out: "", err: "" };
  const logs: string[] = [];
  const code = await run(
    path,
    {
      parameters: [],
      answers: [],
      mounts: [],
      beside: [],
      reactions: [],
      output: "json",
      onLog: (_node, text) => void logs.push(text),
      ...options,
    },
    { out: (text) => (io.out += text), err: (text) => (io.err += text) },
  );
  const workflow = code === 2 ? undefined : (JSON.parse(io.out) as Workflow);
  return { code, err: io.err, logs: logs.join(""), workflow };
}

const head = "apiVersion: argoproj.io/v1alpha1\n";

describe("sluice run", () => {
  it("takes templates and ConfigMaps from beside, images from a file, and does what --on says", async () => {
    const path = file(
      "main.yaml",
      `${head}kind: Workflow
metadata: { name: main }
spec:
  entrypoint: main
  arguments: { parameters: [{ name: who, valueFrom: { configMapKeyRef: { name: people, key: one } } }] }
  templates:
    - name: main
      steps:
        - - { name: gate, template: gate }
        - - name: greet
            templateRef: { name: shared, template: greet, clusterScope: true }
            arguments: { parameters: [{ name: word, value: "{{steps.gate.outputs.parameters.word}} {{workflow.parameters.who}}" }] }
    - { name: gate, suspend: {}, outputs: { parameters: [{ name: word, valueFrom: { supplied: {} } }] } }
`,
    );
    file(
      "beside/shared.yaml",
      `${head}kind: ClusterWorkflowTemplate
metadata: { name: shared }
spec:
  templates:
    - name: greet
      inputs: { parameters: [{ name: word }] }
      container: { image: "tools/greeter:v1", args: ["{{inputs.parameters.word}}"] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: people }
data: { one: you }
`,
    );
    file("stand-ins/greet", '#!/bin/sh\necho "greetings: $*"\n', 0o755);
    const images = file(
      "images.yaml",
      "tools/*: { entrypoint: [/greet], mount: { /greet: stand-ins/greet } }\n",
    );
    const result = await runFile(path, {
      beside: [join(directory, "beside")],
      images,
      reactions: ["gate:Running=set:word=hello"],
    });
    expect(result.err).toBe("");
    expect(result.workflow?.status?.phase).toBe("Succeeded");
    expect(result.logs).toBe("greetings: hello you\n");
  });

  it("gives a git artifact without repo the repository that the manifest lies in", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", directory, "-c", "user.name=n", "-c", "user.email=e@x", ...args]);
    const path = file(
      ".workflows/main.yaml",
      `${head}kind: Workflow
metadata: { name: main }
spec:
  entrypoint: main
  templates:
    - name: main
      inputs: { artifacts: [{ name: code, path: /code, git: {} }] }
      container: { image: any, command: [cat, /code/hello.txt] }
`,
    );
    file("hello.txt", "of the repository\n");
    git("init", "--quiet");
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    const result = await runFile(path);
    expect(result.err + (result.workflow?.status?.message ?? "")).toBe("");
    expect(result.logs).toBe("of the repository\n");
  });

  it("refuses what it cannot run, at the line", async () => {
    const path = file(
      "main.yaml",
      `${head}kind: Workflow
metadata: { name: main }
spec:
  entrypoint: main
  templates:
    - name: main
      daemon: true
      container: { image: any, command: [sleep, "9"] }
`,
    );
    const result = await runFile(path);
    expect(result.code).toBe(2);
    expect(result.err).toContain(`${path}:8:`);
    expect(result.err).toContain("daemon");
  });
});

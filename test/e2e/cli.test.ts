import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workflow } from "../../src/manifest/argo.js";

const root = join(import.meta.dirname, "../..");
const main = join(root, "dist/cli/main.js");
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-cli-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function sluice(args: string[], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [main, ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 120_000,
  });
}

function finalWorkflow(stdout: string): Workflow {
  return JSON.parse(stdout) as Workflow;
}

function phases(workflow: Workflow): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.values(workflow.status?.nodes ?? {}).map((node) => [node.displayName, node.phase]),
  );
}

describe("sluice run", () => {
  it("runs the hello example", () => {
    const result = sluice(["run", "workflows-examples/hello.yaml", "-o", "json"]);
    expect(result.status, result.stderr).toBe(0);
    expect(finalWorkflow(result.stdout).status?.phase).toBe("Succeeded");
  });

  it("applies what was planned when the gate is answered with YES", () => {
    const target = join(directory, "target.txt");
    const result = sluice([
      "run",
      "workflows-examples/plan-approve-apply.yaml",
      "-p",
      `target=${target}`,
      "--mount",
      `${directory}:${directory}`,
      "--answer",
      "approval.approval=YES",
      "-o",
      "json",
    ]);
    expect(result.status, result.stderr).toBe(0);
    expect(phases(finalWorkflow(result.stdout))).toMatchObject({
      plan: "Succeeded",
      approval: "Succeeded",
      apply: "Succeeded",
    });
    expect(readFileSync(target, "utf8")).toBe("replicas: 3\n");
  });

  it("skips the apply when the gate is answered with NO", () => {
    const result = sluice([
      "run",
      "workflows-examples/plan-approve-apply.yaml",
      "--answer",
      "approval.approval=NO",
      "-o",
      "json",
    ]);
    expect(result.status, result.stderr).toBe(0);
    expect(phases(finalWorkflow(result.stdout))).toMatchObject({ approval: "Succeeded", apply: "Skipped" });
  });

  it("does not hang at a gate that nobody answers", () => {
    const result = sluice(["run", "workflows-examples/plan-approve-apply.yaml", "-o", "json"]);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("--answer");
  });

  it("runs the Pulumi example with a stand-in that records its calls and gets the token", () => {
    const calls = join(directory, "calls");
    const pulumi = join(directory, "pulumi");
    const script = `#!/bin/sh\necho "$1 token=$GITHUB_TOKEN" >> ${calls}\n[ "$1" = preview ] && echo '{}' > /tmp/pulumi-plan.json\n[ "$1" != up ] || cat /tmp/pulumi-plan.json\n`;
    writeFileSync(pulumi, script, { mode: 0o755 });
    const result = sluice(
      [
        "run",
        "workflows-examples/pulumi-preview-update.yaml",
        "--mount",
        `${directory}:${directory}`,
        "--mount",
        `${pulumi}:/usr/local/bin/pulumi`,
        "--answer",
        "approval.approval=YES",
        "-o",
        "json",
      ],
      { GITHUB_TOKEN: "ghs_a_token_for_this_test" },
    );
    expect(result.status, result.stderr + result.stdout).toBe(0);
    expect(readFileSync(calls, "utf8")).toBe(
      "preview token=ghs_a_token_for_this_test\nup token=ghs_a_token_for_this_test\n",
    );
    expect(result.stdout).not.toContain("ghs_a_token_for_this_test");
  });
});

describe("sluice lint", () => {
  it("accepts the examples", () => {
    const result = sluice(["lint", "workflows-examples"]);
    expect(result.status, result.stdout + result.stderr).toBe(0);
  });

  it("prints one array of problems as JSON and exits 1", () => {
    const bad = join(directory, "bad.yaml");
    writeFileSync(
      bad,
      "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: bad}\nspec: {entrypoint: nope, tmplates: []}\n",
    );
    const result = sluice(["lint", bad, "--json"]);
    expect(result.status).toBe(1);
    const problems = JSON.parse(result.stdout) as { rule: string; position: { line: number } }[];
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.position.line === 4)).toBe(true);
  });
});

describe("sluice serve", () => {
  it("does not start without a webhook secret, and says what to set", () => {
    const result = sluice(["serve"], {
      APP_ID: "1",
      PRIVATE_KEY: "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----",
    });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("WEBHOOK_SECRET is missing");
  });

  it("does not offer set-up mode in production", () => {
    const result = sluice(["serve"], { NODE_ENV: "production" });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain("APP_ID");
  });
});

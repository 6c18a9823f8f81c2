import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { validateExchange } from "../../test/support/github-schema/validate.js";
import type { GitHub, RepositoryRef } from "../app/ports.js";
import { limits, type CheckPayload } from "../report/check.js";
import { startSimulator, type Simulator } from "../simulator/simulator.js";
import { leastPermissions } from "../simulator/state.js";
import { openGitHub } from "./github.js";

const slug = "acme/infra";

describe("what is written to GitHub", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-github-"));
  const invalid: string[] = [];
  let asked: string[] = [];
  let simulator: Simulator;
  let github: GitHub;
  let repository: RepositoryRef;
  let sha: string;
  let now = Date.now();

  beforeAll(async () => {
    simulator = await startSimulator({
      directory,
      clock: () => now,
      app: { permissions: { ...leastPermissions, deployments: "write" } },
      onExchange: (exchange) => {
        invalid.push(...validateExchange(exchange));
        if (!exchange.path.startsWith("/app")) asked.push(`${exchange.method} ${exchange.status}`);
      },
    });
    simulator.createOrganization("acme");
    simulator.createUser("alice");
    const { id } = await simulator.createRepository({
      owner: "acme",
      name: "infra",
      collaborators: { alice: "write" },
      files: { "README.md": "x" },
      defaultBranch: "main",
    });
    sha = await simulator.actAs("alice").push(slug, "topic", { files: { a: "1" }, message: "a" });
    await simulator
      .actAs("alice")
      .openPullRequest({ repo: slug, head: "topic", base: "main", title: "t", body: "" });
    const { id: appId, privateKey } = simulator.app;
    github = openGitHub({ appId, privateKey, baseUrl: simulator.url }, pino({ level: "silent" }));
    const [first] = await github.installations.repositories();
    repository = { installationId: first?.reference.installationId ?? 0, id, slug };
  });
  beforeEach(() => {
    asked = [];
    simulator.faults.next = undefined;
  });
  afterAll(async () => {
    await simulator.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function check(name: string, annotations: number): CheckPayload {
    return {
      name,
      externalId: `sluice/${name}#0`,
      status: "completed",
      conclusion: "failure",
      title: "Failed",
      summary: "Failed",
      annotations: Array.from({ length: annotations }, (_, index) => ({
        path: "a.ts",
        startLine: index + 1,
        endLine: index + 1,
        level: "failure",
        message: `number ${index}`,
      })),
      actions: [],
    };
  }
  function linesOf(name: string): number[] {
    const [found] = simulator.checkRuns(slug, sha).filter((each) => each.name === name);
    return (found?.annotations ?? []).map(({ start_line: line }) => line);
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it("has all annotations of a new check run, fifty a request, in order", async () => {
    await github.checkRuns.create(repository, sha, check("new", 123));
    expect(linesOf("new")).toEqual(upTo(123));
    expect(asked).toEqual(["POST 201", "PATCH 200", "PATCH 200"]);
    expect(limits.annotationsPerRequest).toBe(50);
  });

  it("adds to a check run those that it has not, whatever was cut off before", async () => {
    const { id } = await github.checkRuns.create(repository, sha, {
      ...check("old", 0),
      status: "in_progress",
    });
    let patches = 0;
    simulator.faults.next = ({ method }) => (method === "PATCH" && (patches += 1) === 3 ? "drop" : undefined);
    await expect(github.checkRuns.update(repository, id, check("old", 120))).rejects.toThrow(
      "failed to annotate",
    );
    expect(linesOf("old")).toEqual(upTo(50));
    await github.checkRuns.update(repository, id, check("old", 120));
    await github.checkRuns.update(repository, id, check("old", 120));
    expect(linesOf("old")).toEqual(upTo(120));
  });

  it("tells of a check run that was completed before the update that completes it", async () => {
    const waiting = { ...check("waiting", 0), conclusion: "action_required" as const };
    const { id } = await github.checkRuns.create(repository, sha, { ...waiting, status: "in_progress" });
    expect(await github.checkRuns.update(repository, id, waiting)).not.toHaveProperty("completedBefore");
    now += 5000;
    expect(await github.checkRuns.update(repository, id, waiting)).toHaveProperty("completedBefore", true);
  });

  it("takes one request where there is nothing to annotate", async () => {
    const { id } = await github.checkRuns.create(repository, sha, { ...check("plain", 0), text: "more" });
    await github.checkRuns.update(repository, id, check("plain", 0));
    expect(asked).toEqual(["POST 201", "PATCH 200"]);
    const [found] = simulator.checkRuns(slug, sha).filter(({ name }) => name === "plain");
    expect(found?.output.text).toBe("");
  });

  it("finds the App's own comments only, and edits them", async () => {
    await simulator.actAs("alice").comment(slug, 1, "<!-- sluice.dev/comment: summary -->");
    const id = await github.comments.create(repository, 1, "first");
    await github.comments.edit(repository, id, "second");
    expect(await github.comments.own(repository, 1)).toEqual([{ id, body: "second" }]);
  });

  it("finds the deployment of a run, and no other's", async () => {
    const wanted = { sha, environment: "production", run: "sluice/plan-x" };
    expect(await github.deployments.find(repository, wanted)).toBeUndefined();
    const id = await github.deployments.create(repository, wanted);
    await github.deployments.create(repository, { ...wanted, run: "sluice/other" });
    await github.deployments.create(repository, { ...wanted, environment: "staging" });
    expect(await github.deployments.find(repository, wanted)).toBe(id);
    await github.deployments.setState(repository, id, {
      state: "pending",
      description: "waits",
      logUrl: "https://x.invalid/1",
    });
    expect(simulator.deployments(slug)[0]).toMatchObject({
      environment: "production",
      statuses: [{ state: "pending", log_url: "https://x.invalid/1" }],
    });
  });

  it("says that a missing permission is not worth another try", async () => {
    simulator.faults.next = ({ path }) =>
      path.endsWith("/deployments")
        ? { status: 403, body: { message: "Resource not accessible by integration" } }
        : undefined;
    const wanted = { sha, environment: "production", run: "sluice/plan-x" };
    await expect(github.deployments.create(repository, wanted)).rejects.toMatchObject({
      status: 403,
      retryable: false,
    });
  });

  it("is all as GitHub's schemas have it", () => expect(invalid).toEqual([]));
});

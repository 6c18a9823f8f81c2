import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLocalApp, type LocalApp } from "../../src/compose.js";
import { startSimulator, type Simulator } from "../../src/simulator/simulator.js";
import { engines, image, patienceMs, realCluster } from "../support/engines.js";
import { validateExchange } from "../support/github-schema/validate.js";
import { notesInFiles, type Notes } from "../support/notes.js";
import { openPlace } from "../support/place.js";

const repository = "acme/infra";
const spec = (command: string, indent: string) =>
  `entrypoint: main
templates:
  - name: main
    container:
      image: ${image}
      command: [sh, -c, '${command}']`.replaceAll("\n", `\n${indent}`);

describe.each(engines)("schedules with the engine %s", (engine) => {
  let directory: string;
  let shared: string;
  let github: Simulator;
  let place: Awaited<ReturnType<typeof openPlace>> | undefined;
  let notes: Notes;
  const invalid: string[] = [];
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "sluice-schedules-"));
    shared = join(directory, "shared");
    for (const folder of ["git", "shared"]) mkdirSync(join(directory, folder));
    place = engine === "argo" ? await openPlace([shared]) : undefined;
    notes = place?.notes ?? notesInFiles(shared);
    github = await startSimulator({
      directory: join(directory, "git"),
      onExchange: (exchange) => void invalid.push(...validateExchange(exchange)),
    });
    github.createOrganization("acme");
    github.createUser("alice");
  });
  afterEach(async () => {
    await place?.close();
    await github.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function openApp(): Promise<LocalApp> {
    return openLocalApp({
      directory: join(directory, "engine"),
      github: { appId: github.app.id, privateKey: github.app.privateKey, baseUrl: github.url },
      secrets: ["a-secret-for-this-test"],
      port: 0,
      host: "127.0.0.1",
      mounts: [shared],
      isolation: "auto",
      hidden: [],
      ...(place === undefined ? {} : { argo: place.argo, namespace: place.namespace }),
      logLevel: process.env["SLUICE_TEST_LOG"] === undefined ? "silent" : "debug",
    });
  }
  const lines = (name: string) => notes.lines(name);

  it("starts a due CronWorkflow and a scheduled manifest of the default branch, once, whatever restarts", async () => {
    const said = (name: string) =>
      notes.command(name, "{{workflow.name}} {{workflow.parameters.github-ref}}");
    await github.createRepository({
      owner: "acme",
      name: "infra",
      collaborators: { alice: "write" },
      files: {
        ".workflows/nightly.yaml": `apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  schedules: ['* * * * *']
  workflowSpec:
    ${spec(said("nightly"), "    ")}
`,
        ".workflows/swept.yaml": `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: swept
  annotations:
    sluice.dev/on: 'schedule: ["* * * * *"]'
spec:
  ${spec(said("swept"), "  ")}
`,
        ".workflows/yearly.yaml": `apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: suspended}
spec:
  schedules: ['* * * * *']
  suspend: true
  workflowSpec:
    ${spec(said("suspended"), "    ")}
`,
      },
      defaultBranch: "main",
    });
    for (let start = 0; start < 2; start += 1) {
      const app = await openApp();
      await expect
        .poll(async () => (await lines("nightly")).length * (await lines("swept")).length, {
          timeout: patienceMs,
        })
        .toBeGreaterThan(0);
      await app.settled();
      await app.close();
    }
    for (const name of ["nightly", "swept"]) {
      // The name of a run is made of the time that was due: a minute may have passed meanwhile, but no run is double.
      const all = await lines(name);
      expect(new Set(all).size).toBe(all.length);
      expect(all[0]).toMatch(new RegExp(`^${name}-[0-9a-f]{15} refs/heads/main$`));
      expect(all.length).toBeLessThan(realCluster === undefined ? 4 : 12);
    }
    expect(await lines("suspended")).toEqual([]);
    expect([...new Set(invalid)]).toEqual([]);
    expect(github.unknownRequests).toEqual([]);
    const main = github.checkRuns(repository, await headOf());
    expect(main.map(({ name, conclusion }) => `${name} ${conclusion}`)).toContain("nightly success");
  });

  async function headOf(): Promise<string> {
    // A branch at the present head tells its commit.
    const sha = await github
      .actAs("alice")
      .push(repository, "look", { files: { "x.txt": "x\n" }, message: "Look" });
    const { number } = await github
      .actAs("alice")
      .openPullRequest({ repo: repository, head: "look", base: "main", title: "x", body: "" });
    expect(sha).toMatch(/^[0-9a-f]{40}$/);
    return github.pullRequest(repository, number).base.sha;
  }
});

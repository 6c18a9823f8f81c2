import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lint } from "../../src/cli/lint.js";
import { apiErrorOf } from "../../src/engine/argo/api-error.js";
import { refusedParts } from "../../src/engine/argo/refusal.js";
import type { Problem } from "../../src/manifest/problem.js";
import { openBench } from "../support/kubernetes/engine-bench.js";
import { startCluster, type Cluster } from "../support/kubernetes/cluster.js";
import { gate, workflow } from "./engine.contract.js";

const tooLong = "x".repeat(64);
const labelled = `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: labelled
  labels: {team: ${tooLong}}
spec:
  entrypoint: main
  templates:
    - name: main
      serviceAccountName: deployer
      container: {image: busybox, command: [sh]}
`;

describe("what the API server refuses of an object", () => {
  it("is told by field, from the causes of a 422 and from the text of a strict 400", () => {
    const invalid = {
      message: 'Workflow.argoproj.io "x" is invalid: spec.templates[1]: Invalid value',
      reason: "Invalid",
      details: {
        causes: [
          {
            reason: "FieldValueInvalid",
            message: "Invalid value: at most one template type",
            field: "spec.templates[1]",
          },
          {
            reason: "FieldValueInvalid",
            message: "Invalid value: too long",
            field: "metadata.labels[a.b/c]",
          },
          {
            reason: "FieldValueInvalid",
            message:
              "Invalid value: null: some validation rules were not checked because the object was invalid",
            field: "<nil>",
          },
        ],
      },
    };
    expect(refusedParts(apiErrorOf(422, JSON.stringify(invalid))).map(({ path }) => path)).toEqual([
      ["spec", "templates", 1],
      ["metadata", "labels", "a.b/c"],
    ]);
    const whole = { message: "x is invalid", details: { causes: [{ message: "no", field: "<nil>" }] } };
    expect(refusedParts(apiErrorOf(422, JSON.stringify(whole)))).toEqual([
      { path: [], message: "The cluster refuses it: x is invalid." },
    ]);
    const strict = {
      message:
        'Workflow in version "v1alpha1" cannot be handled as a Workflow: strict decoding error: unknown field "spec.templates[0].suspned", unknown field "spec.x"',
    };
    expect(refusedParts(apiErrorOf(400, JSON.stringify(strict)))).toMatchObject([
      { path: ["spec", "templates", 0, "suspned"] },
      { path: ["spec", "x"] },
    ]);
    const forbidden = { message: 'workflows.argoproj.io "x" is forbidden: exceeded quota: runs' };
    expect(refusedParts(apiErrorOf(403, JSON.stringify(forbidden)))).toMatchObject([
      { path: [], message: expect.stringContaining("exceeded quota") },
    ]);
  });

  it("comes with the error of a submission, and an API server that asks for a pause gets it", async () => {
    const bench = await openBench();
    try {
      const { api, engine } = bench;
      const refused = await engine
        .submit(workflow("labelled", [gate], { team: tooLong }))
        .catch((error: unknown) => error);
      expect(refused).toMatchObject({ retryable: false, refused: [{ path: ["metadata", "labels"] }] });
      let times: number[] = [];
      api.fault = ({ method }) => {
        if (method !== "POST") return undefined;
        times.push(Date.now());
        return times.length < 2 ? { status: 429, retryAfter: 1 } : undefined;
      };
      expect((await engine.submit(workflow("patient", [gate]))).created).toBe(true);
      expect(times).toHaveLength(2);
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1000);
    } finally {
      await bench.dispose();
    }
  });
});

describe("sluice lint --cluster", () => {
  let cluster: Cluster;
  let folder: string;
  const before = process.env["SLUICE_CONFIG"];
  beforeEach(async () => {
    cluster = await startCluster();
    folder = mkdtempSync(join(tmpdir(), "sluice-lint-"));
    mkdirSync(join(folder, ".workflows"));
    process.env["SLUICE_CONFIG"] = join(folder, "sluice.yaml");
    const repositories = [{ match: "acme/given", serviceAccounts: ["deployer"] }];
    configure({ engine: "argo", argo: { kubeconfig: cluster.kubeconfig }, repositories });
  });
  afterEach(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env["SLUICE_CONFIG"];
    else process.env["SLUICE_CONFIG"] = before;
  });
  const configure = (configuration: object) =>
    writeFileSync(join(folder, "sluice.yaml"), JSON.stringify(configuration));
  const write = (text: string) => writeFileSync(join(folder, ".workflows/a.yaml"), text);

  async function linted(more: { repository?: string; namespace?: string } = {}) {
    let output = "";
    const code = await lint(
      [join(folder, ".workflows")],
      { json: true, cluster: more },
      (text) => (output += text),
    );
    return { code, problems: JSON.parse(output) as Problem[] };
  }

  it("shows what the cluster would refuse at its line, and creates nothing", async () => {
    write(labelled);
    const { code, problems } = await linted();
    expect(code).toBe(1);
    expect(problems).toMatchObject([{ rule: "refused-by-cluster", position: { line: 5 } }]);
    write(labelled.replace(tooLong, "infra"));
    expect(await linted()).toEqual({ code: 0, problems: [] });
    const posts = cluster.api.requests.filter(({ method }) => method === "POST");
    expect(posts.length).toBeGreaterThan(1);
    for (const { query } of posts)
      expect([query.get("dryRun"), query.get("fieldValidation")]).toEqual(["All", "Strict"]);
    for (const kind of ["workflows", "workflowtemplates"])
      expect(cluster.api.store.list(kind, "sluice")).toEqual([]);
  });

  it("knows the rules of a repository that is named", async () => {
    write(labelled.replace(tooLong, "infra"));
    expect((await linted({ repository: "acme/given" })).problems).toEqual([]);
    expect((await linted({ repository: "acme/other" })).problems).toMatchObject([
      { rule: "identity-not-given", position: { line: 10 } },
    ]);
  });

  it("says what is missing where the cluster cannot be asked", async () => {
    write(labelled);
    cluster.api.fault = () => 403;
    await expect(linted({ namespace: "team" })).rejects.toThrow(
      /nothing be tried in namespace team.*auth can-i/,
    );
    configure({});
    await expect(linted()).rejects.toThrow("does not say `engine: argo`");
  });
});

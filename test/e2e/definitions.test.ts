import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasStatus } from "../../src/engine/argo/api-error.js";
import { definitionsPath, type Named, type ObjectList } from "../../src/engine/argo/resources.js";
import type { CronWorkflow, WorkflowTemplate } from "../../src/manifest/argo.js";
import { parseConfiguration } from "../../src/policy/configuration.js";
import { image, patienceMs } from "../support/engines.js";
import { remove } from "../support/kubernetes/tidy.js";
import { openStage, repository, type Stage } from "../support/stage.js";

type Kind = "WorkflowTemplate" | "CronWorkflow";

const template = (name: string, says: string, more = "") => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: ${name}, annotations: {sluice.dev/on: 'dispatch: {}'}}
spec:
  entrypoint: main
${more}  templates:
    - name: main
      container: {image: "${image}", command: [sh, -c, "echo ${says}"]}
`;
const yearly = `apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: yearly}
spec:
  schedules: ['0 0 1 1 *']
  workflowSpec:
    entrypoint: main
    templates:
      - name: main
        container: {image: "${image}", command: [sh, -c, "echo once a year"]}
`;

describe("the definitions of default branches, in the cluster", () => {
  let stage: Stage;
  let configuration = "repositories: []";
  let changed: () => void = () => undefined;
  beforeAll(async () => {
    const source = {
      current: () => parseConfiguration(configuration, "test"),
      follow: (_log: unknown, onChange: () => void = () => undefined) => {
        changed = onChange;
        return () => undefined;
      },
    };
    stage = await openStage({ "README.md": "# Infra\n" }, "argo", {
      configuration: source,
    });
  });
  afterAll(async () => {
    await put("foreign", null);
    await stage?.close();
  });

  const path = (kind: Kind, name?: string) => definitionsPath(kind, stage.namespace, name);
  async function get<T extends WorkflowTemplate | CronWorkflow>(
    kind: Kind,
    name: string,
  ): Promise<T | undefined> {
    try {
      return await stage.client?.request<T>({ path: path(kind, name) });
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }
  const names = async (kind: Kind = "WorkflowTemplate"): Promise<string[]> => {
    const list = await stage.client?.request<ObjectList<Named>>({ path: path(kind) });
    return (list?.items ?? []).map(({ metadata }) => metadata.name ?? "").toSorted();
  };
  const says = async (name: string): Promise<string | undefined> =>
    (await get<WorkflowTemplate>("WorkflowTemplate", name))?.spec.templates?.[0]?.container?.command?.[2];
  const push = (files: Record<string, string | null>, message: string, repo = repository) =>
    stage.github.actAs("bob").push(repo, "main", { files, message });
  /** Somebody else's template. */
  async function put(name: string, text: string | null): Promise<void> {
    if (text === null) {
      if (stage.client !== undefined) await remove(stage.client, path("WorkflowTemplate", name));
      return;
    }
    const templates = [{ name: "main", container: { image, command: ["sh", "-c", text] } }];
    const body = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "WorkflowTemplate",
      metadata: { name },
      spec: { templates },
    };
    await stage.client?.request({ method: "POST", path: path("WorkflowTemplate"), body });
  }
  const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: patienceMs, interval: 200 });

  it("are those of the branch as the App finds it, though nobody told of the push", async () => {
    await stage.restart(() => push({ ".workflows/first.yaml": template("first", "one") }, "Unheard"));
    await eventually(() => says("first")).toBe("echo one");
  });

  it("follow a push: made, changed and removed, CronWorkflows suspended", async () => {
    await push(
      {
        ".workflows/first.yaml": template("first", "two"),
        ".workflows/second.yaml": template("second", "three"),
        ".workflows/yearly.yaml": yearly,
      },
      "Change one, add two",
    );
    await eventually(() => says("first")).toBe("echo two");
    await eventually(() => names("CronWorkflow")).toEqual(["yearly"]);
    expect((await get<CronWorkflow>("CronWorkflow", "yearly"))?.spec).toMatchObject({ suspend: true });
    await eventually(() => names()).toEqual(["first", "second"]);

    const before = (await get("WorkflowTemplate", "first"))?.metadata.uid;
    await push({ ".workflows/second.yaml": null, ".workflows/yearly.yaml": null }, "Remove both");
    await eventually(() => names()).toEqual(["first"]);
    await eventually(() => names("CronWorkflow")).toEqual([]);
    expect((await get("WorkflowTemplate", "first"))?.metadata.uid).toBe(before);
  });

  it("keep from the branch nobody's branch: another one's pushes change nothing", async () => {
    await stage.github.actAs("bob").push(repository, "topic", {
      files: {
        ".workflows/first.yaml": template("first", "topic"),
        ".workflows/topic.yaml": template("topic", "x"),
      },
      message: "On a topic",
    });
    await stage.github.idle();
    expect(await names()).toEqual(["first"]);
    expect(await says("first")).toBe("echo two");
  });

  it("leave what is somebody else's as it is, and say so at the line on the head", async () => {
    await put("foreign", "echo theirs");
    const sha = await push({ ".workflows/foreign.yaml": template("foreign", "ours") }, "Take a name");
    const check = await stage.observer.until(
      sha,
      "sluice templates",
      "the problem",
      (seen) => seen.conclusion === "failure",
    );
    expect(check.output.summary).toContain("that Sluice did not make");
    const [found] = stage.github.checkRuns(repository, sha).filter(({ name }) => name === "sluice templates");
    expect(found?.annotations).toMatchObject([{ path: ".workflows/foreign.yaml", start_line: 3 }]);
    expect(await says("foreign")).toBe("echo theirs");
    await push({ ".workflows/foreign.yaml": null }, "Give it back");
    await stage.github.idle();
    await eventually(() => names()).toEqual(["first", "foreign"]);
    await put("foreign", null);
  });

  it("of two repositories with one name are those of the first", async () => {
    await stage.github.createRepository({
      owner: "acme",
      name: "other",
      collaborators: { bob: "write" },
      files: { "README.md": "# Other\n" },
      defaultBranch: "main",
    });
    const files = {
      ".workflows/first.yaml": template("first", "stolen"),
      ".workflows/own.yaml": template("own", "own"),
    };
    const sha = await push(files, "Take the first's name", "acme/other");
    await eventually(() => says("own")).toBe("echo own");
    await stage.github.idle();
    const problem = () =>
      Promise.resolve(
        stage.github.checkRuns("acme/other", sha).find(({ name }) => name === "sluice templates"),
      );
    await eventually(async () => (await problem())?.output.summary ?? "").toContain("of acme/infra already");
    expect(await says("first")).toBe("echo two");
    await push({ ".workflows/first.yaml": null, ".workflows/own.yaml": null }, "Give up", "acme/other");
    await eventually(() => names()).toEqual(["first"]);
  });

  it("stay as they are while their manifest has mistakes, and go when the border refuses them", async () => {
    await push({ ".workflows/first.yaml": template("first", "x").replace("templates", "tempaltes") }, "Slip");
    await stage.github.idle();
    expect(await says("first")).toBe("echo two");
    const more = "  serviceAccountName: deployer\n";
    const sha = await push({ ".workflows/first.yaml": template("first", "four", more) }, "Use an account");
    await stage.observer.until(
      sha,
      "sluice templates",
      "the refusal",
      (seen) => seen.conclusion === "failure",
    );
    await eventually(() => names()).toEqual([]);
    // Without a push: what the server's configuration gives is looked at again by itself.
    configuration = "repositories: [{match: acme/infra, serviceAccounts: [deployer]}]";
    changed();
    await eventually(() => says("first")).toBe("echo four");
    await stage.observer.until(
      sha,
      "sluice templates",
      "that all is well",
      (seen) => seen.conclusion === "success",
    );
  });

  it("are put right again when somebody has changed them by hand, at the next push", async () => {
    await stage.client?.request({
      method: "PATCH",
      path: path("WorkflowTemplate", "first"),
      contentType: "application/merge-patch+json",
      body: { spec: { serviceAccountName: null, entrypoint: "other" } },
    });
    await push({ "README.md": "# Changed\n" }, "Anything");
    await eventually(
      async () => (await get<WorkflowTemplate>("WorkflowTemplate", "first"))?.spec.entrypoint,
    ).toBe("main");
  });

  it("go with their repository", async () => {
    expect(await names()).not.toEqual([]);
    const body = { total_count: 0, repositories: [] };
    await stage.restart(async () => {
      stage.github.faults.next = ({ path: asked }) =>
        asked === "/installation/repositories" ? { status: 200, body } : undefined;
    });
    await eventually(() => names()).toEqual([]);
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect([...new Set(stage.invalid)]).toEqual([]);
  });
});

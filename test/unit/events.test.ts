import { afterEach, describe, expect, it } from "vitest";
import { receive } from "../../src/app/receive.js";
import { readRun } from "../../src/run/read-run.js";
import {
  openSmallWorld,
  pulled,
  pullRequest,
  pushed,
  refusedToken,
  sha,
  type SmallWorld,
} from "../support/small-world.js";

function manifest(on: string, annotations = "", template = "suspend: {}"): string {
  return `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: deploy
  annotations:
    sluice.dev/on: '${on}'
    ${annotations}
spec:
  entrypoint: main
  templates:
    - {name: main, ${template}}
`;
}

describe("events in any order", () => {
  let world: SmallWorld;
  afterEach(async () => world.close());

  async function open(text: string) {
    world = await openSmallWorld({ ".workflows/deploy.yaml": text });
    return world;
  }
  async function runs() {
    const workflows = await world.dependencies.engine.list({});
    return workflows
      .map(readRun)
      .map(({ facts, stopped, key }) => ({ head: facts?.headSha, stopped: stopped?.reason, key }));
  }

  it("never stops the head's run for an older event that took its time", async () => {
    const { dependencies, says } = await open(manifest("pull_request: {}"));
    let goOn = () => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    says.beforeManifests = (at) => (at === sha(1) ? held : Promise.resolve());
    const slow = receive(dependencies, pulled(sha(1)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    says.head = sha(2);
    await receive(dependencies, pulled(sha(2)));
    goOn();
    // GitHub delivers it again, when no answer of its can be older than the push.
    await expect(slow).rejects.toMatchObject({ retryable: true });
    expect(await runs()).toContainEqual(expect.objectContaining({ head: sha(2), stopped: undefined }));
    await receive(dependencies, pulled(sha(1)));
    expect((await runs()).map(({ head, stopped }) => [head, stopped])).toEqual([
      [sha(2), undefined],
      [sha(1), "superseded"],
    ]);
  });

  it("starts the commit anew when the branch moves away and comes back", async () => {
    const { dependencies, says } = await open(manifest("pull_request: {}"));
    for (const head of [sha(1), sha(2), sha(1)]) {
      says.head = head;
      await receive(dependencies, pulled(head));
    }
    expect((await runs()).map(({ head, stopped }) => [head, stopped])).toEqual([
      [sha(1), "superseded"],
      [sha(2), "superseded"],
      [sha(1), undefined],
    ]);
  });

  it("lets a branch's run go on when another branch's pull request has the same head", async () => {
    const { dependencies, says } = await open(manifest("{push: {branches: [main]}, pull_request: {}}"));
    await receive(dependencies, pushed("refs/heads/main", sha(1)));
    says.pull = { headRef: "main-copy", baseRef: "release" };
    await receive(dependencies, pulled(sha(1)));
    expect((await runs()).map(({ stopped }) => stopped)).toEqual([undefined, undefined]);
  });

  it("lets a branch run what a pull request of another branch has run, as after a fast-forward", async () => {
    const { dependencies } = await open(manifest("{push: {branches: [main]}, pull_request: {}}"));
    await receive(dependencies, pulled(sha(1)));
    await receive(dependencies, pushed("refs/heads/main", sha(1)));
    expect(await runs()).toHaveLength(2);
  });

  it("runs one of push and pull request on one commit, whichever comes first", async () => {
    const { dependencies, says } = await open(manifest("{push: {}, pull_request: {}}"));
    await receive(dependencies, pushed("refs/heads/change", sha(1)));
    await receive(dependencies, pulled(sha(1)));
    says.openForCommit = [pullRequest({})];
    await receive(dependencies, pushed("refs/heads/change", sha(1)));
    expect((await runs()).filter(({ stopped }) => stopped === undefined)).toHaveLength(1);
  });

  it("does not let a fork's pull request keep a branch from running, or say anything of its own", async () => {
    const { dependencies, says, checks } = await open(
      manifest("{push: {branches: [main]}, pull_request: {}}"),
    );
    says.openForCommit = [pullRequest({ headRepositoryId: 99, headRef: "main" })];
    await receive(dependencies, pushed("refs/heads/main", sha(1)));
    expect(await runs()).toHaveLength(1);
    says.files = { ".workflows/deploy.yaml": manifest("pull_request: {paths: [nothing]}") };
    says.pull = { headRepositoryId: 99 };
    says.beforeManifests = () => Promise.reject(new Error("a stranger's files were read"));
    await receive(dependencies, pulled(sha(1)));
    expect(checks.map(({ conclusion }) => conclusion)).toEqual(["action_required"]);
  });

  it("refuses a commit with too many manifests in one check", async () => {
    const { dependencies, says, checks } = await open(manifest("pull_request: {}"));
    const text = manifest("pull_request: {}");
    says.files = Object.fromEntries(
      Array.from({ length: 201 }, (_, index) => [`.workflows/${index}.yaml`, text]),
    );
    await receive(dependencies, pulled(sha(1)));
    expect(checks.map(({ title }) => title)).toEqual([
      "Not run: .workflows/ has 201 manifest files; 200 are the most.",
    ]);
  });

  it("ends a run and says why when the App may not give the token that it asks for", async () => {
    const step =
      "container: {image: x, command: ['true'], env: [{name: T, value: '$(SLUICE_GITHUB_TOKEN)'}]}";
    const { dependencies, says, checks } = await open(
      manifest("pull_request: {}", "sluice.dev/token-permissions: 'contents: write'", step).replace(
        "    - {name: main,",
        "    - name: main\n      steps:\n        - - {name: authorize, template: github-authorize}\n        - - {name: work, template: work, arguments: {parameters: [{name: t, value: '{{steps.authorize.outputs.parameters.github-token}}'}]}}\n    - {name: work, inputs: {parameters: [{name: t}]},",
      ),
    );
    says.mint = refusedToken;
    await receive(dependencies, pulled(sha(1)));
    const [run] = await runs();
    if (run === undefined)
      throw new Error(`nothing was started: ${checks.map(({ summary }) => summary).join()}`);
    for (let times = 0; times < 20 && checks.at(-1)?.status !== "completed"; times++) {
      await dependencies.reconcile(run.key);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(checks.at(-1)).toMatchObject({ status: "completed", conclusion: "failure" });
    expect(checks.at(-1)?.summary).toContain("permissions requested are not granted");
  });
});

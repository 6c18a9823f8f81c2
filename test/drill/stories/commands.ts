import { brokenManifest, manifest } from "../manifests.js";
import { between } from "../random.js";
import type { Story } from "./story.js";

const onPullRequest = "pull_request: {branches: [main]}";

export const applied: Story = {
  name: "/apply starts what listens to it, once a comment",
  files: (scene) => manifest(scene, scene.manifest("apply"), "comment: [apply]", [{ run: "apply" }]),
  async play(scene) {
    const { number, sha } = await scene.open("alice", "change");
    await scene.pause(2);
    for (let more = between(scene.random, 1, 4); more > 0; more -= 1) {
      const id = await scene.comment("bob", number, "/apply", [0, 0]);
      scene.expect({ manifest: scene.manifest("apply"), sha, trigger: `comment:${id}` });
      await scene.pause(between(scene.random, 0, 30));
    }
    await scene.comment("carol", number, "/apply", [1, 1]);
    await scene.comment("bob", number, "/aply", [1, 1]);
    await scene.comment("bob", number, "/shipit", [0, 0]);
    await scene.untilEnded(sha, scene.manifest("apply"));
  },
};

export const ran: Story = {
  name: "/run starts one manifest",
  files: (scene) => manifest(scene, scene.manifest("tool"), "dispatch: {}", [{ run: "tool", token: true }]),
  async play(scene) {
    const { number, sha } = await scene.open("alice", "change");
    await scene.pause(2);
    const id = await scene.comment("bob", number, `/run ${scene.manifest("tool")}`, [0, 0]);
    scene.expect({ manifest: scene.manifest("tool"), sha, trigger: `comment:${id}` });
    await scene.comment("bob", number, "/run nothing", [1, 1]);
    await scene.untilEnded(sha, scene.manifest("tool"));
  },
};

export const cancelled: Story = {
  name: "/cancel stops a waiting run",
  files: (scene) =>
    manifest(scene, scene.manifest("deploy"), onPullRequest, [
      { run: "plan" },
      { gate: "approval" },
      { run: "after-approval" },
    ]),
  async play(scene) {
    const name = scene.manifest("deploy");
    const { number, sha } = await scene.open("alice", "change");
    scene.expect({
      manifest: name,
      sha,
      trigger: `pull_request:${number}:main`,
      ends: "cancelled",
      gates: [{ name: "approval", becomes: "closed" }],
    });
    await scene.untilWaiting(sha, name);
    await scene.comment("bob", number, "/cancel", [0, 1]);
    await scene.untilEnded(sha, name);
  },
};

export const retried: Story = {
  name: "what failed is run again, once",
  files: (scene) => manifest(scene, scene.manifest("test"), onPullRequest, [{ run: "fail", token: true }]),
  async play(scene) {
    const name = scene.manifest("test");
    const { number, sha } = await scene.open("alice", "change");
    const trigger = `pull_request:${number}:main`;
    scene.expect({ manifest: name, sha, trigger, ends: "failure" });
    await scene.untilEnded(sha, name);
    await scene.pause(between(scene.random, 2, 60));
    scene.expect({ manifest: name, sha, trigger, ends: "failure", attempt: 2 });
    const runOf = () => scene.shown(sha, name)?.external_id?.split("#")[0];
    const first = runOf();
    const pressed = scene.random() < 0.5;
    const failed = scene.shown(sha, name);
    // Where a second check run is on display just then, it has no button.
    if (pressed && failed?.actions.some(({ identifier }) => identifier === "retry") === true)
      await scene.press("bob", failed, "retry");
    else await scene.comment("bob", number, "/retry", [0, 0]);
    await scene.until("a second attempt", () => runOf() !== first);
    await scene.untilEnded(sha, name);
  },
};

export const ranAllAgain: Story = {
  name: "all checks of a commit are run again",
  files: (scene) => ({
    ...manifest(scene, scene.manifest("test"), onPullRequest, [{ run: "fail", token: true }]),
    ...manifest(scene, scene.manifest("build"), onPullRequest, [{ run: "build" }]),
    ...brokenManifest(scene.manifest("broken"), onPullRequest),
  }),
  async play(scene) {
    const [test, build] = [scene.manifest("test"), scene.manifest("build")];
    const { number, sha } = await scene.open("alice", "change");
    const trigger = `pull_request:${number}:main`;
    const problems = scene.expectReport({ name: scene.manifest("broken"), sha, kind: "problems", count: 0 });
    const times = between(scene.random, 2, 4);
    for (let attempt = 1; attempt <= times; attempt += 1) {
      const before = new Map([test, build].map((name) => [name, scene.check(sha, name)?.id]));
      problems.count += 1;
      scene.expect({ manifest: test, sha, trigger, attempt, ends: "failure" });
      scene.expect({ manifest: build, sha, trigger, attempt });
      if (attempt > 1) await scene.runAllAgain("bob", sha);
      const isNew = ([name, id]: [string, number | undefined]) => scene.check(sha, name)?.id !== id;
      await scene.until(`attempt ${attempt}`, () => [...before].every(isNew));
      for (const name of [test, build]) await scene.untilEnded(sha, name);
      await scene.until("the problems", () => scene.check(sha, scene.manifest("broken")) !== undefined);
      await scene.pause(between(scene.random, 2, 60));
    }
  },
};

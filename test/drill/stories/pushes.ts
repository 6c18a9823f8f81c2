import { brokenManifest, cronManifest, manifest } from "../manifests.js";
import { between } from "../random.js";
import type { Story } from "./story.js";

export const pushed: Story = {
  name: "pushes to the default branch",
  files: (scene) =>
    manifest(scene, scene.manifest("build"), "push: {branches: [main]}", [
      { run: "build" },
      { run: "ship", token: true },
    ]),
  async play(scene) {
    const name = scene.manifest("build");
    let last = "";
    for (let more = between(scene.random, 1, 5); more > 0; more -= 1) {
      const sha = await scene.push("bob", "main", { "a.txt": `${scene.random()}\n` });
      scene.expect({ manifest: name, sha, trigger: "push:refs/heads/main" });
      last = sha;
      await scene.pause(between(scene.random, 0, 40));
    }
    await scene.untilEnded(last, name);
  },
};

export const released: Story = {
  name: "releases are published",
  files: (scene) =>
    manifest(scene, scene.manifest("publish"), "release: [published]", [
      { run: "build" },
      { run: "publish", token: true },
    ]),
  async play(scene) {
    const name = scene.manifest("publish");
    let last = "";
    for (let more = between(scene.random, 1, 4); more > 0; more -= 1) {
      const sha = await scene.push("bob", "main", { "a.txt": `${scene.random()}\n` });
      const id = await scene.release("bob", `v${more}`, sha);
      scene.expect({ manifest: name, sha, trigger: `release:${id}:published` });
      last = sha;
      await scene.pause(between(scene.random, 0, 40));
    }
    await scene.untilEnded(last, name);
  },
};

export const scheduled: Story = {
  name: "a schedule",
  files: (scene) =>
    manifest(scene, scene.manifest("nightly"), "schedule: ['*/2 * * * *']", [{ run: "nightly" }]),
  async play(scene) {
    scene.scheduled.push({ manifest: scene.manifest("nightly"), everyMinutes: 2, since: Date.now() });
    await scene.pause(between(scene.random, 30, 240));
  },
};

export const replaced: Story = {
  name: "a schedule of which each run replaces the one before",
  files: (scene) =>
    cronManifest(
      scene,
      scene.manifest("nightly"),
      { schedule: "*/2 * * * *", concurrencyPolicy: "Replace" },
      [{ run: "nightly" }, { gate: "approval" }],
    ),
  async play(scene) {
    const since = Date.now();
    scene.scheduled.push({ manifest: scene.manifest("nightly"), everyMinutes: 2, since, replaces: true });
    await scene.pause(between(scene.random, 200, 400));
  },
};

export const broken: Story = {
  name: "a manifest that is wrong",
  files: (scene) => brokenManifest(scene.manifest("broken"), "push: {branches: [main]}"),
  async play(scene) {
    const sha = await scene.push("bob", "main", { "a.txt": `${scene.random()}\n` });
    scene.expectReport({ name: scene.manifest("broken"), sha, kind: "problems", count: 1 });
    await scene.untilEnded(sha, scene.manifest("broken"));
  },
};

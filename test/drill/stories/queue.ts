import { manifest } from "../manifests.js";
import { between } from "../random.js";
import type { Story } from "./story.js";

export const queued: Story = {
  name: "a pull request goes through the merge queue",
  files: (scene) =>
    manifest(scene, scene.manifest("queue"), "merge_group: {branches: [main]}", [
      { run: "build" },
      { run: "test", token: true },
    ]),
  async play(scene) {
    const name = scene.manifest("queue");
    const { number } = await scene.open("alice", "change");
    await scene.pause(between(scene.random, 0, 30));
    const { sha, ref } = await scene.queue("bob", number);
    scene.expect({ manifest: name, sha, trigger: `merge_group:${ref}` });
    await scene.untilEnded(sha, name);
  },
};

export const dequeued: Story = {
  name: "a pull request leaves the merge queue, whose run still waits",
  files: (scene) =>
    manifest(scene, scene.manifest("queue"), "merge_group: {branches: [main]}", [
      { run: "build", token: true },
      { gate: "approval" },
      { run: "after-approval" },
    ]),
  async play(scene) {
    const name = scene.manifest("queue");
    const { number } = await scene.open("alice", "change");
    await scene.pause(between(scene.random, 0, 30));
    const { sha, ref } = await scene.queue("bob", number);
    const run = scene.expect({
      manifest: name,
      sha,
      trigger: `merge_group:${ref}`,
      ends: "action_required",
      gates: [{ name: "approval", becomes: "closed" }],
    });
    await scene.untilWaiting(sha, name);
    await scene.pause(between(scene.random, 0, 30));
    run.ends = "cancelled";
    await scene.leaveQueue("bob", number);
    await scene.untilEnded(sha, name);
  },
};

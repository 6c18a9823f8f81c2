import { manifest } from "../manifests.js";
import { between } from "../random.js";
import type { Story } from "./story.js";

/** The gate of a fork's run never opens, whoever approves; with the local engine no fork's commit runs at all. */
export const forked: Story = {
  name: "a fork's pull request",
  files: (scene) =>
    manifest(scene, scene.manifest("deploy"), "pull_request: {branches: [main]}", [
      { run: "plan", token: true },
      { gate: "approval" },
      { run: "after-approval" },
    ]),
  async play(scene) {
    const name = scene.manifest("deploy");
    const fork = await scene.github.actAs("carol").fork(scene.repository);
    const { number, sha } = await scene.open("carol", "change", fork);
    const refusal = scene.expectReport({ name: "sluice", sha, kind: "refused", count: 1 });
    await scene.until("a refusal", () => scene.check(sha, "sluice") !== undefined);
    await scene.comment("carol", number, `/ok-to-test ${sha}`, [1, 1]);
    await scene.comment("bob", number, `/ok-to-test ${sha.slice(0, 12)}`, [1, 1]);
    if (scene.engine === "local") {
      await scene.comment("bob", number, `/ok-to-test ${sha}`, [1, 1]);
      return;
    }
    scene.expectReport({ ...refusal, kind: "skipped" });
    const run = scene.expect({
      manifest: name,
      sha,
      trigger: `pull_request:${number}:main`,
      ends: "action_required",
      gates: [{ name: "approval", becomes: "closed" }],
    });
    await scene.comment("bob", number, `/ok-to-test ${sha}`, [0, 0]);
    await scene.untilWaiting(sha, name);
    await scene.pause(between(scene.random, 2, 30));
    await scene.review("bob", number, "APPROVED");
    await scene.pause(between(scene.random, 0, 120));
    if (scene.random() < 0.5) return;
    run.ends = "cancelled";
    const next = await scene.push("carol", "change", { "change.txt": `${scene.random()}\n` }, fork);
    scene.expectReport({ ...refusal, sha: next });
    await scene.untilEnded(sha, name);
  },
};

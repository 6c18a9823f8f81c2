import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines, onlyHere } from "../support/engines.js";
import { openStage, repository, type Stage } from "../support/stage.js";

const example = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../workflows-examples", `${name}.yaml`), "utf8");

const leftOut = onlyHere(
  "the example promote-release",
  "its image needs git and curl, its pods would have to reach the simulated GitHub, and its plan needs an artifact store",
);

describe.skipIf(leftOut).each(engines)("the example promote-release with the engine %s", (engine) => {
  let stage: Stage;
  let target: string;
  beforeAll(async () => {
    const permissions = { contents: "write", pull_requests: "write" };
    stage = await openStage({ "README.md": "# Infra\n" }, engine, { permissions });
    target = join(stage.shared, "deployed");
    await stage.github.actAs("bob").push(repository, "main", {
      files: {
        ".workflows/promote-release.yaml": example("promote-release").replaceAll(
          "https://api.github.com",
          stage.github.url,
        ),
        ".workflows/plan-approve-apply.yaml": example("plan-approve-apply").replaceAll(
          "/tmp/sluice-demo/target.txt",
          target,
        ),
        "environments/staging/version": "1.0.0\n",
      },
      message: "Add manifests",
    });
    await stage.github.idle();
  });
  afterAll(async () => stage?.close());

  /** The open pull request that a head branch has. */
  async function pullRequestOf(branch: string): Promise<{ number: number; sha: string }> {
    for (let number = 1; ; number += 1) {
      const pull = stage.github.pullRequest(repository, number);
      if (pull.head.ref === branch) return { number, sha: pull.head.sha };
    }
  }

  it("carries a release to the next environment's file, as a pull request whose own gate deploys", async () => {
    const alice = stage.github.actAs("alice");
    const sha = await alice.push(repository, "work", { files: { "code.txt": "1\n" }, message: "Work" });
    await alice.pushRef(repository, "refs/tags/1.4.0", sha);
    await alice.publishRelease(repository, "1.4.0");
    // The tag's commit is of a branch that has the manifests.
    const promoted = await stage.observer.until(sha, "promote-release", "its end", (check) =>
      ["success", "failure"].includes(check.conclusion ?? ""),
    );
    expect(promoted.conclusion, promoted.output.summary ?? "").toBe("success");
    expect(promoted.output.summary).toContain("Opened the pull request for");

    const { number, sha: head } = await pullRequestOf("promote/staging-1.4.0");
    const pull = stage.github.pullRequest(repository, number);
    expect(pull).toMatchObject({ user: { login: "sluice[bot]" }, changed_files: 1, base: { ref: "main" } });
    await stage.observer.until(
      head,
      "plan-approve-apply",
      "its gate",
      ({ conclusion }) => conclusion === "action_required",
    );
    await sleep(1100);
    await stage.github.actAs("bob").review(repository, number, { state: "APPROVED" });
    await stage.observer.until(head, "plan-approve-apply", "one of two approvals", ({ output }) =>
      (output.title ?? "").includes("1 of 2"),
    );
    await stage.github.actAs("alice").review(repository, number, { state: "APPROVED" });
    await stage.observer.until(
      head,
      "plan-approve-apply",
      "its end",
      ({ conclusion }) => conclusion === "success",
    );
    expect(readFileSync(target, "utf8")).toContain("replicas: 3");

    await stage.github
      .actAs("bob")
      .comment(repository, number, "/run promote-release version=../x to=production");
    const refused = await stage.observer.until(head, "promote-release", "its end", (check) =>
      ["success", "failure"].includes(check.conclusion ?? ""),
    );
    expect(refused.output.summary).toContain("is no version");
    await stage.github
      .actAs("bob")
      .comment(repository, number, "/run promote-release version=1.4.0 to=production");
    await stage.observer.until(
      head,
      "promote-release",
      "its end",
      ({ conclusion }) => conclusion === "success",
    );
    expect((await pullRequestOf("promote/production-1.4.0")).sha).toMatch(/^[0-9a-f]{40}$/);
    // GitHub's description takes no brackets in an address; GitHub itself has them in every bot's.
    const unknown = stage.invalid.filter(
      (message) => !/must match format "email" \(is "sluice\[bot\]@/.test(message),
    );
    expect([...new Set(unknown)]).toEqual([]);
    expect(stage.sent.map(({ body }) => body).join("\n")).not.toMatch(/ghs_[A-Za-z0-9._-]{20,}/);
  }, 90_000);
});

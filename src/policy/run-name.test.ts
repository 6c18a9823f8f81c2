import { describe, expect, it } from "vitest";
import { runName, type RunIdentity } from "./run-name.js";

const identity: RunIdentity = {
  repositoryId: 1,
  manifest: "deploy",
  sha: "abc",
  trigger: "push:refs/heads/main",
  attempt: 1,
};

describe("a run's name", () => {
  it("is the same for the same identity, and another for any other", () => {
    expect(runName(identity)).toBe(runName({ ...identity }));
    const others = [
      { ...identity, repositoryId: 2 },
      { ...identity, manifest: "Deploy" },
      { ...identity, sha: "abd" },
      { ...identity, trigger: "pull_request:1" },
      { ...identity, attempt: 2 },
    ];
    expect(new Set([identity, ...others].map(runName)).size).toBe(6);
  });
  it.each([
    ["deploy", "deploy"],
    ["A.b_c/D e", "a-b-c-d-e"],
    ["--x--", "x"],
    ["a---b", "a-b"],
    ["---", "run"],
    ["", "run"],
    ["x".repeat(50), "x".repeat(40)],
    [`${"a".repeat(39)}.-b`, "a".repeat(39)],
  ])("of %j begins with %s and ends with a hash", (manifest, start) => {
    expect(runName({ ...identity, manifest })).toMatch(new RegExp(`^${start}-[0-9a-f]{15}$`));
  });
  it("cannot be made to meet another identity's by moving text between its parts", () => {
    const moved = { ...identity, manifest: "deploy", sha: "abcpush", trigger: ":refs/heads/main" };
    expect(runName(moved)).not.toBe(runName(identity));
  });
  it.each(["deploy", "A.very_long/Name-".repeat(20), "---", "Ünïcode", `${"a".repeat(39)}.-b`])(
    "is a DNS label with room for the Secret's ending: %s",
    (manifest) => {
      expect(`${runName({ ...identity, manifest })}-github`).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    },
  );
});

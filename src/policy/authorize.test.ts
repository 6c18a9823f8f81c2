import { describe, expect, it } from "vitest";
import { forkRefusal, mayCommand } from "./authorize.js";

describe("who may", () => {
  it("command with write permission and up", () => {
    expect((["none", "read", "triage"] as const).map(mayCommand)).toEqual([false, false, false]);
    expect((["write", "maintain", "admin"] as const).map(mayCommand)).toEqual([true, true, true]);
  });
  it("not run from a fork, for a reason that names what would work", () => {
    const fork = { headRepositoryId: 2, baseRepositoryId: 1 };
    expect(forkRefusal(fork, "local")).toBe(
      "The pull request comes from a fork, and this server runs steps on its own machine: push the branch to this repository to run it.",
    );
    expect(forkRefusal(fork, "argo")).toBe(
      "The pull request comes from a fork: push the branch to this repository to run it.",
    );
    expect(forkRefusal({ ...fork, headRepositoryId: 1 }, "argo")).toBeUndefined();
  });
  it("not run from a fork, nor from a repository that is gone", () => {
    expect(forkRefusal({ headRepositoryId: 1, baseRepositoryId: 1 }, "local")).toBeUndefined();
    expect(forkRefusal({ headRepositoryId: 2, baseRepositoryId: 1 }, "local")).toMatch(/fork/);
    expect(forkRefusal({ headRepositoryId: undefined, baseRepositoryId: 1 }, "argo")).toMatch(/fork/);
  });
});

import { describe, expect, it } from "vitest";
import { compiled, simple } from "./compile-maker.js";
import { RepositoryPolicy } from "./configuration.js";
import { noticeOfManifests } from "./manifest-notice.js";
import { within, type TokenPermissions } from "./token-permissions.js";
import { policyUnder, trustOfPullRequest, type TrustFacts } from "./trust.js";

const headSha = "a".repeat(40);
const fork = { headSha, headRepositoryId: 2, baseRepositoryId: 1, authorAssociation: "CONTRIBUTOR" };
const facts = (change: Partial<TrustFacts>): TrustFacts => ({
  pullRequest: fork,
  engine: "argo",
  forks: "allow",
  ...change,
});

describe("trust", () => {
  it("is in a branch of the repository itself, whoever wrote it", () => {
    const own = { ...fork, headRepositoryId: 1, authorAssociation: "NONE" };
    expect(trustOfPullRequest(facts({ pullRequest: own, engine: "local", forks: "refuse" }))).toEqual({
      level: "trusted",
    });
  });
  it.each<[string, Partial<TrustFacts>, "untrusted" | "refused"]>([
    ["a known contributor, where forks may run", {}, "untrusted"],
    ["a known contributor, where a writer must be asked", { forks: "ask" }, "refused"],
    ["a commit that a writer called good", { forks: "ask", okToTest: headSha }, "untrusted"],
    ["another commit than the one called good", { forks: "ask", okToTest: "b".repeat(40) }, "refused"],
    ["an abbreviation of the commit called good", { forks: "ask", okToTest: "aaaaaaa" }, "refused"],
    [
      "a first-time contributor",
      { pullRequest: { ...fork, authorAssociation: "FIRST_TIME_CONTRIBUTOR" } },
      "refused",
    ],
    ["a first-timer", { pullRequest: { ...fork, authorAssociation: "FIRST_TIMER" } }, "refused"],
    [
      "someone of whom GitHub says nothing",
      { pullRequest: { headSha, headRepositoryId: 2, baseRepositoryId: 1 } },
      "refused",
    ],
    [
      "a first-timer whose commit was called good",
      { pullRequest: { ...fork, authorAssociation: "NONE" }, okToTest: headSha },
      "untrusted",
    ],
    [
      "a head repository that is gone",
      { pullRequest: { ...fork, headRepositoryId: undefined }, forks: "ask" },
      "refused",
    ],
    ["a fork where forks are refused, even called good", { forks: "refuse", okToTest: headSha }, "refused"],
    ["a fork on the local engine, whatever is configured", { engine: "local", okToTest: headSha }, "refused"],
  ])("of a fork: %s", (_what, change, level) => {
    expect(trustOfPullRequest(facts(change)).level).toBe(level);
  });
  it.each(["OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR"])("knows a fork's author who is %s", (word) => {
    const pullRequest = { ...fork, authorAssociation: word };
    expect(trustOfPullRequest(facts({ pullRequest }))).toEqual({ level: "untrusted" });
  });
  it("says who must do what", () => {
    const ending = `Someone with write permission looks at it and comments \`/ok-to-test ${headSha}\`: it then runs without Secrets, with a token that only reads.`;
    expect(trustOfPullRequest(facts({ forks: "ask" }))).toEqual({
      level: "refused",
      reason: `The pull request comes from a fork. ${ending}`,
    });
    const stranger = { ...fork, authorAssociation: "NONE" };
    expect(trustOfPullRequest(facts({ pullRequest: stranger }))).toEqual({
      level: "refused",
      reason: `The pull request comes from a fork, by someone who has not contributed before. ${ending}`,
    });
    expect(trustOfPullRequest(facts({ forks: "refuse" }))).toEqual({
      level: "refused",
      reason: "The pull request comes from a fork: push the branch to this repository to run it.",
    });
    expect(trustOfPullRequest(facts({ engine: "local" }))).toEqual({
      level: "refused",
      reason:
        "The pull request comes from a fork, and this server runs steps on its own machine: push the branch to this repository to run it.",
    });
  });
  it("names the command with the whole commit", () => {
    expect(trustOfPullRequest(facts({ forks: "ask" }))).toMatchObject({
      reason: expect.stringContaining(`/ok-to-test ${headSha}`),
    });
  });
});

describe("who is not trusted", () => {
  const policy = RepositoryPolicy.parse({
    serviceAccount: "runner",
    serviceAccounts: ["*"],
    secrets: ["*"],
    templates: ["*"],
    tokenPermissions: { contents: "write", packages: "write" },
    protected: { secrets: ["prod"] },
  });
  it("gets no account, Secret or template, and a token that reads", () => {
    const left = policyUnder({ level: "untrusted" }, policy);
    expect(left).toMatchObject({
      serviceAccounts: [],
      secrets: [],
      templates: [],
      protected: policy.protected,
    });
    expect(left.tokenPermissions).toEqual({ contents: "read" });
    expect(compiled(simple, { policy: left }).spec).not.toHaveProperty("serviceAccountName");
    expect(policyUnder({ level: "trusted" }, policy)).toBe(policy);
  });
  it("never writes, where no ceiling is configured either", () => {
    const left = policyUnder({ level: "untrusted" }, RepositoryPolicy.parse({}));
    const asked = {
      metadata: "read",
      contents: "write",
      pull_requests: "write",
      deployments: "write",
    } as const;
    expect(within(asked, left.tokenPermissions)).toEqual({
      metadata: "read",
      contents: "read",
      pull_requests: "read",
    });
    expect(left.tokenPermissions).toEqual({
      contents: "read",
      pull_requests: "read",
      issues: "read",
      checks: "read",
    });
  });
});

describe("a token's ceiling", () => {
  it("lowers what is asked and adds nothing", () => {
    const asked = { metadata: "read", contents: "write", issues: "read", checks: "write" } as const;
    expect(within(asked, { contents: "read", issues: "write", packages: "write" })).toEqual({
      metadata: "read",
      contents: "read",
      issues: "read",
    });
    expect(within(asked, undefined)).toEqual(asked);
    const odd: TokenPermissions = Object.fromEntries([["constructor", "write"]]);
    expect(within(odd, {})).toEqual({});
  });
});

describe("a pull request that changes manifests", () => {
  it("says which", () => {
    expect(
      noticeOfManifests(["a.txt", ".workflows/z.yaml", ".workflows/a.yaml", "x/.workflows/b.yaml"]),
    ).toEqual(["This pull request changes what an approval lets run: .workflows/a.yaml, .workflows/z.yaml."]);
    expect(noticeOfManifests(["a.txt"])).toEqual([]);
    expect(noticeOfManifests(undefined)).toEqual([expect.stringContaining("too many files")]);
    const many = Array.from({ length: 25 }, (_, index) => `.workflows/${index}.yaml`);
    expect(noticeOfManifests(many)).toEqual([expect.stringMatching(/ and 5 more\.$/)]);
    expect(noticeOfManifests(many)[0]?.split(", ")).toHaveLength(20);
    expect(noticeOfManifests(many.slice(0, 20))).toEqual([expect.stringMatching(/\.yaml\.$/)]);
    expect(noticeOfManifests(["x.workflows/a.yaml", ".workflows"])).toEqual([]);
    expect(noticeOfManifests([])).toEqual([]);
  });
});

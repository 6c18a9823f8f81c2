import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configurationFor, configurationSchema, noPolicy, parseConfiguration } from "./configuration.js";

const text = `
repositories:
  - match: acme/infra
    namespace: team-infra
    serviceAccount: runner
    secrets: [pulumi-*]
    gates: { approvals: 2, approvers: ['@acme/platform', alice] }
    protected: { serviceAccounts: [deployer] }
    tokenPermissions: { contents: read, pull_requests: write }
    limits: { parallelRuns: 3 }
  - match: ['acme/*', '!acme/secret-*']
    serviceAccount: plain
`;

describe("the server's configuration", () => {
  it("has defaults for everything", () => {
    expect(parseConfiguration("", "sluice.yaml")).toEqual({
      engine: "local",
      namespace: "sluice",
      local: { isolation: "overlay", executor: "process", mounts: [], reach: [] },
      repositories: [],
    });
    expect(configurationFor(parseConfiguration("", "x"), "acme/infra")).toEqual(noPolicy);
  });
  it("gives a repository the first entry that matches it, alone", () => {
    const configuration = parseConfiguration(text, "x");
    expect(configurationFor(configuration, "Acme/Infra")).toMatchObject({
      namespace: "team-infra",
      serviceAccount: "runner",
      secrets: ["pulumi-*"],
      serviceAccounts: [],
      forks: "refuse",
    });
    const plain = configurationFor(configuration, "acme/site");
    expect(plain).toEqual({ ...noPolicy, serviceAccount: "plain" });
    for (const other of ["acme/secret-x", "other/infra", "acme/infra/x", "xacme/infra"])
      expect(configurationFor(configuration, other)).toEqual(noPolicy);
  });
  it("takes a cluster for the engine argo", () => {
    const text = "engine: argo\nargo: {instanceId: ci, context: staging}";
    expect(parseConfiguration(text, "x")).toMatchObject({
      engine: "argo",
      argo: { namespaces: [], instanceId: "ci", context: "staging" },
    });
    expect(() => parseConfiguration("engine: tekton", "x")).toThrow(/engine/);
    expect(() => parseConfiguration("argo: {instance: ci}", "x")).toThrow(/instance/);
  });
  it("names the key that is wrong and the file", () => {
    expect(() => parseConfiguration("enginee: local", "sluice.yaml")).toThrow(/sluice\.yaml.*enginee/);
    expect(() => parseConfiguration("local: {mounts: [relative]}", "x")).toThrow(
      /local\.mounts\.0: a mount is an absolute path/,
    );
  });
  it.each([
    ["match: a/b, gate: {}", /gate/],
    ["match: a/b, gates: { approvals: 0 }", /gates\.approvals/],
    ["match: a/b, gates: { approvers: [acme/platform] }", /@org\/team/],
    ["match: a/b, protected: { secret: [x] }", /secret/],
    ["match: a/b, secrets: ['{{x}}']", /braces/],
    ["match: [], forks: refuse", /match/],
    ["match: a/b, forks: maybe", /forks/],
    ["match: a/b, namespace: Team", /DNS label/],
    ["match: a/b, tokenPermissions: { contents: admin }", /tokenPermissions/],
    ["match: a/b, limits: { parallelRuns: 0 }", /parallelRuns/],
    ["secrets: [x]", /match/],
  ])("refuses an entry that could loosen something unseen: %s", (entry, message) => {
    expect(() => parseConfiguration(`repositories: [{ ${entry} }]`, "x")).toThrow(message);
  });
  it.each([
    [
      "match: a/b, namespace: a-",
      "repositories.0.namespace: must be a DNS label: lower-case letters, digits and dashes",
    ],
    [
      "match: a/b, secrets: ['a b']",
      "repositories.0.secrets.0: must be a name or a glob, without spaces and braces",
    ],
    [
      "match: a/b, gates: { approvers: ['@a/b c'] }",
      "repositories.0.gates.approvers.0: must be a login or @org/team",
    ],
    [
      "match: a/b, gates: { approvers: [a/b] }",
      "repositories.0.gates.approvers.0: a team is written @org/team",
    ],
    ["match: a/b, tokenPermissions: { Contents: read }", "repositories.0.tokenPermissions.Contents: "],
  ])("says where and what in %s", (entry, message) => {
    expect(() => parseConfiguration(`repositories: [{ ${entry} }]`, "sluice.yaml")).toThrow(
      `failed to use sluice.yaml: ${message}`,
    );
  });
  it("names every fault, and a file that is none", () => {
    expect(() => parseConfiguration("engine: x\nnamespace: X", "a.yaml")).toThrow(/engine: .+; namespace: /);
    expect(() => parseConfiguration("[]", "a.yaml")).toThrow(/^failed to use a\.yaml: the file: /);
    expect(() => parseConfiguration("a: [", "a.yaml")).toThrow(/^failed to read a\.yaml: /);
    try {
      parseConfiguration("a: [", "a.yaml");
    } catch (error) {
      expect(error).toMatchObject({ name: "ConfigurationError", cause: expect.any(Error) });
    }
  });
  it.each([
    [
      "match: a/b, gates: { approvals: 99 }",
      { gates: { approvals: 99, approvers: [], fourEyes: false, checks: [] } },
    ],
    ["match: a/b, gates: {}", { gates: { approvals: 1, approvers: [], fourEyes: false, checks: [] } }],
    ["match: a/b, gates: { checks: [{ name: s, app: 1 }] }", { gates: { checks: [{ name: "s", app: 1 }] } }],
    [
      "match: a/b, gates: { approvers: ['@a/b.c', a-b, '@c'] }",
      { gates: { approvers: ["@a/b.c", "a-b", "@c"] } },
    ],
    [
      "match: a/b, protected: { secrets: [x] }",
      { protected: { secrets: ["x"], serviceAccounts: [], templates: [] } },
    ],
    ["match: a/b, forks: ask", { forks: "ask" }],
    ["match: a/b, forks: allow", { forks: "allow" }],
    [
      "match: a/b, limits: { parallelRuns: 1, deadlineSeconds: 1 }",
      { limits: { parallelRuns: 1, deadlineSeconds: 1 } },
    ],
    [`match: a/b, namespace: ${"a".repeat(63)}`, { namespace: "a".repeat(63) }],
    ["match: a/b, serviceAccount: a", { serviceAccount: "a" }],
  ])("takes %s", (entry, policy) => {
    const configuration = parseConfiguration(`repositories: [{ ${entry} }]`, "x");
    expect(configurationFor(configuration, "a/b")).toMatchObject(policy);
  });
  it.each([
    "match: a/b, gates: { approvals: 100 }",
    "match: a/b, gates: { approvals: 1.5 }",
    "match: a/b, gates: { checks: [{ name: '', app: 1 }] }",
    "match: a/b, gates: { checks: [{ name: s, app: 0 }] }",
    "match: a/b, gates: { checks: [{ name: s, app: 1, x: 1 }] }",
    "match: a/b, limits: { deadlineSeconds: 0 }",
    "match: a/b, limits: { x: 1 }",
    `match: a/b, namespace: ${"a".repeat(64)}`,
    "match: a/b, namespace: -a",
    "match: a/b, gates: { approvers: ['x@a'] }",
    "match: a/b, gates: { approvers: ['-a'] }",
    "match: a/b, gates: { approvers: [''] }",
    "match: 'a b'",
    "match: ['']",
  ])("refuses %s", (entry) => {
    expect(() => parseConfiguration(`repositories: [{ ${entry} }]`, "x")).toThrow(/failed to use/);
  });
  it("takes the local engine's and the cluster's own settings", () => {
    const local = parseConfiguration("local: { isolation: serial, mounts: [/a, '/b:/c'] }", "x").local;
    expect(local).toEqual({ isolation: "serial", mounts: ["/a", "/b:/c"], executor: "process", reach: [] });
    expect(parseConfiguration("local: {}", "x").local).toEqual({
      isolation: "overlay",
      mounts: [],
      executor: "process",
      reach: [],
    });
    const reach = ["127.0.0.1:8081", "artifacts.local", "[::1]:80"];
    expect(parseConfiguration(JSON.stringify({ local: { reach } }), "x").local.reach).toEqual(reach);
    for (const address of ["http://127.0.0.1", "10.0.0.0/8", "*"])
      expect(() => parseConfiguration(JSON.stringify({ local: { reach: [address] } }), "x")).toThrow(
        "local.reach",
      );
    const argo = { namespaces: ["a"], instanceId: "i", kubeconfig: "/k", context: "c", leaseNamespace: "l" };
    expect(parseConfiguration(JSON.stringify({ engine: "argo", argo }), "x").argo).toEqual(argo);
    for (const key of ["instanceId", "kubeconfig", "context", "leaseNamespace"])
      expect(() => parseConfiguration(JSON.stringify({ argo: { [key]: "" } }), "x")).toThrow(`argo.${key}`);
    expect(() => parseConfiguration("local: { isolation: none }", "x")).toThrow("local.isolation");
    expect(() => parseConfiguration("local: { x: 1 }", "x")).toThrow("local");
  });
  it("does not expand aliases", () => {
    expect(() => parseConfiguration("a: &a [1]\nb: [*a, *a]", "x")).toThrow(/failed to read x/);
  });
  it("has its schema in docs, for editors", () => {
    const path = join(import.meta.dirname, "../../docs/sluice-config.schema.json");
    const hint =
      "write it with: npm run build && node dist/cli/main.js config-schema > docs/sluice-config.schema.json";
    expect(JSON.parse(readFileSync(path, "utf8")), hint).toEqual(
      JSON.parse(JSON.stringify(configurationSchema())),
    );
  });
});

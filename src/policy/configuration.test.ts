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
      local: { isolation: "overlay", mounts: [] },
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

import { describe, expect, it } from "vitest";
import type { EnvVar, Template, Workflow } from "../manifest/argo.js";
import { addGithubAuthorize, needsToken } from "./compile-token.js";

const token = "{{steps.github-authorize.outputs.parameters.github-token}}";
const variable: EnvVar = {
  name: "SLUICE_GITHUB_TOKEN",
  valueFrom: { secretKeyRef: { name: "run-1-github", key: "token" } },
};
function workflow(...templates: Template[]): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "run-1" },
    spec: { entrypoint: "main", templates },
  };
}
function main(...calls: NonNullable<Template["steps"]>): Template {
  return { name: "main", steps: [[{ name: "github-authorize", template: "github-authorize" }], ...calls] };
}
const give = (template: string, value = token, parameter = "t"): NonNullable<Template["steps"]>[number] => [
  { name: `call-${template}`, template, arguments: { parameters: [{ name: parameter, value }] } },
];
const leaf = (name: string, env: EnvVar[] = []): Template => ({
  name,
  inputs: { parameters: [{ name: "t" }] },
  container: { image: "x", env },
});
/** Names of the templates whose container has the token, which must stand first. */
function holders(changed: Workflow): string[] {
  return (changed.spec.templates ?? [])
    .filter(
      ({ container, script }) => JSON.stringify((container ?? script)?.env?.[0]) === JSON.stringify(variable),
    )
    .map(({ name }) => name ?? "");
}

describe("github-authorize", () => {
  it("is a constant without a pod, added where it is called", () => {
    const given = workflow(main());
    const changed = addGithubAuthorize(given);
    expect(changed.spec.templates?.at(-1)).toEqual({
      name: "github-authorize",
      suspend: { duration: "0" },
      outputs: {
        parameters: [
          { name: "github-token", valueFrom: { supplied: {}, default: "$(SLUICE_GITHUB_TOKEN)" } },
        ],
      },
    });
    expect(given.spec.templates).toHaveLength(1);
    const alone = workflow(leaf("main"));
    expect(addGithubAuthorize(alone)).toBe(alone);
    const own = workflow(main(), { name: "github-authorize", container: {} });
    expect(addGithubAuthorize(own)).toBe(own);
  });
  it("puts the variable before the others, in place of one of the same name", () => {
    const user: EnvVar[] = [
      { name: "GITHUB_TOKEN", value: "{{inputs.parameters.t}}" },
      { name: "SLUICE_GITHUB_TOKEN", value: "mine" },
    ];
    const changed = addGithubAuthorize(workflow(main(give("a")), leaf("a", user)));
    expect(changed.spec.templates?.[1]?.container?.env).toEqual([variable, user[0]]);
    expect(needsToken(changed)).toBe(true);
  });
  it("reaches only containers that receive it", () => {
    const changed = addGithubAuthorize(
      workflow(
        main(
          give("a"),
          give("b", "constant"),
          give("c", "{{steps.github-authorize.outputs.parameters.github-token2}}"),
        ),
        leaf("a"),
        leaf("b"),
        leaf("c"),
      ),
    );
    expect(holders(changed)).toEqual(["a"]);
  });
  it("is followed through templates in any order, defaults, expressions and outputs", () => {
    const inner: Template = {
      name: "inner",
      inputs: { parameters: [{ name: "t" }] },
      dag: {
        tasks: [
          {
            name: "x",
            template: "deep",
            arguments: { parameters: [{ name: "t", value: "{{=inputs.parameters['t'] + ''}}" }] },
          },
        ],
      },
    };
    const wrap: Template = {
      ...main(),
      name: "wrap",
      outputs: { parameters: [{ name: "out", valueFrom: { parameter: token } }] },
    };
    const changed = addGithubAuthorize(
      workflow(
        leaf("deep"),
        leaf("last"),
        inner,
        {
          ...main(
            give("inner", "Bearer {{ inputs.parameters.u }}"),
            [{ name: "w", template: "wrap" }],
            give("last", "{{steps.w.outputs.parameters.out}}"),
          ),
          inputs: { parameters: [{ name: "u" }] },
        },
        wrap,
        leaf("looped"),
        {
          name: "outer",
          steps: [
            [{ name: "auth", template: "github-authorize" }],
            [
              {
                name: "m",
                template: "main",
                arguments: {
                  parameters: [{ name: "u", value: "{{steps.auth.outputs.parameters.github-token}}" }],
                },
              },
              {
                name: "l",
                template: "looped",
                withParam: '["{{steps.auth.outputs.parameters.github-token}}"]',
                arguments: { parameters: [{ name: "t", value: "{{item}}" }] },
              },
            ],
          ],
        },
      ),
    );
    expect(holders(changed)).toEqual(["deep", "last", "looped"]);
  });
  it("reaches inline templates", () => {
    const inline: Template = { container: { image: "x", env: [{ name: "GITHUB_TOKEN", value: token }] } };
    const changed = addGithubAuthorize(workflow(main([{ name: "i", inline }])));
    expect(changed.spec.templates?.[0]?.steps?.[1]?.[0]?.inline?.container?.env?.[0]).toEqual(variable);
  });
  it("needs a token for a git artifact with the run's Secret, and for no other", () => {
    const git = (name: string): Workflow =>
      workflow({
        ...leaf("main"),
        inputs: {
          artifacts: [
            { name: "s", path: "/s", git: { repo: "https://x", passwordSecret: { name, key: "token" } } },
          ],
        },
      });
    expect(needsToken(git("run-1-github"))).toBe(true);
    expect(needsToken(git("run-2-github"))).toBe(false);
    expect(needsToken(workflow(leaf("main")))).toBe(false);
    const absent = { ...leaf("main"), inputs: null } as unknown as Template;
    expect(needsToken(workflow(absent))).toBe(false);
  });
});

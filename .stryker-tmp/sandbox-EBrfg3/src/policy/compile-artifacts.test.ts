import { describe, expect, it } from "vitest";
import { compiled, problemsOf, sha, simple } from "./compile-maker.js";

describe("a git artifact", () => {
  const withGit = (git: string): string =>
    simple.replace(
      "    - name: main\n",
      `    - name: main\n      inputs: { artifacts: [{ name: src, path: /src, git: ${git} }] }\n`,
    );
  it.each([
    "{}",
    "{ repo: '{{workflow.parameters.github-clone-url}}' }",
    "{ repo: 'https://github.test/acme/infra' }",
  ])("%s is this repository at the run's commit, with its token", (git) => {
    expect(compiled(withGit(git)).spec.templates?.[0]?.inputs?.artifacts?.[0]?.git).toEqual({
      repo: "https://x-access-token@github.test/acme/infra.git",
      revision: sha,
      passwordSecret: { name: "deploy-1-github", key: "token" },
    });
  });
  it("of another repository gets no token", () => {
    const workflow = compiled(withGit("{ repo: 'https://evil.test/acme/infra.git' }"));
    expect(JSON.stringify(workflow.spec)).not.toContain("passwordSecret");
  });
  it.each([
    "{ repo: 'ext::sh -c id' }",
    "{ repo: /etc }",
    "{ repo: 'file:///etc' }",
    "{ repo: '{{x}}' }",
    "{ revision: --upload-pack=id }",
  ])("%s is refused", (git) => {
    expect(problemsOf(withGit(git))).toEqual([expect.stringMatching(/git/i)]);
  });
});

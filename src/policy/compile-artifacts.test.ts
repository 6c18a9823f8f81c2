import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { compiled, input, problemsOf, sha, simple } from "./compile-maker.js";

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
  it.each([
    "{ repo: '' }",
    "{ repo: ' https://github.test/acme/infra.git ' }",
    "{ repo: '{{ workflow.parameters.github-clone-url }}' }",
  ])("%s is this repository, too", (git) => {
    expect(JSON.stringify(compiled(withGit(git)).spec.templates)).toContain("x-access-token@github.test");
  });
  it.each([
    "{ repo: 'https://github.test/acme/infra.git.evil.test' }",
    "{ repo: 'https://github.test/acme/infra.gitx' }",
    "{ repo: 'http://github.test/acme/infra.git' }",
  ])("%s is not: it gets no token, and is left as it is", (git) => {
    const [artifact] = compiled(withGit(git)).spec.templates?.[0]?.inputs?.artifacts ?? [];
    expect(JSON.stringify(artifact)).not.toMatch(/passwordSecret|x-access-token/);
    expect(git).toContain(String(artifact?.git?.repo));
  });
  it("keeps the revision that the manifest names", () => {
    const [artifact] =
      compiled(withGit("{ revision: v1, branch: b }")).spec.templates?.[0]?.inputs?.artifacts ?? [];
    expect(artifact?.git).toMatchObject({ revision: "v1", branch: "b" });
  });
  it.each([
    ["{ revision: -x }", "9: A git revision must not begin with a dash."],
    ["{ branch: --upload-pack=x }", "9: A git revision must not begin with a dash."],
    ["{ fetch: [refs/heads/a, -x] }", "9: A git revision must not begin with a dash."],
    ["{ repo: 'git@github.test:a/b' }", "9: A git repository must be given by an https:// address."],
    ["{ repo: 'xhttps://a' }", "9: A git repository must be given by an https:// address."],
    ["{ repo: 'https://{{x}}' }", "9: A git repository must be given by an https:// address."],
    [
      "{ repo: '{{workflow.parameters.github-clone-url}}x' }",
      "9: A git repository must be given by an https:// address.",
    ],
    [
      "{ repo: 'x{{workflow.parameters.github-clone-url}}' }",
      "9: A git repository must be given by an https:// address.",
    ],
  ])("%s is refused with the way to write it", (git, problem) => {
    expect(problemsOf(withGit(git))).toEqual([problem]);
    expect(compile(input(withGit(git)))).toMatchObject({ problems: [{ rule: "git-artifact" }] });
  });
  it("is completed wherever artifacts stand, and what only looks like one is left alone", () => {
    const text = simple.replace(
      "  entrypoint: main\n",
      "  entrypoint: main\n  arguments:\n    parameters: [{ name: p, value: { artifacts: [{ git: {} }] } }]\n    artifacts: [{ name: a, path: /a, git: {} }]\n",
    );
    const { arguments: given } = compiled(text).spec;
    expect(given?.artifacts?.[0]?.git?.repo).toContain("x-access-token@");
    expect(given?.parameters?.[0]?.value).toEqual({ artifacts: [{ git: {} }] });
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

describe("the path inside an artifact", () => {
  const withPath = (subPath: string): string =>
    simple.replace(
      "    - name: main\n",
      `    - name: main\n      inputs: { artifacts: [{ name: a, path: /a, from: x, subPath: ${subPath} }] }\n`,
    );
  it.each(["..", "../../other-run/pod/main.tgz", "a/../b", "a/..", "'{{inputs.parameters.x}}'"])(
    "%s leads to what other runs have stored, and is refused",
    (subPath) => {
      expect(problemsOf(withPath(subPath))).toEqual([expect.stringMatching(/^9: The `subPath`/)]);
    },
  );
  it.each(["a/b.txt", "..a/b..", "a/...", "''"])("%s is taken over", (subPath) => {
    expect(JSON.stringify(compiled(withPath(subPath)).spec)).toContain("subPath");
  });
});

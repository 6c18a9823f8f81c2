import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openObserver } from "../../src/cli/world/observer.js";
import { engines, image, patienceMs } from "../support/engines.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

const hours = 3_600_000;

const manifest = (note: string) => `apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: tokens
  annotations: {sluice.dev/on: 'pull_request: {branches: [main]}'}
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: auth, template: github-authorize}
        - - {name: before, template: use, arguments: {parameters: [{name: file, value: before}, {name: token, value: "{{steps.auth.outputs.parameters.github-token}}"}]}}
        - - {name: approval, template: approval}
        - - {name: after, template: use, arguments: {parameters: [{name: file, value: after}, {name: token, value: "{{steps.auth.outputs.parameters.github-token}}"}]}}
    - {name: approval, suspend: {}}
    - name: use
      inputs: {parameters: [{name: file}, {name: token}]}
      script:
        image: ${image}
        command: [sh]
        env: [{name: GITHUB_TOKEN, value: "{{inputs.parameters.token}}"}]
        source: |
          echo "using $GITHUB_TOKEN"
          echo "$(cat /var/run/sluice/github-token)"
          # In two parts, of which neither looks like a token: logs are masked.
          rest=\${GITHUB_TOKEN#????}
          ${note}
`;

describe.each(engines)("a run's token with the engine %s", (engine) => {
  let stage: Stage;
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true }));
  afterEach(async () => {
    await stage?.close();
    vi.useRealTimers();
  });

  const what = "is good when a step starts behind a gate that waited for 3 hours, and is found nowhere";
  it(what, { timeout: 10 * patienceMs }, async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, engine);
    const { github } = stage;
    const note = stage.notes.command("{{inputs.parameters.file}}", '"${GITHUB_TOKEN%$rest} $rest"');
    const tokenOf = async (file: string) => (await stage.notes.lines(file))[0]?.replace(" ", "") ?? "";
    const files = { ".workflows/tokens.yaml": manifest(note) };
    await github.actAs("bob").push(repository, "main", { files, message: "Add a manifest" });
    const { number, sha } = await openPullRequest(stage, "waits");
    const gate = (check: { conclusion: string | null }) => check.conclusion === "action_required";
    await stage.observer.until(sha, "tokens", "the gate", gate);
    const before = await tokenOf("before");
    expect(await accepts(github.url, before)).toBe(true);
    // Tokens for one repository are runs'; the others are the App's own.
    const mints = () =>
      stage.sent.filter(
        ({ path, body }) => path.endsWith("/access_tokens") && body.includes("repository_ids"),
      ).length;

    vi.setSystemTime(Date.now() + 3 * hours);
    const minted = mints();
    expect(await accepts(github.url, before)).toBe(false);
    await sleep(500);
    expect(mints()).toBe(minted);
    await github.actAs("bob").review(repository, number, { state: "APPROVED" });
    const { id: appId, privateKey } = github.app;
    const to = { url: github.url, appId, privateKey, repository, timeoutMs: patienceMs };
    const observer = await openObserver(to);
    await observer.until(sha, "tokens", "the end", ({ conclusion }) => conclusion === "success");
    const after = await tokenOf("after");
    expect(after).not.toBe(before);
    expect(await accepts(github.url, after)).toBe(true);

    for (const token of [before, after]) {
      expect(token).toMatch(/^ghs_/);
      for (const { where, text } of await stage.written()) expect(text.includes(token), where).toBe(false);
      expect(stage.sent.some(({ body }) => body.includes(token))).toBe(false);
    }
  });
});

async function accepts(url: string, token: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${url}/repos/${repository}`, { headers })).ok;
}

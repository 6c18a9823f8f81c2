import { setTimeout as sleep } from "node:timers/promises";
import type { Simulator } from "../../src/simulator/simulator.js";

/** One thing that people do, from its beginning to the end of its check, which is `ends`. */
export interface Story {
  name: string;
  ends: string;
  play(site: Site, number: number): Promise<string>;
}

export interface Site {
  github: Simulator;
  repository: string;
}

const template = (name: string, on: string, steps: string) => `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: ${name}
  annotations:
    sluice.dev/on: '${on}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
${steps}
    - name: say
      script: {image: "alpine:3.22", command: [sh], source: "echo 'one bucket'; echo '::notice file=main.tf,line=1::planned'"}
    - name: approval
      suspend: {}
`;

export const files = {
  ".workflows/apply.yaml": template(
    "apply",
    "pull_request: {branches: [main]}",
    `        - - {name: plan, template: say}
        - - {name: gate, template: approval}
        - - {name: apply, template: say}`,
  ),
  ".workflows/build.yaml": template(
    "build",
    "push: {branches: [feature-*]}",
    "        - - {name: all, template: say}",
  ),
};

/** Everything is done within this time, or lost. */
const patienceMs = 120_000;
/** GitHub's times have whole seconds: an answer comes in a later one than its question. */
const nextSecond = () => sleep(1100);

const approved: Story = {
  name: "approved",
  ends: "success",
  async play(site, number) {
    const { pull, sha } = await ask(site, number);
    await site.github.actAs("bob").review(site.repository, pull, { state: "APPROVED", commitId: sha });
    return concluded(site, sha, "apply", (conclusion) => conclusion !== "action_required");
  },
};

const rejected: Story = {
  name: "rejected",
  ends: "failure",
  async play(site, number) {
    const { pull, sha } = await ask(site, number);
    await site.github.actAs("bob").comment(site.repository, pull, "/reject");
    return concluded(site, sha, "apply", (conclusion) => conclusion !== "action_required");
  },
};

const cancelled: Story = {
  name: "cancelled",
  ends: "cancelled",
  async play(site, number) {
    const { pull, sha } = await ask(site, number);
    await site.github.actAs("bob").comment(site.repository, pull, "/cancel");
    return concluded(site, sha, "apply", (conclusion) => conclusion !== "action_required");
  },
};

const superseded: Story = {
  name: "superseded",
  ends: "success",
  async play(site, number) {
    const { pull, sha: old } = await ask(site, number);
    const sha = await push(site, number, "again");
    await concluded(site, old, "apply", (conclusion) => conclusion !== "action_required");
    await concluded(site, sha, "apply", (conclusion) => conclusion === "action_required");
    await nextSecond();
    await site.github.actAs("bob").review(site.repository, pull, { state: "APPROVED", commitId: sha });
    return concluded(site, sha, "apply", (conclusion) => conclusion !== "action_required");
  },
};

const built: Story = {
  name: "built",
  ends: "success",
  async play(site, number) {
    const sha = await push({ ...site }, number, "build", "feature");
    return concluded(site, sha, "build", () => true);
  },
};

export const stories: readonly Story[] = [approved, built, rejected, superseded, built, cancelled];

/** Opens a pull request, and waits until its gate has been on display for a second. */
async function ask(site: Site, number: number): Promise<{ pull: number; sha: string }> {
  const sha = await push(site, number, "first");
  const pull = await site.github.actAs("alice").openPullRequest({
    repo: site.repository,
    head: `topic-${number}`,
    base: "main",
    title: `Change ${number}`,
    body: "",
  });
  await concluded(site, sha, "apply", (conclusion) => conclusion === "action_required");
  await nextSecond();
  return { pull: pull.number, sha };
}

function push({ github, repository }: Site, number: number, text: string, prefix = "topic"): Promise<string> {
  return github.actAs("alice").push(repository, `${prefix}-${number}`, {
    files: { [`change-${number}.txt`]: `${text}\n` },
    message: `Change ${number}, ${text}`,
  });
}

async function concluded(
  { github, repository }: Site,
  sha: string,
  name: string,
  isIt: (conclusion: string) => boolean,
): Promise<string> {
  let seen: string | undefined;
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(100)) {
    const last = github.checkRuns(repository, sha).findLast((check) => check.name === name);
    seen = last?.conclusion ?? undefined;
    if (seen !== undefined && isIt(seen)) return seen;
  }
  throw new Error(`the check ${name} of ${sha} came to no end: ${seen ?? "it has no conclusion"}`);
}

import { manifest } from "../manifests.js";
import { between, pick } from "../random.js";
import type { ExpectedRun, Scene } from "../scene.js";
import type { Story } from "./story.js";

const onPullRequest = "pull_request: {branches: [main]}";

function deploy(scene: Scene, ...gates: string[]): Record<string, string> {
  const token = scene.random() < 0.5 ? { token: true as const } : {};
  return manifest(scene, scene.manifest("deploy"), onPullRequest, [
    { run: "plan", ...token },
    ...gates.flatMap((gate) => [{ gate }, { run: `after-${gate}`, ...token }]),
  ]);
}

interface Opened {
  number: number;
  sha: string;
  name: string;
  run: ExpectedRun;
}

/** A pull request whose run waits at its gate. */
async function openAtGate(scene: Scene, gates = ["approval"]): Promise<Opened> {
  const name = scene.manifest("deploy");
  const { number, sha } = await scene.open("alice", "change");
  const run = scene.expect({
    manifest: name,
    sha,
    trigger: `pull_request:${number}:main`,
    ends: "action_required",
    gates: gates.map((gate) => ({ name: gate, becomes: "closed" })),
  });
  await scene.untilWaiting(sha, name);
  // GitHub writes times in whole seconds: what is said in the second of the display may count as before it.
  await scene.pause(2 + scene.random() * 3);
  return { number, sha, name, run };
}

async function approve(scene: Scene, { number, sha, name, run }: Opened, gate = 0): Promise<void> {
  const one = run.gates[gate];
  if (one !== undefined) one.becomes = "opened";
  const isOpen = () => {
    const { conclusion, output } = scene.shown(sha, name) ?? {};
    const waits = conclusion === "action_required" && output?.title?.includes(` at ${one?.name}`) === true;
    return typeof conclusion === "string" && !waits;
  };
  if (gate === run.gates.length - 1) run.ends = "success";
  const say = pick(scene.random, [
    () => scene.review("bob", number, "APPROVED"),
    () => scene.review("dave", number, "APPROVED"),
    () => scene.comment("bob", number, "/approve"),
    () => pressNewest(scene, { number, sha, name }, "approve"),
  ]);
  await scene.insist([sha, name], say, isOpen);
}

/** Where the check shows no button just then, it is said in a comment. */
async function pressNewest(
  scene: Scene,
  { number, sha, name }: Omit<Opened, "run">,
  button: string,
): Promise<void> {
  const check = scene.check(sha, name);
  if (check?.actions.some(({ identifier }) => identifier === button) === true)
    return scene.press("bob", check, button);
  await scene.comment("bob", number, `/${button}`);
}

export const approved: Story = {
  name: "a gate is approved",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const opened = await openAtGate(scene);
    await approve(scene, opened);
    await scene.untilEnded(opened.sha, opened.name);
  },
};

export const approvedLate: Story = {
  name: "a gate is approved late",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const opened = await openAtGate(scene);
    await scene.pause(between(scene.random, 120, 500));
    await approve(scene, opened);
    await scene.untilEnded(opened.sha, opened.name);
  },
};

export const approvedEarly: Story = {
  name: "an approval from before the gate opened does not count",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const { number, sha } = await scene.open("alice", "change");
    await scene.review("bob", number, "APPROVED");
    const name = scene.manifest("deploy");
    const gates: ExpectedRun["gates"] = [{ name: "approval", becomes: "closed" }];
    const trigger = `pull_request:${number}:main`;
    const run = scene.expect({ manifest: name, sha, trigger, ends: "action_required", gates });
    await scene.untilWaiting(sha, name);
    await scene.pause(between(scene.random, 60, 300));
    if (scene.random() < 0.5) return;
    await approve(scene, { number, sha, name, run });
    await scene.untilEnded(sha, name);
  },
};

export const rejected: Story = {
  name: "a gate is rejected",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const { number, sha, name, run } = await openAtGate(scene);
    run.gates = [{ name: "approval", becomes: "rejected" }];
    run.ends = "failure";
    const say = pick(scene.random, [
      () => scene.comment("bob", number, "/reject"),
      () => pressNewest(scene, { number, sha, name }, "reject"),
    ]);
    await scene.insist([sha, name], say, () => scene.check(sha, name)?.conclusion === "failure");
    await scene.untilEnded(sha, name);
  },
};

export const notEntitled: Story = {
  name: "the author and a reader approve",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const { number } = await openAtGate(scene);
    await scene.review("alice", number, "APPROVED");
    await scene.review("carol", number, "APPROVED");
    await scene.comment("alice", number, "/approve", [1, 1]);
    await scene.comment("carol", number, "/apply", [1, 1]);
    await scene.pause(between(scene.random, 10, 200));
  },
};

export const twoGates: Story = {
  name: "two gates, one after the other",
  files: (scene) => deploy(scene, "first", "second"),
  async play(scene) {
    const opened = await openAtGate(scene, ["first", "second"]);
    const { sha, name } = opened;
    const before = scene.check(sha, name)?.id;
    await approve(scene, opened, 0);
    const isSecond = () => {
      const check = scene.check(sha, name);
      return check?.conclusion === "action_required" && check.id !== before;
    };
    await scene.until("the second gate", isSecond, [sha, name]);
    await scene.pause(between(scene.random, 2, 100));
    if (scene.random() < 0.3) return;
    await approve(scene, opened, 1);
    await scene.untilEnded(sha, name);
  },
};

export const closed: Story = {
  name: "the pull request is closed before it is approved",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const { number, run, sha, name } = await openAtGate(scene);
    run.ends = "cancelled";
    await scene.close("alice", number);
    await scene.review("bob", number, "APPROVED");
    await scene.untilEnded(sha, name);
  },
};

export const superseded: Story = {
  name: "a push while the gate waits",
  files: (scene) => deploy(scene, "approval"),
  async play(scene) {
    const { number, name, run, sha: old } = await openAtGate(scene);
    run.ends = "cancelled";
    for (let more = between(scene.random, 0, 3); more > 0; more -= 1) {
      const sha = await scene.push("alice", "change", { "change.txt": `${scene.random()}\n` });
      const gates: ExpectedRun["gates"] = [{ name: "approval", becomes: "closed" }];
      const trigger = `pull_request:${number}:main`;
      scene.expect({ manifest: name, sha, trigger, need: "may", ends: "any", gates });
    }
    const sha = await scene.push("alice", "change", { "change.txt": `${scene.random()}\n` });
    const trigger = `pull_request:${number}:main`;
    const gates: ExpectedRun["gates"] = [{ name: "approval", becomes: "closed" }];
    const next = scene.expect({ manifest: name, sha, trigger, ends: "action_required", gates });
    await scene.untilWaiting(sha, name);
    await scene.pause(3);
    await approve(scene, { number, sha, name, run: next });
    await scene.untilEnded(sha, name);
    await scene.until("the end of the older run", () => scene.check(old, name)?.conclusion === "cancelled");
  },
};

/** Taken back while the App gets a token for what comes behind the gate: after it has decided, before it writes. */
export const withdrawn: Story = {
  name: "an approval is taken back at the last moment",
  files: (scene) =>
    manifest(scene, scene.manifest("deploy"), onPullRequest, [
      { run: "plan", token: true },
      { gate: "approval" },
      { run: "after-approval", token: true },
    ]),
  async play(scene) {
    let withdraw: (() => Promise<void>) | undefined;
    scene.intercept(async (link, kind) => {
      if (link !== "github" || kind !== "POST access_tokens") return undefined;
      const act = withdraw;
      withdraw = undefined;
      await act?.();
      // Good for less than a release asks for, so that each release gets a new one.
      return { kind: "rewrite", change: expiresSoon };
    });
    const opened = await openAtGate(scene);
    const { number, sha, name, run } = opened;
    const review = await scene.review("bob", number, "APPROVED");
    let taken = false;
    withdraw = async () => {
      await scene.dismiss("bob", number, review);
      taken = true;
    };
    const end = Date.now() + 15 * 60_000;
    const ended = () => scene.check(sha, name)?.conclusion === "success";
    while (!taken && !ended() && Date.now() < end) await scene.pause(1);
    withdraw = undefined;
    if (!taken) run.gates = [{ name: "approval", becomes: "any" }];
    if (!taken) run.ends = "any";
    await scene.pause(between(scene.random, 10, 100));
    if (taken && scene.random() < 0.5) {
      await approve(scene, opened);
      await scene.untilEnded(sha, name);
    }
  },
};

function expiresSoon(body: string): string {
  const answer = JSON.parse(body) as { expires_at?: string };
  if (answer.expires_at === undefined) return body;
  return JSON.stringify({ ...answer, expires_at: new Date(Date.now() + 30 * 60_000).toISOString() });
}

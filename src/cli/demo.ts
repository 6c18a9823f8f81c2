import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createNarrator, type Narrator } from "./world/narrator.js";
import { openObserver, type ObservedCheck, type Observer } from "./world/observer.js";
import { openWorld, type World } from "./world/world.js";

const repository = "acme/infra";
const manifest = "plan-approve-apply";
/** GitHub tells times in whole seconds: an approval in the second in which the plan appeared does not count. */
const readingMs = 2000;
const exampleTarget = "/tmp/sluice-demo/target.txt";

interface Stage {
  world: World;
  observer: Observer;
  narrator: Narrator;
  target: string;
}

/** Plays the whole story against the simulated GitHub. Exit code 0 only when each step was observed through its API. */
export async function demo(
  options: { json: boolean; keep: boolean },
  io: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> {
  const narrator = createNarrator(options.json, io.out);
  const targets = await mkdtemp(join(tmpdir(), "sluice-target-"));
  const world = await openWorld({ mounts: [targets] });
  try {
    const stage = await prepare(world, narrator, join(targets, "environment.yaml"));
    const { number, first } = await openPullRequest(stage);
    const second = await pushAgain(stage, number, first);
    await refuseWrongApprovals(stage, number, first, second);
    await approveAndApply(stage, number, second);
    tellRequests(stage);
    narrator.tell("story", "end", "The story is told. Every ✓ was read from GitHub's API.");
    if (options.keep) await keepOpen(world, number, narrator);
    return 0;
  } catch (error) {
    io.err(`sluice demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await world.close();
    await rm(targets, { recursive: true, force: true });
  }
}

async function prepare(world: World, narrator: Narrator, target: string): Promise<Stage> {
  const example = new URL(`../../workflows-examples/${manifest}.yaml`, import.meta.url);
  const text = (await readFile(example, "utf8")).replaceAll(exampleTarget, target);
  world.github.createOrganization("acme");
  for (const login of ["alice", "bob"]) world.github.createUser(login);
  await world.github.createRepository({
    owner: "acme",
    name: "infra",
    collaborators: { alice: "write", bob: "write" },
    files: { "README.md": "# Infrastructure\n", [`.workflows/${manifest}.yaml`]: text },
    defaultBranch: "main",
  });
  await world.github.idle();
  const { id: appId, privateKey } = world.github.app;
  const observer = await openObserver({ url: world.github.url, appId, privateKey, repository });
  narrator.tell(
    "note",
    "world",
    `A GitHub on ${world.github.url} with ${repository}, Sluice, and the local engine.`,
  );
  return { world, observer, narrator, target };
}

async function openPullRequest(stage: Stage): Promise<{ number: number; first: string }> {
  const { narrator, observer } = stage;
  const alice = stage.world.github.actAs("alice");
  narrator.tell("story", "push", "Alice pushes the branch scale-up and opens a pull request.");
  const first = await alice.push(repository, "scale-up", {
    files: { "infra/replicas.yaml": "replicas: 3\n" },
    message: "Scale up to three replicas",
  });
  const { number } = await alice.openPullRequest({
    repo: repository,
    head: "scale-up",
    base: "main",
    title: "Scale up to three replicas",
    body: "",
  });
  await observer.until(first, manifest, "the check to appear", () => true);
  narrator.tell("seen", "check-appeared", `The check ${manifest} is on ${short(first)}.`, { sha: first });
  const waiting = await observer.until(first, manifest, "the gate", isWaiting);
  narrator.tell("seen", "gate-waits", `The plan is made and the gate waits: "${waiting.output.title}".`);
  return { number, first };
}

async function pushAgain(stage: Stage, number: number, first: string): Promise<string> {
  const { narrator, observer } = stage;
  narrator.tell("story", "push", "Alice pushes another commit: the first run is superseded.");
  const second = await stage.world.github.actAs("alice").push(repository, "scale-up", {
    files: { "infra/note.md": "Three replicas until January.\n" },
    message: "Say for how long",
  });
  // Approved before the plan of this commit can be seen.
  await stage.world.github.actAs("bob").review(repository, number, { state: "APPROVED" });
  await observer.until(first, manifest, "the first run to end", (check) => check.conclusion === "cancelled");
  narrator.tell("seen", "superseded", `The check on ${short(first)} ended as cancelled.`, { sha: first });
  const waiting = await observer.until(second, manifest, "the second gate", isWaiting);
  narrator.tell("seen", "gate-waits", `The gate of ${short(second)} waits: "${waiting.output.title}".`, {
    sha: second,
  });
  return second;
}

async function refuseWrongApprovals(
  stage: Stage,
  number: number,
  first: string,
  second: string,
): Promise<void> {
  const { github } = stage.world;
  stage.narrator.tell("story", "wrong-approvals", "Three approvals that must not open it.");
  const early = /bob: .*before (the gate opened|there was something)/;
  await ignored(stage, second, "early", early, "Bob approved before the plan could be seen");
  await github.actAs("bob").review(repository, number, { state: "APPROVED", commitId: first });
  const older = new RegExp(`bob: .*reviewed ${short(first)}`);
  await ignored(stage, second, "older-commit", older, "Bob approved the older commit");
  await github.actAs("alice").review(repository, number, { state: "APPROVED", force: true });
  await ignored(
    stage,
    second,
    "author",
    /alice: .*wrote the pull request/,
    "Alice approved her own pull request",
  );
}

/** The check must say why the review does not count, and the target must be untouched. */
async function ignored(stage: Stage, sha: string, why: string, reason: RegExp, text: string): Promise<void> {
  await stage.world.github.idle();
  const check = await stage.observer.until(
    sha,
    manifest,
    `the check to say ${String(reason)}`,
    (seen) => isWaiting(seen) && reason.test(seen.output.summary ?? ""),
  );
  if (existsSync(stage.target)) {
    throw new Error(`the target changed although the gate must be closed (${why})`);
  }
  stage.narrator.tell("seen", `ignored-${why}`, `${text}: the gate stays closed.`, {
    title: check.output.title,
  });
}

async function approveAndApply(stage: Stage, number: number, second: string): Promise<void> {
  const { narrator, observer } = stage;
  narrator.tell("story", "approve", "Bob reads the plan in the check and approves this commit.");
  await sleep(readingMs);
  await stage.world.github.actAs("bob").review(repository, number, { state: "APPROVED", commitId: second });
  const ended = await observer.until(
    second,
    manifest,
    "the run to end",
    (check) => check.status === "completed" && check.conclusion !== "action_required",
  );
  if (ended.conclusion !== "success")
    throw new Error(`the run ended as ${ended.conclusion}: ${ended.output.title}`);
  narrator.tell("seen", "success", `The check ended in success: "${ended.output.title}".`, { sha: second });
  const applied = await readFile(stage.target, "utf8");
  narrator.tell("seen", "applied", `The target changed only now: ${applied.trim()}.`, { applied });
}

/** A run that only waits once for its reviewer has two legs. */
function tellRequests({ world, narrator }: Stage): void {
  const { total, checks, runs } = world.requests.summary();
  narrator.tell("note", "requests", `Sluice asked GitHub ${total} times, ${checks} of them for checks:`, {
    total,
    checks,
  });
  for (const { run, legs, requests } of runs) {
    const most = 2 + 3 * legs;
    const text = `${run}: ${requests} for ${legs} legs (a run that nothing disturbs takes at most 2 + 3 × ${legs} = ${most}).`;
    narrator.tell("note", "requests-of-run", text, { run, legs, requests, most });
  }
}

async function keepOpen(world: World, number: number, narrator: Narrator): Promise<void> {
  const { openPage } = await import("./world/page.js");
  const page = await openPage({ world, repository, number, people: ["alice", "bob"], port: 3333 });
  narrator.tell("story", "page", `Look at it: ${page.url} (ctrl-C ends it).`);
  await new Promise<void>((resolve) => process.once("SIGINT", () => resolve()));
  await page.close();
}

function isWaiting(check: ObservedCheck): boolean {
  return check.status === "completed" && check.conclusion === "action_required";
}

function short(sha: string): string {
  return sha.slice(0, 7);
}

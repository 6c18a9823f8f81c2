import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineName } from "./engines.js";
import { violations } from "./invariants/all.js";
import { between, randomFor } from "./random.js";
import { Interrupted, Scene } from "./scene.js";
import { storyOf } from "./stories/all.js";
import { openWorld, type World } from "./world.js";

export interface BatchOptions {
  engine: EngineName;
  seed: number;
  /** Which number of batch, and its rounds: they go on side by side, on one App. */
  batch: number;
  rounds: readonly number[];
  directory: string;
  /** After the storm, by the drill's clock. */
  patienceMs: number;
}

export interface BatchResult {
  /** By round: what is wrong, with the timeline. */
  failed: Map<number, string[]>;
  kills: number;
  faults: number;
}

const minute = 60_000;
/** Of the drill's clock. */
const stormMs = 6 * minute;
/** Long enough for a sweep and for what it asks for again. */
const holdMs = 4 * minute;

/** Plays the rounds of a batch through a storm, lets the world settle, and says what is not true then. */
export async function playBatch(options: BatchOptions): Promise<BatchResult> {
  const { engine, seed, batch, rounds, directory } = options;
  const start = Date.now();
  mkdirSync(directory, { recursive: true });
  const world = await openWorld(engine, seed, batch, directory);
  const failed = new Map<number, string[]>();
  const fail = (round: number, texts: readonly string[]) =>
    failed.set(round, [...(failed.get(round) ?? []), ...texts]);
  const people = ["alice", "bob", "carol", "dave"];
  try {
    world.github.createOrganization("acme");
    for (const login of people) world.github.createUser(login);
    const scenes = rounds.map((round) => sceneOf(world, options, round));
    for (const scene of scenes) await furnish(world, seed, scene);
    const stories = Promise.all(
      scenes.map((scene) =>
        play(seed, scene).catch((error: unknown) => fail(scene.round, [`the story: ${String(error)}`])),
      ),
    );
    await Promise.race([stories, sleep(stormMs)]);
    await world.calm();
    for (const scene of scenes) scene.calmSince = Date.now();
    await stories;
    await settle(world, scenes, options);
    await sleep(holdMs);
    for (const [round, texts] of await settle(world, scenes, options)) fail(round, texts);
  } finally {
    await world.close();
  }
  for (const text of world.tokens.found) fail(-1, [text]);
  report(options, world, failed, start);
  const count = (test: (text: string) => boolean) =>
    world.record.entries.filter(({ text }) => test(text)).length;
  return {
    failed,
    kills: count((text) => text.includes("ended: SIGKILL")),
    faults: world.record.entries.filter(({ what }) => what === "fault").length,
  };
}

function sceneOf(world: World, { seed, patienceMs }: BatchOptions, round: number): Scene {
  return new Scene({
    round,
    engine: world.engine,
    github: world.github,
    record: world.record,
    random: randomFor(seed, round, "story"),
    shared: world.shared,
    skewed: world.skewed,
    patienceMs,
    intercept: (intercept) => {
      if (intercept === undefined) world.storm.intercepts.delete(round);
      else world.storm.intercepts.set(round, intercept);
    },
  });
}

async function furnish(world: World, seed: number, scene: Scene): Promise<void> {
  const { id } = await world.github.createRepository({
    owner: "acme",
    name: `r${scene.round}`,
    collaborators: { alice: "write", bob: "write", carol: "read", dave: "maintain" },
    files: { "README.md": "# Drill\n", ...storyOf(seed, scene.round).files(scene) },
    defaultBranch: "main",
  });
  world.storm.repositories.set(id, scene.round);
}

async function play(seed: number, scene: Scene): Promise<void> {
  await scene.pause(between(scene.random, 0, 60));
  try {
    await storyOf(seed, scene.round).play(scene);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    scene.note(`the story ends here, for a step was killed: ${error.message}`);
    for (const run of scene.runs) run.ends = "any";
    for (const { gates } of scene.runs) for (const gate of gates) gate.becomes = "any";
  }
}

/**
 * Until nothing is wrong any more, or for as long as anything may take by the drill's clock; what is wrong then. What is
 * still wrong meanwhile stands in `unsettled.txt`.
 */
async function settle(
  world: World,
  scenes: readonly Scene[],
  { directory, patienceMs }: BatchOptions,
): Promise<Map<number, string[]>> {
  const end = Date.now() + patienceMs;
  for (let wait = 10_000; ; wait = Math.min(60_000, wait * 1.2)) {
    const found = violations(world, scenes);
    if (found.size === 0 || Date.now() > end) return found;
    writeFileSync(join(directory, "unsettled.txt"), JSON.stringify([...found], null, 2));
    await sleep(wait);
  }
}

function report(
  { seed, directory, engine }: BatchOptions,
  world: World,
  failed: BatchResult["failed"],
  start: number,
): void {
  if (failed.size === 0) return rmSync(directory, { recursive: true, force: true });
  for (const [round, texts] of failed) {
    const story = round < 0 ? "all rounds" : storyOf(seed, round).name;
    const head = `seed ${seed}, round ${round}, engine ${engine}: ${story}\n${texts.map((text) => `! ${text}\n`).join("")}`;
    writeFileSync(join(directory, `round-${round}.txt`), `${head}\n${world.record.timeline(round, start)}\n`);
  }
  for (const [index, { output }] of world.apps.entries())
    writeFileSync(join(directory, `app-${index}.log`), output);
}

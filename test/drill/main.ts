import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BatchOptions } from "./batch.js";
import type { EngineName } from "./engines.js";
import { playApart } from "./play-apart.js";
import { playWithout } from "./without.js";
import { storyOf } from "./stories/all.js";

/**
 * `--seed N --rounds R [--engine local|argo] [--batch B] [--jobs J] [--round N] [--patience MINUTES]`: exit code 1 when
 * anything was not true in the end, which comes when that much time has gone by on the drill's clock after the storm. `J`
 * batches of `B` rounds go on at one time, each with an App and a clock of its own; they mostly wait.
 * `--without SAFEGUARD` takes one out of a copy of the compiled sources: exit code 1 when the drill does not notice.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "50" },
    engine: { type: "string" },
    batch: { type: "string", default: "25" },
    jobs: { type: "string", default: "1" },
    round: { type: "string" },
    patience: { type: "string", default: "180" },
    without: { type: "string" },
  },
});
if (values.without === undefined) await drill();
else {
  const { without, ...rest } = values;
  const given = Object.entries(rest).flatMap(([name, value]) => [`--${name}`, value]);
  const failed = playWithout(without, given);
  process.stdout.write(`without ${without}: the drill ${failed ? "fails, as it must" : "does NOT fail"}\n`);
  process.exitCode = failed ? 0 : 1;
}

async function drill(): Promise<void> {
  const seed = Number(values.seed);
  const size = Number(values.batch);
  const engines: EngineName[] =
    values.engine === "local" || values.engine === "argo" ? [values.engine] : ["local", "argo"];
  const all = Array.from({ length: Number(values.rounds) }, (_, index) => index);
  const rounds = values.round === undefined ? all : [Number(values.round)];
  const root = mkdtempSync(join(tmpdir(), "sluice-drill-"));
  const began = process.hrtime.bigint();
  const say = (text: string) => process.stdout.write(`${text}\n`);

  for (const engine of engines) {
    let [kills, faults, failures] = [0, 0, 0];
    const start = process.hrtime.bigint();
    const batches = Array.from({ length: Math.ceil(rounds.length / size) }, (_, index): BatchOptions => {
      const part = rounds.slice(index * size, (index + 1) * size);
      return {
        engine,
        seed,
        batch: Math.floor((part[0] ?? 0) / size),
        rounds: part,
        directory: join(root, `${engine}-${index}`),
        patienceMs: Number(values.patience) * 60_000,
      };
    });
    await inParallel(batches, Number(values.jobs), async (batch) => {
      const result = await playApart(batch);
      kills += result.kills;
      faults += result.faults;
      failures += result.failed.size;
      for (const [round, texts] of result.failed) {
        say(
          `seed ${seed}, round ${round}, engine ${engine}${round < 0 ? "" : `: ${storyOf(seed, round).name}`}`,
        );
        for (const text of texts) say(`  ${text}`);
        say(`  timeline: ${join(batch.directory, `round-${round}.txt`)}`);
      }
    });
    if (failures > 0) process.exitCode = 1;
    const seconds = secondsSince(start);
    say(
      `${engine}: ${rounds.length} rounds of seed ${seed}, ${failures} failed; ${faults} faults, ${kills} kills, ${seconds} s`,
    );
  }
  if (engines.length > 1) say(`in all ${secondsSince(began)} s`);
}

async function inParallel<T>(items: readonly T[], jobs: number, act: (item: T) => Promise<void>) {
  const left = [...items];
  const work = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
}

/** By a clock that nobody puts forward. */
function secondsSince(moment: bigint): string {
  return (Number(process.hrtime.bigint() - moment) / 1e9).toFixed(0);
}

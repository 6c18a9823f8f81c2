import { corpusFolder, readCorpus, type Case } from "./cases.js";
import { differences } from "./judge.js";
import { play } from "./play.js";

interface Verdict {
  item: Case;
  found: string[];
  seconds: number;
}

async function judged(manifests: string, item: Case): Promise<Verdict> {
  const begin = Date.now();
  const found = await play(manifests, item).then(
    (played) => differences(item, played),
    (error: unknown) => [String(error)],
  );
  return { item, found, seconds: (Date.now() - begin) / 1000 };
}

/** Most of the long cases sleep: they begin first, and run beside each other. */
async function main(only: readonly string[]): Promise<number> {
  const folder = corpusFolder();
  if (!folder) {
    process.stderr.write("no corpus: set SLUICE_CORPUS to the folder of cases.yaml\n");
    return 2;
  }
  const { manifests, cases } = readCorpus(folder);
  const chosen = cases.filter(({ path }) => only.length === 0 || only.some((part) => path.includes(part)));
  const queue = chosen.toSorted((a, b) => (b.slowSeconds ?? 0) - (a.slowSeconds ?? 0));
  const verdicts: Verdict[] = [];
  const worker = async () => {
    for (let item = queue.shift(); item; item = queue.shift()) verdicts.push(await judged(manifests, item));
  };
  await Promise.all(Array.from({ length: Number(process.env["SLUICE_CORPUS_WIDTH"] ?? 12) }, worker));
  for (const { item, found, seconds } of verdicts.toSorted((a, b) => (a.item.path < b.item.path ? -1 : 1))) {
    process.stdout.write(
      `${found.length === 0 ? "held  " : "DIFFERS"} ${seconds.toFixed(1).padStart(6)}s ${item.path}\n`,
    );
    for (const line of found) process.stdout.write(`          ${line.replaceAll("\n", "\n          ")}\n`);
  }
  const held = verdicts.filter(({ found }) => found.length === 0).length;
  process.stdout.write(`${held} of ${chosen.length} cases end as Argo ends them\n`);
  return held === chosen.length ? 0 : 1;
}

// Each of the runs listens for interrupts.
process.setMaxListeners(0);
process.exitCode = await main(process.argv.slice(2));

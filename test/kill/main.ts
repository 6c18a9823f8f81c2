import { isDeepStrictEqual } from "node:util";
import { randomOf, runWithKills, treeText } from "./rounds.js";

/** `main.js KILLS SEED`: kills the engine so often in all, and compares each run with one that was not killed. */
const wanted = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 1);
const random = randomOf(seed);
const expected = treeText((await runWithKills(random, 0)).workflow);
let kills = 0;
let runs = 0;
while (kills < wanted && process.exitCode !== 1) {
  const { workflow, killed } = await runWithKills(random, Math.min(10, wanted - kills));
  kills += killed;
  runs += 1;
  const found = treeText(workflow);
  if (isDeepStrictEqual(found, expected)) continue;
  process.exitCode = 1;
  process.stdout.write(`seed ${seed}, run ${runs}: the tree differs\n`);
  for (const line of found) if (!expected.includes(line)) process.stdout.write(`+ ${line}\n`);
  for (const line of expected) if (!found.includes(line)) process.stdout.write(`- ${line}\n`);
}
process.stdout.write(
  `${kills} kills in ${runs} runs, seed ${seed}: ${process.exitCode === 1 ? "differs" : "as without kills"}\n`,
);

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { randomOf, runWithKills, treeText } from "./rounds.js";

const root = join(import.meta.dirname, "../..");
const KILLS = 20;
const SEED = 7;

beforeAll(() => {
  execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.tools.json"], { cwd: root });
});

it(`ends a run that was killed ${KILLS} times at random moments as one that was not`, async () => {
  const random = randomOf(SEED);
  const undisturbed = await runWithKills(random, 0);
  expect(undisturbed.workflow.status?.phase).toBe("Succeeded");
  const expected = treeText(undisturbed.workflow);
  for (let kills = 0; kills < KILLS;) {
    const { workflow, killed } = await runWithKills(random, KILLS - kills);
    kills += Math.max(1, killed);
    expect(treeText(workflow)).toEqual(expected);
  }
}, 240_000);

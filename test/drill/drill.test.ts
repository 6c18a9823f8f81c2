import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
/** Its own folder: another test may be compiling the same sources. */
const compiled = "build-drill";

beforeAll(() => {
  const tsc = join(root, "node_modules/.bin/tsc");
  execFileSync(tsc, ["-p", "tsconfig.tools.json", "--outDir", compiled], { cwd: root });
});

/** What the drill printed; rejects, with that, when its exit code is not 0. */
async function drill(...args: string[]): Promise<string> {
  const directory = join(root, compiled, "test/drill");
  const given = ["--import", join(directory, "clock.js"), join(directory, "main.js"), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, given, { cwd: root });
  return stdout;
}

/** A machine that has much else to do is no fault. */
const longestMs = 20 * 60_000;
/** Each story has its turn; the engines have their rounds side by side, for they mostly wait. */
const rounds = 25;

describe.concurrent("the fault drill", () => {
  it.each(["local", "argo"])(
    `finds nothing untrue after ${rounds} rounds with the engine %s`,
    async (engine) => {
      const printed = await drill("--seed", "1", "--rounds", `${rounds}`, "--engine", engine);
      expect(printed).toMatch(new RegExp(`^${engine}: ${rounds} rounds of seed 1, 0 failed`, "m"));
    },
    longestMs,
  );
});

/** That the drill notices what is missing takes minutes, and changes only with the drill itself. */
const isAsked = process.env["SLUICE_DRILL"] !== undefined;
if (!isAsked) console.log("left out: the drill without each safeguard; SLUICE_DRILL=1 runs it");

/** For each safeguard a seed and a round that miss it: found for the stories as they are, in the order that they have. */
describe.skipIf(!isAsked).concurrent("the fault drill on an App without a safeguard", () => {
  it.each([
    ["name", 1, 7],
    ["adoption", 245, 7],
    ["late", 3074, 8],
    ["reread", 2, 20],
    ["sweep", 1395, 5],
    ["recovery", 30, 6],
    ["heads", 2, 1],
    ["reply", 86, 0],
  ])(
    "finds what is untrue without %s",
    async (safeguard, seed, round) => {
      const one = ["--seed", `${seed}`, "--round", `${round}`, "--engine", "local", "--patience", "15"];
      expect(await drill(...one)).toContain(`1 rounds of seed ${seed}, 0 failed`);
      expect(await drill("--without", safeguard, ...one)).toContain("the drill fails, as it must");
    },
    longestMs,
  );
});

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { startRounds } from "./rounds.js";

describe("rounds", () => {
  it("never overlap, go on after an error, and end when they are stopped", async () => {
    const errors: unknown[] = [];
    let parallel = 0;
    let most = 0;
    let count = 0;
    const work = async () => {
      most = Math.max(most, (parallel += 1));
      count += 1;
      await sleep(20);
      parallel -= 1;
      if (count === 1) throw new Error("once");
    };
    const rounds = startRounds(work, 5, (error) => errors.push(error));
    while (count < 3) await sleep(5);
    await rounds.stop();
    const ended = count;
    expect({ most, parallel, errors: errors.length }).toEqual({ most: 1, parallel: 0, errors: 1 });
    await sleep(30);
    expect(count).toBe(ended);
  });
});

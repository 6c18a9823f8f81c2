import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openTurns } from "./in-turn.js";

it("works on one key at a time, in the order asked, and on several keys at once", async () => {
  const seen: string[] = [];
  let last = 0;
  const inTurn = openTurns();
  const work = (key: string) =>
    inTurn(key, async () => {
      const name = `${key}${(last += 1)}`;
      seen.push(`+${name}`);
      await sleep(5);
      seen.push(`-${name}`);
      if (name === "a1") throw new Error("no");
      return name;
    });
  const [first, second, other] = await Promise.allSettled([work("a"), work("a"), work("b")]);
  expect([first.status, second, other]).toMatchObject(["rejected", { value: "a3" }, { value: "b2" }]);
  expect(seen.slice(0, 2)).toEqual(["+a1", "+b2"]);
  expect(seen.indexOf("-a1")).toBeLessThan(seen.indexOf("+a3"));
  expect(await work("a")).toBe("a4");
});

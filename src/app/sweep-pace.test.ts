import { describe, expect, it } from "vitest";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { lookEvery, openSweepPace } from "./sweep-pace.js";

const gate = makeNode("gate", {
  type: "Suspend",
  phase: "Running",
  templateName: "wait",
  startedAt: at("00:00"),
});
const waitingOf = (installationId: number) =>
  makeRun({ phase: "Running" }, [gate], { facts: { installationId } });
const running = makeRun({ phase: "Running" }, [makeNode("step", { phase: "Running" })]);
const minute = 60_000;

describe("the pace of sweeps", () => {
  it("looks at gates no more than so often in all, however many wait", () => {
    const looks = (waiting: number) => (waiting * 60 * minute) / lookEvery(waiting);
    for (const waiting of [1, 7, 100, 10_000]) expect(looks(waiting)).toBeLessThanOrEqual(160);
    expect(lookEvery(1)).toBeLessThan(2 * minute);
    expect(lookEvery(40)).toBe(15 * minute);
  });

  it("leaves waiting runs of a busy installation for later, and looks at all others at each sweep", () => {
    let now = 0;
    const pace = openSweepPace(() => now);
    for (let n = 0; n < 40; n++) pace.settled(`busy/${n}`, waitingOf(1));
    pace.settled("quiet/0", waitingOf(2));
    pace.settled("busy/running", running);
    now = 2 * minute;
    const keys = ["busy/0", "quiet/0", "busy/running", "never/seen"];
    expect(keys.map((key) => pace.isDue(key))).toEqual([false, true, true, true]);
    now = 15 * minute;
    expect(pace.isDue("busy/0")).toBe(true);
  });

  it("begins anew with each look, and forgets runs that go on or are gone", () => {
    let now = 0;
    const pace = openSweepPace(() => now);
    for (let n = 0; n < 40; n++) pace.settled(`busy/${n}`, waitingOf(1));
    now = 14 * minute;
    pace.settled("busy/0", waitingOf(1));
    for (let n = 2; n < 40; n++) pace.settled(`busy/${n}`, n % 2 === 0 ? running : undefined);
    expect(pace.isDue("busy/0")).toBe(false);
    expect(pace.isDue("busy/1")).toBe(true);
    now = 15 * minute;
    expect(pace.isDue("busy/0")).toBe(true);
  });

  it("looks at everything when the clock was set back", () => {
    let now = 60 * minute;
    const pace = openSweepPace(() => now);
    for (let n = 0; n < 40; n++) pace.settled(`busy/${n}`, waitingOf(1));
    now = 0;
    expect(pace.isDue("busy/0")).toBe(true);
  });
});

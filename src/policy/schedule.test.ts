import { describe, expect, it } from "vitest";
import { newestDue, scheduleFault } from "./schedule.js";

const at = (text: string) => Date.parse(`2026-03-${text}Z`);

describe("a schedule", () => {
  it.each([
    ["every minute, the newest only", { cron: "* * * * *" }, "02T10:00:30", "02T10:05:10", "02T10:05:00"],
    ["not yet due", { cron: "0 4 * * 1-5" }, "02T03:00:00", "02T03:59:59", undefined],
    ["due at the very end", { cron: "0 4 * * 1-5" }, "02T03:59:00", "02T04:00:00", "02T04:00:00"],
    ["already seen", { cron: "0 4 * * 1-5" }, "02T04:00:00", "02T05:00:00", undefined],
    ["a weekend", { cron: "0 4 * * 1-5" }, "07T00:00:00", "08T23:00:00", undefined],
    [
      "another time zone",
      { cron: "0 4 * * *", timezone: "Europe/Berlin" },
      "02T00:00:00",
      "02T12:00:00",
      "02T03:00:00",
    ],
    ["a word", { cron: "@daily" }, "02T23:00:00", "03T01:00:00", "03T00:00:00"],
  ])("%s", (_what, schedule, after, until, due) => {
    expect(newestDue(schedule, at(after), at(until))).toBe(due === undefined ? undefined : at(due));
  });
  it.each([{ cron: "61 * * * *" }, { cron: "often" }, { cron: "* * * * * *" }, { cron: "@every 5m" }])(
    "%j cannot be followed",
    (schedule) => {
      expect(scheduleFault(schedule)).toMatch(/^(?!CronPattern)\w/);
    },
  );
  it("that is never due cannot be followed", () => {
    expect(scheduleFault({ cron: "0 0 31 2 *" })).toBe("it is never due");
    expect(scheduleFault({ cron: "0 0 29 2 *" })).toBeUndefined();
  });
  it("is followed in UTC where no time zone is named", () => {
    expect(newestDue({ cron: "0 4 * * *" }, at("02T03:00:00"), at("02T05:00:00"))).toBe(at("02T04:00:00"));
    expect(newestDue({ cron: "0 0 31 2 *" }, at("02T03:00:00"), at("02T05:00:00"))).toBeUndefined();
  });
  it("needs a time zone that exists", () => {
    expect(scheduleFault({ cron: "0 4 * * *", timezone: "Mars/Olympus" })).toMatch(/\w/);
    expect(scheduleFault({ cron: "0 4 * * *", timezone: "Europe/Berlin" })).toBeUndefined();
  });
});

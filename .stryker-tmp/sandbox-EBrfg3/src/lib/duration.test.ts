import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.js";

describe("durations", () => {
  it.each([
    [Number.NaN, "0s"],
    [-5, "0s"],
    [850, "0s"],
    [12_999, "12s"],
    [60_000, "1m"],
    [72_000, "1m 12s"],
    [7_500_000, "2h 5m"],
    [7_205_000, "2h"],
    [273_600_000, "3d 4h"],
  ])("shows %d ms as %s", (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["250ms", 250],
    ["10", 10_000],
    [2, 2000],
    ["1x", undefined],
    ["", undefined],
  ])("reads %s as %s", (text, ms) => expect(parseDuration(text)).toBe(ms));
});

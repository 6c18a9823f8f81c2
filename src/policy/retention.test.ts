import { describe, expect, it } from "vitest";
import { prunable } from "./retention.js";

const now = Date.parse("2026-06-01T00:00:00Z");
const told = (...days: number[]) => days.map((age) => ({ age, toldAt: now - age * 86_400_000 }));
const gone = (ages: number[], limits = {}) => prunable(told(...ages), limits, now).map(({ age }) => age);

describe("which finished runs may go", () => {
  it("are those over the days that are kept", () => {
    expect(gone([1, 29, 30, 30.1, 400])).toEqual([30.1, 400]);
    expect(gone([5, 9, 11], { keptDays: 10 })).toEqual([11]);
  });
  it("are those beyond the newest, in whatever order they are listed", () => {
    expect(gone([20, 5, 10, 15], { keptRuns: 2 })).toEqual([15, 20]);
    const many = Array.from({ length: 510 }, (_, index) => 5 + index / 100);
    expect(gone(many)).toHaveLength(10);
  });
  it("are never those whose event GitHub may deliver again, which would start them anew", () => {
    expect(gone([0, 1, 2, 3, 3.9, 4], { keptRuns: 1, keptDays: 4 })).toEqual([]);
    expect(gone([0, 4.1], { keptRuns: 1 })).toEqual([4.1]);
  });
});

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openPatience } from "./patience.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is over when its time has passed, and is asked for then", () => {
  const asked: string[] = [];
  const patience = openPatience(1000, (key) => asked.push(key));
  expect([patience.isOver("a"), patience.isOver("a")]).toEqual([false, false]);
  vi.advanceTimersByTime(999);
  patience.begin("b");
  expect([patience.isOver("a"), asked]).toEqual([false, []]);
  vi.advanceTimersByTime(1);
  expect([patience.isOver("a"), patience.isOver("a"), asked]).toEqual([true, true, ["a"]]);
  patience.begin("a");
  expect(patience.isOver("a")).toBe(false);
  vi.advanceTimersByTime(999);
  expect([patience.isOver("b"), asked]).toEqual([true, ["a", "b"]]);
  patience.forget("a");
  patience.forget("b");
  expect(patience.isOver("b")).toBe(false);
  patience.close();
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual(["a", "b"]);
});

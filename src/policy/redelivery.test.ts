import { describe, expect, it } from "vitest";
import {
  attemptsToRepeat,
  oldestWithoutEffect,
  redeliveryWindowMs,
  type DeliveryAttempt,
} from "./redelivery.js";

const now = Date.parse("2030-01-10T12:00:00Z");
const minute = 60_000;

function attempt(id: number, guid: string, ago: number, statusCode: number): DeliveryAttempt {
  return { id, guid, deliveredAt: new Date(now - ago).toISOString(), statusCode };
}
const ids = (attempts: DeliveryAttempt[]) => attemptsToRepeat(attempts, now).map(({ id }) => id);

describe("deliveries to ask for again", () => {
  it("are those that nobody answered or that had no effect, oldest first", () => {
    expect(
      ids([
        attempt(1, "a", 2 * minute, 0),
        attempt(2, "b", 3 * minute, 503),
        attempt(3, "c", 2 * minute, 202),
      ]),
    ).toEqual([2, 1]);
  });
  it("are none of which any attempt went through, whichever came first", () => {
    expect(ids([attempt(1, "a", 9 * minute, 500), attempt(2, "a", 5 * minute, 202)])).toEqual([]);
    expect(ids([attempt(1, "a", 9 * minute, 202), attempt(2, "a", 5 * minute, 500)])).toEqual([]);
  });
  it("are the newest attempt of an event, after a wait that doubles", () => {
    const tries = [attempt(1, "a", 60 * minute, 500), attempt(2, "a", 50 * minute, 500)];
    expect(ids([...tries, attempt(3, "a", 3 * minute, 500)])).toEqual([]);
    expect(ids([...tries, attempt(3, "a", 5 * minute, 500)])).toEqual([3]);
    expect(ids([attempt(1, "a", minute / 2, 0)])).toEqual([]);
  });
  it("are no refusals over and over, and nothing that GitHub has forgotten", () => {
    const refused = [1, 2, 3].map((id) => attempt(id, "a", id * 100 * minute, 400));
    expect(ids(refused)).toEqual([]);
    expect(ids(refused.slice(1))).toEqual([2]);
    expect(ids([attempt(1, "a", redeliveryWindowMs + 1, 0)])).toEqual([]);
    expect(ids([{ ...attempt(1, "a", 0, 0), deliveredAt: "soon" }])).toEqual([]);
  });
  it("keep in view what had no effect yet", () => {
    const attempts = [
      attempt(1, "a", 9 * minute, 202),
      attempt(2, "b", 7 * minute, 500),
      attempt(3, "b", minute, 0),
    ];
    expect(oldestWithoutEffect(attempts)).toBe(now - 7 * minute);
    expect(oldestWithoutEffect(attempts.slice(0, 1))).toBe(Infinity);
  });
  it("are not too many at a time", () => {
    const many = Array.from({ length: 300 }, (_, index) => attempt(index, `g${index}`, 5 * minute, 0));
    expect(ids(many)).toHaveLength(50);
  });
});

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
  it("are due at the whole wait, which grows to an hour at most", () => {
    const after = (tries: number, ago: number) =>
      ids(
        Array.from({ length: tries }, (_, index) =>
          attempt(tries - index, "a", ago + index * 60 * minute, 500),
        ),
      );
    expect(after(1, minute - 1)).toEqual([]);
    expect(after(1, minute)).toEqual([1]);
    expect(after(2, 2 * minute - 1)).toEqual([]);
    expect(after(2, 2 * minute)).toEqual([2]);
    expect(after(6, 32 * minute - 1)).toEqual([]);
    expect(after(6, 32 * minute)).toEqual([6]);
    expect(after(9, 60 * minute - 1)).toEqual([]);
    expect(after(9, 60 * minute)).toEqual([9]);
  });
  it("are asked for until GitHub forgets them, and not before they were made", () => {
    expect(ids([attempt(1, "a", redeliveryWindowMs - 1, 0)])).toEqual([1]);
    expect(ids([attempt(1, "a", redeliveryWindowMs, 0)])).toEqual([]);
    expect(ids([attempt(1, "a", -5 * minute, 0)])).toEqual([]);
    expect(redeliveryWindowMs).toBe(3 * 24 * 3600 * 1000);
  });
  it("count as refused with any 4xx, and as done with any 2xx", () => {
    const thrice = (status: number) =>
      ids([1, 2, 3].map((id) => attempt(id, "a", id * 100 * minute, status)));
    for (const status of [400, 404, 499]) expect(thrice(status)).toEqual([]);
    for (const status of [0, 302, 399, 500]) expect(thrice(status)).toEqual([1]);
    for (const status of [200, 204, 299]) expect(ids([attempt(1, "a", 5 * minute, status)])).toEqual([]);
    for (const status of [199, 300]) expect(ids([attempt(1, "a", 5 * minute, status)])).toEqual([1]);
  });
  it("are the newest, in whatever order GitHub lists the attempts", () => {
    const tries = [
      attempt(3, "a", 50 * minute, 500),
      attempt(5, "a", 5 * minute, 500),
      attempt(4, "a", 9 * minute, 500),
    ];
    expect(ids(tries)).toEqual([5]);
    expect(ids(tries.toReversed())).toEqual([5]);
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
    const aged = Array.from({ length: 60 }, (_, index) =>
      attempt(index, `g${index}`, (5 + index) * minute, 0),
    );
    expect(ids(aged)).toEqual(
      aged
        .slice(10)
        .map(({ id }) => id)
        .toReversed(),
    );
  });
});

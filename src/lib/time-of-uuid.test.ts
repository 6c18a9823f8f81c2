import { expect, it } from "vitest";
import { timeOfUuid, uuidOfTime } from "./time-of-uuid.js";

it.each([
  // RFC 9562, appendix A.1.
  ["C232AB00-9414-11EC-B3C8-9F6BDECED846", "2022-02-22T19:22:22.000Z"],
  // The delivery of GitHub's documentation, "Webhook events and payloads".
  ["72d3162e-cc78-11e3-81ab-4c9367dc0958", "2014-04-25T12:52:24.000Z"],
])("%s was made at %s", (uuid, time) => {
  expect(new Date(Math.floor((timeOfUuid(uuid) ?? 0) / 1000) * 1000).toISOString()).toBe(time);
});

it.each([
  ["a random one", "919108f7-52d1-4320-9bac-f847db4148a8"],
  ["one of another variant", "c232ab00-9414-11ec-03c8-9f6bdeced846"],
  ["one with more around it", "xc232ab00-9414-11ec-b3c8-9f6bdeced846"],
  ["no UUID", "1"],
  ["nothing", ""],
])("tells no time of %s", (_what, text) => {
  expect(timeOfUuid(text)).toBeUndefined();
});

it("makes one of a time, which tells it", () => {
  const time = Date.parse("2026-03-04T05:06:07.089Z");
  expect(timeOfUuid(uuidOfTime(time))).toBe(time);
  expect(uuidOfTime(time)).not.toBe(uuidOfTime(time));
});

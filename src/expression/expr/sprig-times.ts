import type { Arguments, NativeFunction } from "./arguments.js";
import { GoDuration, parseGoDuration } from "./go-duration.js";
import { GoTime, parseGoTime, zoneNamed } from "./go-time.js";
import { toInt } from "./sprig-numbers.js";

const dateInZone: NativeFunction = (args) => inZone(args, timeOf(args, 1), args.text(2)).format(args.text(0));
const dateModify: NativeFunction = (args) => {
  const time = timeOf(args, 1);
  return new GoTime(time.at + parseGoDuration(args.text(0)).milliseconds, time.zone);
};
const toDate: NativeFunction = (args) => parseGoTime(args.text(1), args.text(0));

export const SPRIG_TIMES: Record<string, NativeFunction> = {
  now: (args) => new GoTime(args.now),
  date: (args) => timeOf(args, 1).format(args.text(0)),
  dateInZone,
  date_in_zone: dateInZone,
  dateModify,
  date_modify: dateModify,
  mustDateModify: dateModify,
  must_date_modify: dateModify,
  toDate,
  mustToDate: toDate,
  htmlDate: (args) => timeOf(args, 0).format("2006-01-02"),
  htmlDateInZone: (args) => inZone(args, timeOf(args, 0), args.text(1)).format("2006-01-02"),
  ago: (args) => roundedToSeconds(args.now - timeOf(args, 0).at).toString(),
  duration: (args) => new GoDuration(toInt(args.any(0)) * 1000).toString(),
  durationRound: (args) => largestUnit(millisecondsOf(args, 0)),
  unixEpoch: (args) => String(Math.floor(timeOf(args, 0).at / 1000)),
};

/** A time, or seconds since the epoch; sprig takes the present for anything else, a text too. */
function timeOf(args: Arguments, index: number): GoTime {
  const value = args.any(index);
  if (value instanceof GoTime) return value;
  return new GoTime(typeof value === "number" ? value * 1000 : args.now);
}

function inZone(_: Arguments, time: GoTime, zone: string): GoTime {
  try {
    return new GoTime(time.at, zoneNamed(zone));
  } catch {
    return new GoTime(time.at);
  }
}

function roundedToSeconds(milliseconds: number): GoDuration {
  return new GoDuration(Math.round(milliseconds / 1000) * 1000);
}

function millisecondsOf(args: Arguments, index: number): number {
  const value = args.any(index);
  if (typeof value === "string") {
    try {
      return parseGoDuration(value).milliseconds;
    } catch {
      return 0;
    }
  }
  if (value instanceof GoTime) return args.now - value.at;
  return typeof value === "number" ? value / 1e6 : 0;
}

const LARGE: readonly (readonly [number, string])[] = [
  [365 * 86_400_000, "y"],
  [30 * 86_400_000, "mo"],
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1000, "s"],
];

function largestUnit(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  const [length = 1, unit = ""] = LARGE.find(([each]) => size > each) ?? [];
  return unit === "" ? "0s" : `${Math.floor(size / length)}${unit}`;
}

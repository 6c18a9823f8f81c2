import { ExpressionError } from "../expression-error.js";
import { GoDuration } from "./go-duration.js";
import { formatLayout, parseLayout, type Wall } from "./go-layout.js";
import { GoValue } from "./values.js";

const RFC3339 = "2006-01-02T15:04:05Z07:00";
/** What `date` tries in turn for a text. */
const LAYOUTS = [
  "2006-01-02",
  "15:04:05",
  "2006-01-02 15:04:05",
  RFC3339,
  "02 Jan 06 15:04 MST",
  "Monday, 02-Jan-06 15:04:05 MST",
  "Mon, 02 Jan 2006 15:04:05 MST",
];

/** A time zone, as `timezone` gives it. */
export class GoZone extends GoValue {
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  override toString(): string {
    return this.name;
  }

  toJSON(): object {
    return {};
  }
}

/** A zone by its IANA name; throws for one that is not known. */
export function zoneNamed(name: string): GoZone {
  if (name === "" || name === "UTC" || name === "Local") return new GoZone("UTC");
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return new GoZone(name);
  } catch (error) {
    throw new ExpressionError(`unknown time zone ${name}`, { cause: error });
  }
}

/** Go's time.Time. */
export class GoTime extends GoValue {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly zone: GoZone;

  constructor(at: number, zone = new GoZone("UTC")) {
    super();
    if (Math.abs(at) > 8.64e15) throw new ExpressionError("time is out of range");
    this.at = at;
    this.zone = zone;
  }

  format(layout: string): string {
    return formatLayout(layout, this.wall());
  }

  /** What a clock on the wall shows there. */
  wall(): Wall {
    const offset = offsetOf(this.at, this.zone.name);
    return { at: this.at + offset, offset, zone: abbreviationOf(this.at, this.zone.name) };
  }

  override toString(): string {
    return this.format("2006-01-02 15:04:05.999999999 -0700 MST");
  }

  toJSON(): string {
    return this.format("2006-01-02T15:04:05.999999999Z07:00");
  }
}

function offsetOf(at: number, zone: string): number {
  if (zone === "UTC") return 0;
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const name = parts.formatToParts(new Date(at)).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours, minutes = "0"] = /GMT([+-])(\d\d):?(\d\d)?/.exec(name) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes)) * 60_000;
}

function abbreviationOf(at: number, zone: string): string {
  if (zone === "UTC") return "UTC";
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" });
  return parts.formatToParts(new Date(at)).find(({ type }) => type === "timeZoneName")?.value ?? zone;
}

/** Reads a time by a layout of Go, or by those that are common; a zone counts where the text has none. */
export function parseGoTime(text: string, layout?: string, zone = new GoZone("UTC")): GoTime {
  for (const each of layout === undefined ? LAYOUTS : [layout]) {
    const wall = parseLayout(each, text);
    if (wall === undefined) continue;
    if (wall.hasZone) return new GoTime(wall.at - wall.offset, zone);
    return new GoTime(wall.at - offsetOf(wall.at - offsetOf(wall.at, zone.name), zone.name), zone);
  }
  if (layout === undefined) throw new ExpressionError(`invalid date ${text.slice(0, 100)}`);
  throw new ExpressionError(
    `parsing time "${text.slice(0, 100)}" as "${layout.slice(0, 100)}": cannot parse`,
  );
}

type Method = (time: GoTime, args: readonly unknown[]) => unknown;

/** The methods of a time, by their names in Go. */
export const TIME_METHODS: Readonly<Record<string, Method>> = {
  Year: (time) => field(time, "getUTCFullYear"),
  Month: (time) => field(time, "getUTCMonth") + 1,
  Day: (time) => field(time, "getUTCDate"),
  Hour: (time) => field(time, "getUTCHours"),
  Minute: (time) => field(time, "getUTCMinutes"),
  Second: (time) => field(time, "getUTCSeconds"),
  Nanosecond: (time) => field(time, "getUTCMilliseconds") * 1e6,
  Weekday: (time) => field(time, "getUTCDay"),
  YearDay: (time) => Number(time.format("002")),
  Unix: ({ at }) => Math.floor(at / 1000),
  UnixMilli: ({ at }) => at,
  UnixMicro: ({ at }) => at * 1e3,
  UnixNano: ({ at }) => at * 1e6,
  Format: (time, [layout]) => time.format(text(layout)),
  String: String,
  UTC: ({ at }) => new GoTime(at),
  Local: ({ at }) => new GoTime(at),
  In: ({ at }, [zone]) => new GoTime(at, zone instanceof GoZone ? zone : refuse(zone)),
  Add: ({ at, zone }, [by]) => new GoTime(at + duration(by), zone),
  Sub: ({ at }, [other]) => new GoDuration(at - moment(other)),
  AddDate: (time, [years, months, days]) => addDate(time, number(years), number(months), number(days)),
  Before: ({ at }, [other]) => at < moment(other),
  After: ({ at }, [other]) => at > moment(other),
  Equal: ({ at }, [other]) => at === moment(other),
  IsZero: ({ at }) => at === Date.UTC(1, 0, 1),
  Truncate: ({ at, zone }, [by]) => new GoTime(at - (at % duration(by)), zone),
};

type Field =
  | "getUTCFullYear"
  | "getUTCMonth"
  | "getUTCDate"
  | "getUTCHours"
  | "getUTCMinutes"
  | "getUTCSeconds"
  | "getUTCMilliseconds"
  | "getUTCDay";

function field(time: GoTime, name: Field): number {
  return new Date(time.wall().at)[name]();
}

function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const { at, offset } = time.wall();
  const moved = new Date(at);
  moved.setUTCFullYear(
    moved.getUTCFullYear() + years,
    moved.getUTCMonth() + months,
    moved.getUTCDate() + days,
  );
  return new GoTime(moved.getTime() - offset, time.zone);
}

function moment(value: unknown): number {
  return value instanceof GoTime ? value.at : refuse(value);
}

function duration(value: unknown): number {
  if (value instanceof GoDuration) return value.milliseconds;
  return typeof value === "number" ? value / 1e6 : refuse(value);
}

function number(value: unknown): number {
  return typeof value === "number" ? value : refuse(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : refuse(value);
}

function refuse(value: unknown): never {
  throw new ExpressionError(`cannot use a value of type ${typeof value} as argument of a method`);
}

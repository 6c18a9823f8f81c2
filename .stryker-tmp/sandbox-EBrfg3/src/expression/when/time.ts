const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:( |T)(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const KITCHEN = /^(\d{1,2}):(\d\d)(AM|PM)$/;
const UNIX =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(\d{1,2}) (\d\d):(\d\d):(\d\d)(?: (?:[A-Z]{3,4}|([+-]\d{4})))? (\d{4})$/;
const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Seconds since the epoch of a quoted text that govaluate takes for a time; undefined for any other. */
export function unixTimeOf(text: string): number | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) return isoTime(iso);
  const kitchen = KITCHEN.exec(text);
  if (kitchen !== null) {
    const hour = Number(kitchen[1]);
    if (hour < 1 || hour > 12) return undefined;
    return seconds(
      [0, 1, 1],
      [(hour % 12) + (kitchen[3] === "PM" ? 12 : 0), Number(kitchen[2]), 0],
      undefined,
    );
  }
  const unix = UNIX.exec(text);
  if (unix === null) return undefined;
  const [, month, day, hour, minute, second, zone, year] = unix;
  const date = [Number(year), MONTHS.indexOf(month ?? "") / 3 + 1, Number(day)];
  return seconds(date, [Number(hour), Number(minute), Number(second)], zone);
}

// With a space the zone has a colon and follows seconds; with `T` there must be one, and `Z` is one.
function isoTime(match: RegExpExecArray): number | undefined {
  const [, year, month, day, separator, hour, minute, second, zone] = match;
  if (
    separator === " " &&
    (minute === undefined || (zone !== undefined && (second === undefined || zone === "Z")))
  ) {
    return undefined;
  }
  if (separator === " " && zone !== undefined && !zone.includes(":")) return undefined;
  if (separator === "T" && zone === undefined) return undefined;
  if (separator === "T" && zone?.includes(":") === true && second === undefined) return undefined;
  const date = [Number(year), Number(month), Number(day)];
  return seconds(date, [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)], zone);
}

function seconds(date: number[], time: number[], zone: string | undefined): number | undefined {
  const [year = 0, month = 0, day = 0] = date;
  const [hour = 0, minute = 0, second = 0] = time;
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return at.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset(zone);
}

function offset(zone: string | undefined): number {
  const match = /^([+-])(\d\d):?(\d\d)$/.exec(zone ?? "");
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3]) * 60);
}

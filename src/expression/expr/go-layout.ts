const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const FIELD =
  /2006|January|Jan|Monday|Mon|MST|Z07:00|Z0700|-07:00|-0700|-07|__2|002|15|06|01|02|03|04|05|_2|PM|pm|1|2|3|4|5|[.,](?:0+|9+)(?!\d)/g;

/** A time as a clock on the wall shows it: `at` is milliseconds since the epoch as if the clock was in UTC. */
export interface Wall {
  at: number;
  /** Of the zone, in milliseconds. */
  offset: number;
  zone: string;
}

/** Formats by a layout of Go such as `2006-01-02`. */
export function formatLayout(layout: string, wall: Wall): string {
  return layout.replace(FIELD, (field) => formatted(field, wall));
}

function formatted(field: string, { at, offset, zone }: Wall): string {
  const date = new Date(at);
  const hour = date.getUTCHours();
  const clock = String(hour % 12 === 0 ? 12 : hour % 12);
  const month = MONTHS[date.getUTCMonth()] ?? "";
  const day = DAYS[date.getUTCDay()] ?? "";
  const dayOfMonth = String(date.getUTCDate());
  const fields: Record<string, string> = {
    "2006": String(date.getUTCFullYear()).padStart(4, "0"),
    "06": two(date.getUTCFullYear() % 100),
    January: month,
    Jan: month.slice(0, 3),
    "01": two(date.getUTCMonth() + 1),
    "1": String(date.getUTCMonth() + 1),
    Monday: day,
    Mon: day.slice(0, 3),
    "002": String(dayOfYear(date)).padStart(3, "0"),
    __2: String(dayOfYear(date)).padStart(3, " "),
    "02": two(dayOfMonth),
    "2": dayOfMonth,
    _2: dayOfMonth.padStart(2, " "),
    "15": two(hour),
    "03": two(clock),
    "3": clock,
    "04": two(date.getUTCMinutes()),
    "4": String(date.getUTCMinutes()),
    "05": two(date.getUTCSeconds()),
    "5": String(date.getUTCSeconds()),
    PM: hour < 12 ? "AM" : "PM",
    pm: hour < 12 ? "am" : "pm",
    MST: zone,
    "Z07:00": offset === 0 ? "Z" : offsetText(offset, ":"),
    Z0700: offset === 0 ? "Z" : offsetText(offset, ""),
    "-07:00": offsetText(offset, ":"),
    "-0700": offsetText(offset, ""),
    "-07": offsetText(offset, "").slice(0, 3),
  };
  return fields[field] ?? fraction(field, date.getUTCMilliseconds());
}

function two(value: number | string): string {
  return String(value).padStart(2, "0");
}

/** Zeros in the layout keep their places, nines drop those that are zero. */
function fraction(field: string, milliseconds: number): string {
  const digits = String(milliseconds)
    .padStart(3, "0")
    .padEnd(9, "0")
    .slice(0, field.length - 1);
  const kept = field.includes("9") ? digits.replace(/0+$/, "") : digits;
  return kept === "" ? "" : field.charAt(0) + kept;
}

function offsetText(offset: number, separator: string): string {
  const minutes = Math.abs(offset) / 60_000;
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

const PATTERNS: Readonly<Record<string, string>> = {
  "2006": "(\\d{4})",
  "06": "(\\d{2})",
  January: `(${MONTHS.join("|")})`,
  Jan: `(${MONTHS.map((name) => name.slice(0, 3)).join("|")})`,
  Monday: `(${DAYS.join("|")})`,
  Mon: `(${DAYS.map((name) => name.slice(0, 3)).join("|")})`,
  MST: "([A-Z]{3,4}|[+-]\\d{2})",
  "Z07:00": "(Z|[+-]\\d{2}:\\d{2})",
  Z0700: "(Z|[+-]\\d{4})",
  "-07:00": "([+-]\\d{2}:\\d{2})",
  "-0700": "([+-]\\d{4})",
  "-07": "([+-]\\d{2})",
  PM: "(AM|PM)",
  pm: "(am|pm)",
  _2: " ?(\\d{1,2})",
  "002": "(\\d{3})",
};

/** Reads a text by a layout; undefined when it is not written so. `hasZone` says whether it names its offset. */
export function parseLayout(layout: string, text: string): (Wall & { hasZone: boolean }) | undefined {
  const fields: string[] = [];
  let pattern = "";
  let from = 0;
  for (const { 0: field, index } of layout.matchAll(FIELD)) {
    pattern += escape(layout.slice(from, index)) + patternOf(field);
    fields.push(field);
    from = index + field.length;
    // Seconds may have a fraction that the layout does not name.
    if (/^0?5$/.test(field) && !/^[.,][09]/.test(layout.slice(from))) {
      pattern += "(?:([.,]\\d{1,9}))?";
      fields.push(".0");
    }
  }
  const match = new RegExp(`^${pattern}${escape(layout.slice(from))}$`).exec(text);
  if (!match) return undefined;
  const values = fields.map((field, index): [string, string] => [field, match[index + 1] ?? ""]);
  return wallOf(values);
}

function patternOf(field: string): string {
  if (/^[.,]/.test(field)) return "([.,]\\d{1,9})?";
  return PATTERNS[field] ?? (field.length === 2 ? "(\\d{2})" : "(\\d{1,2})");
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function wallOf(values: [string, string][]): (Wall & { hasZone: boolean }) | undefined {
  const number = (...fields: string[]): number | undefined => {
    const found = values.find(([field]) => fields.includes(field))?.[1];
    return found === undefined || found === "" ? undefined : Number(found);
  };
  const short = number("06");
  const year = number("2006") ?? (short === undefined ? 0 : short + (short >= 69 ? 1900 : 2000));
  const month = number("01", "1") ?? monthIn(values) ?? 1;
  const hour = hourOf(number("15"), number("03", "3"), values);
  const [minute = 0, second = 0] = [number("04", "4"), number("05", "5")];
  const day = number("02", "2", "_2") ?? 1;
  if (month > 12 || hour > 23 || minute > 59 || second > 59 || day < 1) return undefined;
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, millisecondsIn(values)));
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return undefined;
  const zone = values.find(([field]) => /^(Z|-)07/.test(field))?.[1];
  return {
    at: date.getTime(),
    offset: offsetIn(zone ?? ""),
    zone: "",
    hasZone:
      zone !== undefined || values.some(([field, value]) => field === "MST" && /^(UTC|GMT)$/.test(value)),
  };
}

function monthIn(values: [string, string][]): number | undefined {
  const name = values.find(([field]) => field.startsWith("Jan"))?.[1];
  return name === undefined ? undefined : MONTHS.findIndex((month) => month.startsWith(name)) + 1;
}

function hourOf(hour: number | undefined, clock: number | undefined, values: [string, string][]): number {
  if (clock === undefined) return hour ?? 0;
  const half = values.find(([field]) => field === "PM" || field === "pm")?.[1]?.toUpperCase();
  return (clock % 12) + (half === "PM" ? 12 : 0);
}

function millisecondsIn(values: [string, string][]): number {
  const digits = values.find(([field, value]) => /^[.,]/.test(field) && value !== "")?.[1] ?? ".0";
  return Math.floor(Number(`0.${digits.slice(1)}`) * 1000);
}

function offsetIn(zone: string): number {
  const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes)) * 60_000;
}

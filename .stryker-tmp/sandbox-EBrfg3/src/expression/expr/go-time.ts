import { ExpressionError } from "../expression-error.js";

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/;
const FIELD =
  /2006|January|Jan|Monday|Mon|MST|Z07:00|-07:00|-0700|002|15|06|01|02|03|04|05|_2|PM|pm|1|2|3|4|5|\.0+/g;

/** Formats an RFC 3339 time, or date, by a layout of Go such as `2006-01-02`, in UTC. */
export function formatTime(layout: string, time: string): string {
  const at = TIME.test(time) ? new Date(time) : undefined;
  if (at === undefined || Number.isNaN(at.getTime()))
    throw new ExpressionError(`invalid date ${time.slice(0, 100)}`);
  return layout.replace(FIELD, (field) => fieldOf(field, at));
}

function fieldOf(field: string, at: Date): string {
  const hour = at.getUTCHours();
  const clock = String(hour % 12 === 0 ? 12 : hour % 12);
  const month = MONTHS[at.getUTCMonth()] ?? "";
  const day = DAYS[at.getUTCDay()] ?? "";
  const two = (value: number | string): string => String(value).padStart(2, "0");
  const fields: Record<string, string> = {
    "2006": String(at.getUTCFullYear()).padStart(4, "0"),
    "06": two(at.getUTCFullYear() % 100),
    January: month,
    Jan: month.slice(0, 3),
    "01": two(at.getUTCMonth() + 1),
    "1": String(at.getUTCMonth() + 1),
    Monday: day,
    Mon: day.slice(0, 3),
    "002": String(dayOfYear(at)).padStart(3, "0"),
    "02": two(at.getUTCDate()),
    "2": String(at.getUTCDate()),
    _2: String(at.getUTCDate()).padStart(2, " "),
    "15": two(hour),
    "03": two(clock),
    "3": clock,
    "04": two(at.getUTCMinutes()),
    "4": String(at.getUTCMinutes()),
    "05": two(at.getUTCSeconds()),
    "5": String(at.getUTCSeconds()),
    PM: hour < 12 ? "AM" : "PM",
    pm: hour < 12 ? "am" : "pm",
    MST: "UTC",
    "Z07:00": "Z",
    "-07:00": "+00:00",
    "-0700": "+0000",
  };
  return (
    fields[field] ??
    `.${String(at.getUTCMilliseconds())
      .padStart(3, "0")
      .padEnd(9, "0")
      .slice(0, field.length - 1)}`
  );
}

function dayOfYear(at: Date): number {
  return Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

const units: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration (`1h30m`) or a bare number of seconds; undefined when it is neither. */
export function parseDuration(text: string | number): number | undefined {
  const trimmed = String(text).trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (units[unit ?? ""] ?? 0);
  }
  return total;
}

/** A length of time for people, cut to its two largest units: `0s`, `12s`, `1m 12s`, `2h 5m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  const seconds = Number.isFinite(ms) ? Math.max(0, Math.floor(ms / 1000)) : 0;
  const parts = [
    { amount: Math.floor(seconds / 86_400), unit: "d" },
    { amount: Math.floor(seconds / 3600) % 24, unit: "h" },
    { amount: Math.floor(seconds / 60) % 60, unit: "m" },
    { amount: seconds % 60, unit: "s" },
  ];
  const first = parts.findIndex(({ amount }) => amount > 0);
  const shown = parts.slice(first, first + 2).filter(({ amount }) => amount > 0);
  return first < 0 ? "0s" : shown.map(({ amount, unit }) => `${amount}${unit}`).join(" ");
}

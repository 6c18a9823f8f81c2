/** The delay before attempt `attempt` (from 0): doubles from `first` up to `most`, cut by up to half at random. */
export function backoff(
  attempt: number,
  first = 500,
  most = 60_000,
  random: () => number = Math.random,
): number {
  const full = Math.min(most, first * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

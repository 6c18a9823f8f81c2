/** A time-based UUID counts intervals of 100 ns since 1582-10-15 (RFC 9562, 5.1). */
const ticksBeforeEpoch = 0x01b2_1dd2_1381_4000n;

/** When a UUID of version 1 was made, in milliseconds since the epoch; undefined for any other text. Never throws. */
export function timeOfUuid(text: string): number | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(text);
  if (match === null) return undefined;
  const [, low = "", middle = "", high = ""] = match;
  return Number((BigInt(`0x${high}${middle}${low}`) - ticksBeforeEpoch) / 10_000n);
}

import { randomBytes } from "node:crypto";

/** A time-based UUID counts intervals of 100 ns since 1582-10-15 (RFC 9562, 5.1). */
const ticksBeforeEpoch = 0x01b2_1dd2_1381_4000n;

/** When a UUID of version 1 was made, in milliseconds since the epoch; undefined for any other text. Never throws. */
export function timeOfUuid(text: string): number | undefined {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-1([0-9a-f]{3})-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(text);
  if (match === null) return undefined;
  const [, low = "", middle = "", high = ""] = match;
  return Number((BigInt(`0x${high}${middle}${low}`) - ticksBeforeEpoch) / 10_000n);
}

/** A UUID of version 1 of this moment, in milliseconds since the epoch: what GitHub names events by. */
export function uuidOfTime(time: number): string {
  const ticks = (BigInt(Math.floor(time)) * 10_000n + ticksBeforeEpoch).toString(16).padStart(15, "0");
  const [low, middle, high] = [ticks.slice(7), ticks.slice(3, 7), ticks.slice(0, 3)];
  const random = randomBytes(7).toString("hex");
  return `${low}-${middle}-1${high}-80${random.slice(0, 2)}-${random.slice(2)}`;
}

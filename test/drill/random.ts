import { createHash } from "node:crypto";

/** Numbers from 0 to 1 that depend on the seed and the names alone: the same question always has the same answer. */
export type Random = () => number;

export function randomFor(seed: number, ...names: (string | number)[]): Random {
  let block = 0;
  let digest: Buffer = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at + 4 > digest.length) {
      digest = createHash("sha256")
        .update(JSON.stringify([seed, block++, ...names]))
        .digest();
      at = 0;
    }
    const number = digest.readUInt32BE(at);
    at += 4;
    return number / 2 ** 32;
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}

/** From `least` to below `most`, whole. */
export function between(random: Random, least: number, most: number): number {
  return Math.floor(least + random() * (most - least));
}

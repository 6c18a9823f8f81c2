import { pick, randomFor } from "../random.js";
import { applied, cancelled, ran, ranAllAgain, retried } from "./commands.js";
import { forked } from "./forks.js";
import {
  approved,
  approvedEarly,
  approvedLate,
  closed,
  notEntitled,
  rejected,
  superseded,
  twoGates,
  withdrawn,
} from "./gates.js";
import { broken, pushed, released, replaced, scheduled } from "./pushes.js";
import { dequeued, queued } from "./queue.js";
import type { Story } from "./story.js";

export const stories: readonly Story[] = [
  approved,
  approvedEarly,
  approvedLate,
  closed,
  notEntitled,
  rejected,
  superseded,
  twoGates,
  withdrawn,
  applied,
  cancelled,
  ran,
  retried,
  ranAllAgain,
  broken,
  pushed,
  released,
  scheduled,
  replaced,
  queued,
  dequeued,
  forked,
];

/** Every story has its turn before the first comes again; which one begins is the seed's. */
export function storyOf(seed: number, round: number): Story {
  const turn = Math.floor(round / stories.length);
  const order = stories.map((story, index) => ({ story, at: randomFor(seed, "order", turn, index)() }));
  const sorted = order.toSorted((a, b) => a.at - b.at).map(({ story }) => story);
  return sorted[round % stories.length] ?? pick(randomFor(seed, round), stories);
}

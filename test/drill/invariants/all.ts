import { groupBy } from "../group-by.js";
import { checksAreTrue, deliveriesHadEffect, repliesAreOnce, reportsAreAsSaid } from "./checks.js";
import { factsOf, type Invariant } from "./facts.js";
import { releasesAreRightful } from "./releases.js";
import { gatesAreAsSaid, noSecretIsLeft, runsAreTriggers, schedulesStartOnce, stepsRunOnce } from "./runs.js";
import type { Scene } from "../scene.js";
import type { World } from "../world.js";

const invariants: readonly Invariant[] = [
  runsAreTriggers,
  schedulesStartOnce,
  checksAreTrue,
  reportsAreAsSaid,
  gatesAreAsSaid,
  releasesAreRightful,
  repliesAreOnce,
  stepsRunOnce,
  noSecretIsLeft,
  deliveriesHadEffect,
];

/** What is wrong with each round; rounds with which all is well are left out. */
export function violations(world: World, scenes: readonly Scene[]): Map<number, string[]> {
  const byRepository = groupBy(world.ground.workflows(), (workflow) => factsOf(workflow).repository);
  const found = new Map<number, string[]>();
  for (const scene of scenes) {
    const workflows = byRepository.get(scene.repository) ?? [];
    const wrong = invariants.flatMap((invariant) => invariant({ world, scene, workflows }));
    if (wrong.length > 0) found.set(scene.round, wrong);
  }
  return found;
}

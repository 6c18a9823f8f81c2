import { afterEach, expect, it } from "vitest";
import { readBranchSnapshot } from "../../src/app/read-gate-snapshot.js";
import { facts as someFacts } from "../../src/policy/compile-maker.js";
import { openSmallWorld, type SmallWorld } from "../support/small-world.js";

let world: SmallWorld;
afterEach(async () => world.close());

const { pullRequest: _pullRequest, ...facts } = someFacts;
const rules = { approvals: 1, approvers: [], rejectOnChanges: false };
const gate = { nodeId: "n", nodeName: "gate", openedAt: "", previewShownAt: undefined, rules, votes: [] };

it.each([
  { event: "release", isOld: undefined, known: false },
  { event: "release", isOld: true, known: true },
  { event: "push", isOld: undefined, known: true },
] as const)(
  "the commits of a $event are known to come from who started it: $known, where all are on the default branch: $isOld",
  async ({ event, isOld, known }) => {
    world = await openSmallWorld({});
    const { contents } = world.dependencies.github;
    contents.commitsSince = () =>
      Promise.resolve({
        commits: [],
        known: true,
        complete: true,
        ...(isOld === undefined ? {} : { isOld }),
      });
    const snapshot = await readBranchSnapshot(world.dependencies, { ...facts, event }, gate);
    expect(snapshot.commitsKnown).toBe(known);
  },
);

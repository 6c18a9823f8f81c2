import { needsToken } from "../policy/compile-token.js";
import { isFinished, isFulfilled } from "../run/phases.js";
import type { RunFacts } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { repositoryOf } from "./repository-of.js";

/** A step that starts gets a token with at least this long to live. */
const leastLifeMs = 10 * 60_000;
/** Installation tokens live an hour: one minted for a release leaves the next step nearly all of it. */
const leastLifeBeforeReleaseMs = 50 * 60_000;

/**
 * Gives the run a fresh token when it needs one: while a step may start, and right before a gate opens. While a run
 * only waits, nothing is minted. Returns true when it put a token.
 */
export async function keepToken(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  { beforeRelease = false } = {},
): Promise<boolean> {
  if (isFinished(run.phase) || !needsToken(run.workflow)) return false;
  if (!beforeRelease && !mayStartSteps(run)) return false;
  const { engine, github, clock } = dependencies;
  const expiry = await engine.tokenExpiry(run.key);
  const left = expiry === undefined ? 0 : Date.parse(expiry) - clock();
  if (left > (beforeRelease ? leastLifeBeforeReleaseMs : leastLifeMs)) return false;
  const token = await github.tokens.mint(repositoryOf(facts), facts.tokenPermissions);
  await engine.putToken(run.key, token);
  return true;
}

/** False only while everything that has not ended is a suspend node (or holds one). */
function mayStartSteps(run: Run): boolean {
  const open = [...run.nodes.values()].filter((node) => !isFulfilled(node.phase));
  const waits = open.some((node) => node.type === "Suspend");
  return !waits || open.some((node) => node.type === "Pod");
}

import { escapeMarkdown } from "../../lib/text.js";
import type { GateDecision } from "../../policy/gate.js";
import { openGates } from "../../run/gates.js";
import type { Run } from "../../run/read-run.js";
import { runsOfPullRequest } from "../runs-of.js";
import type { CommandContext } from "./command-module.js";

/** The runs of the pull request's head in which a gate waits. */
export async function waitingRuns({ dependencies, event, pullRequest }: CommandContext): Promise<Run[]> {
  const runs = await runsOfPullRequest(dependencies.engine, event.repository.id, event.number);
  return runs.filter((run) => run.facts?.headSha === pullRequest.headSha && openGates(run).length > 0);
}

/** A gate and all that keeps it closed, as a list in Markdown. */
export function describeGate(gate: string, { reasons, ignored }: GateDecision): string {
  const lines = [...reasons, ...ignored.map(({ reason }) => reason)].map(
    (text) => `  - ${escapeMarkdown(text)}`,
  );
  return [`- ${escapeMarkdown(gate)}:`, ...lines].join("\n");
}

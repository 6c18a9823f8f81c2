import { maskSecrets } from "../lib/mask-secrets.js";
import { environmentOf } from "../policy/report-wishes.js";
import { gateTemplateOf } from "../run/gates.js";
import type { DeploymentState } from "../run/metadata.js";
import { isFailed, isFinished } from "../run/phases.js";
import type { Node, Run } from "../run/read-run.js";
import { sortNodes } from "../run/tree.js";
import { plainTitle } from "./plain.js";
import { rejectionsOf } from "./rejections.js";
import { type Standing, standingOf } from "./standing.js";

/** What GitHub's page of an environment should say of a run. */
export interface EnvironmentReport {
  environment: string;
  state: DeploymentState;
  /** One sentence, of at most 140 characters: GitHub takes no more. */
  description: string;
}

const descriptionCharacters = 140;

/**
 * The environments that the run's templates name, as far as the run has come to them: reached, or held up at a gate.
 * None for a run from a fork, whose author may not deploy.
 */
export function environmentsOf(run: Run): EnvironmentReport[] {
  if (run.facts === undefined || run.facts.pullRequest?.fork === true) return [];
  const { spec, status } = run.workflow;
  const templates = [...(spec.templates ?? []), ...Object.values(status?.storedTemplates ?? {})];
  const names = new Set(templates.flatMap((template) => environmentOf(template) ?? []));
  if (names.size === 0) return [];
  const standing = standingOf(run);
  const nodes = new Map<string, Node[]>([...names].map((name) => [name, []]));
  for (const node of run.nodes.values()) {
    if (node.type === "StepGroup" || node.type === "TaskGroup" || isUntouched(node)) continue;
    const name = environmentOf(gateTemplateOf(run, node));
    if (name !== undefined && node.nodeFlag?.retried !== true) nodes.get(name)?.push(node);
  }
  return [...nodes].flatMap(([environment, own]) => {
    const report = reportOf(run, standing, own);
    return report === undefined ? [] : [{ environment, ...report }];
  });
}

function isUntouched({ phase }: Node): boolean {
  return phase === "Skipped" || phase === "Omitted";
}

function reportOf(
  run: Run,
  { gates }: Standing,
  nodes: readonly Node[],
): Omit<EnvironmentReport, "environment"> | undefined {
  const steps = sortNodes(nodes.filter(({ type }) => type !== "Suspend"));
  const failed = steps.find(({ phase }) => isFailed(phase));
  const told = (state: DeploymentState, text: string) => ({
    state,
    description: plainTitle(maskSecrets(text, [])).slice(0, descriptionCharacters),
  });
  if (failed !== undefined)
    return told(failed.phase === "Error" ? "error" : "failure", `Failed at ${failed.displayName}`);
  if (isFinished(run.phase)) return finished(run, nodes, told);
  const busy = steps.find(({ phase }) => phase !== "Succeeded");
  if (busy !== undefined) return told("in_progress", `At ${busy.displayName}`);
  const [gate] = gates;
  if (gate !== undefined) return told("pending", `Waiting for approval at ${gate.node.displayName}`);
  if (steps.length > 0) return told("success", "Deployed");
  return nodes.length > 0 ? told("in_progress", "Approved") : undefined;
}

function finished(
  run: Run,
  nodes: readonly Node[],
  told: (state: DeploymentState, text: string) => Omit<EnvironmentReport, "environment">,
): Omit<EnvironmentReport, "environment"> {
  const rejection = rejectionsOf(run)[0];
  if (rejection !== undefined) return told("failure", `Rejected at ${rejection.gate}`);
  if (nodes.some(({ phase }) => isFailed(phase)))
    return told("inactive", "The run ended before this was deployed");
  if (nodes.length === 0) return told("inactive", "Nothing was deployed");
  const deployed = nodes.some(({ type }) => type !== "Suspend") || run.phase === "Succeeded";
  return deployed ? told("success", "Deployed") : told("inactive", "The run ended before this was deployed");
}

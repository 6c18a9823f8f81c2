import { open } from "../../src/engine/local/interpreter/interpreter.js";
import type { Fact } from "../../src/engine/local/interpreter/facts.js";
import type { NodeStatus, Workflow, WorkflowSpec } from "../../src/manifest/argo.js";
import { gateAnswer } from "../../src/policy/gate-outputs.js";

/** What was found by letting a workflow take every way it can while no gate is approved. */
export interface Explored {
  /** Names of all templates whose step was started on some way. */
  started: Set<string>;
  /** False when there were more ways than were walked. */
  complete: boolean;
}

const start = Date.parse("2026-01-01T00:00:00Z");

/**
 * Walks the states of a run, each once: every step may end either way, every gate be rejected, the run be stopped, and a
 * pod may forge what gates give that have ended otherwise, or have been skipped, as Argo lets it. With `approve`, gates
 * may be approved too.
 */
export function exploreUnapproved(spec: WorkflowSpec, { approve = false, mostStates = 400 } = {}): Explored {
  const first: Workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "w", namespace: "n", uid: "u" },
    spec,
  };
  const started = new Set<string>();
  const seen = new Set<string>();
  const queue: { workflow: Workflow; fact: Fact }[] = [
    { workflow: first, fact: { type: "opened", at: start } },
  ];
  for (let at = 0; at < queue.length && at < mostStates; at += 1) {
    const { workflow: before, fact } = queue[at] ?? { workflow: first, fact: { type: "elapsed", at: start } };
    const workflow = structuredClone(before);
    const { actions } = open(workflow, { workflowTemplates: {}, configMaps: {} }).advance(fact);
    for (const action of actions) if (action.type === "start") started.add(action.template.name ?? "");
    const state = fingerprint(workflow);
    if (seen.has(state)) continue;
    seen.add(state);
    const facts = factsAt(workflow, fact.at + 10_000, approve);
    for (const each of [workflow, ...forged(workflow)])
      for (const next of facts) queue.push({ workflow: each, fact: next });
  }
  return { started, complete: queue.length <= mostStates };
}

/** Argo takes any pod's word for what a node gives, whatever its phase is. */
function forged(workflow: Workflow): Workflow[] {
  const forgery = structuredClone(workflow);
  let isForged = false;
  for (const node of Object.values(forgery.status?.nodes ?? {})) {
    const template = workflow.spec.templates?.find(({ name }) => name === node.templateName);
    if (template?.suspend === undefined || node.phase === "Succeeded" || node.phase === "Running") continue;
    const answer = gateAnswer(template, "approved");
    const given = "outputs" in answer ? Object.entries(answer.outputs) : [];
    const isGiven = node.outputs?.parameters?.some(({ value }) => value !== undefined) === true;
    if (given.length === 0 || isGiven) continue;
    node.outputs = { parameters: given.map(([name, value]) => ({ name, value })) };
    isForged = true;
  }
  return isForged ? [forgery] : [];
}

function fingerprint({ spec, status }: Workflow): string {
  const nodes = Object.values(status?.nodes ?? {}).map(
    ({ name, phase, outputs }) => `${name}=${phase}${JSON.stringify(outputs ?? "")}`,
  );
  return `${spec.shutdown ?? ""} ${status?.phase ?? ""} ${nodes.sort().join(" ")}`;
}

/** Everything that may happen next. */
function factsAt(workflow: Workflow, at: number, approve: boolean): Fact[] {
  const { phase, nodes = {} } = workflow.status ?? {};
  if (phase !== "Running") return [];
  const facts: Fact[] = [{ type: "elapsed", at }];
  if (workflow.spec.shutdown === undefined)
    facts.push({ type: "stopped", at, strategy: "Stop", message: "stopped" });
  for (const node of Object.values(nodes)) facts.push(...factsOf(workflow, node, at, approve));
  return facts;
}

function factsOf(workflow: Workflow, node: NodeStatus, at: number, approve: boolean): Fact[] {
  if (node.phase !== "Running" && node.phase !== "Pending") return [];
  if (node.type === "Pod")
    return (["Succeeded", "Failed", "Error"] as const).map((phase) => ({
      type: "finished",
      at,
      nodeId: node.id,
      phase,
      message: "",
    }));
  const template = workflow.spec.templates?.find(({ name }) => name === node.templateName);
  if (node.type !== "Suspend" || template === undefined) return [];
  const verdicts = approve ? (["rejected", "approved"] as const) : (["rejected"] as const);
  return verdicts.flatMap((verdict): Fact[] => {
    const answer = gateAnswer(template, verdict);
    if (!("phase" in answer)) return [];
    return [
      { type: "answered", at, nodeId: node.id, answer: { ...answer, message: verdict, annotations: {} } },
    ];
  });
}

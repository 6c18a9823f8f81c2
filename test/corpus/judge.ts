import type { NodeStatus, Parameter, Workflow } from "../../src/manifest/argo.js";
import type { Case } from "./cases.js";
import type { Played } from "./play.js";

/** What differs from what Argo ends with, a line each; empty when the case holds. */
export function differences(item: Case, played: Played): string[] {
  if (isRefused(item) && played.code === 2) return [];
  if (!played.workflow) return [`refused: ${played.complaint.trim()}`];
  const { workflow } = played;
  const found = [
    ...differs("phase", item.expectedPhase, workflow.status?.phase),
    ...message("message", item.expectedMessage, workflow.status?.message),
    ...nodeDifferences(item, workflow),
    ...logDifferences(item, workflow, played.logs),
    ...values("workflow output", item.expectedWorkflowOutputs, workflow.status?.outputs?.parameters),
  ];
  const first = Object.values(workflow.status?.nodes ?? {}).find(
    (node) => (node.phase === "Error" || node.phase === "Failed") && node.message,
  );
  const hint = `${workflow.status?.message ?? ""} | ${first?.displayName ?? ""}: ${first?.message ?? ""}`;
  return found.length > 0 ? [...found, `(${hint})`] : [];
}

/** Argo too refuses an invalid spec before anything runs, though it stores the workflow as Failed. */
function isRefused({ expectedError, expectedPhase, expectedMessage = "" }: Case): boolean {
  if (expectedError !== undefined && expectedPhase === undefined) return true;
  return /^(contains: )?(invalid spec: |spec\.arguments\.)/.test(expectedMessage);
}

function nodeDifferences(item: Case, workflow: Workflow): string[] {
  const nodes = Object.values(workflow.status?.nodes ?? {});
  const named = (name: string): NodeStatus[] => nodes.filter((node) => isNamed(node, name, workflow));
  const phases = (item.expectedNodes ?? []).flatMap(({ displayName, phase }) => {
    const wanted = [phase].flat();
    const found = named(displayName).map((node) => node.phase ?? "");
    if (found.length === 0) return [`node ${displayName} is absent`];
    return found.some((each) => wanted.includes(each))
      ? []
      : [`node ${displayName}: ${wanted.join("|")} expected, is ${found.join(",")}`];
  });
  const counts = Object.entries(item.expectedNodePhaseCounts ?? {}).flatMap(([prefix, byPhase]) =>
    Object.entries(byPhase).flatMap(([phase, count]) => {
      const found = nodes.filter((node) => node.displayName.startsWith(prefix) && node.phase === phase);
      return differs(`count of ${prefix} ${phase}`, String(count), String(found.length));
    }),
  );
  return [
    ...phases,
    ...counts,
    ...Object.entries(item.expectedMessages ?? {}).flatMap(([name, text]) =>
      message(`message of ${name}`, text, named(name)[0]?.message),
    ),
    ...(item.absentNodes ?? []).flatMap((name) => (named(name).length > 0 ? [`node ${name} is there`] : [])),
    ...(item.expectedNodeCount === undefined
      ? []
      : differs("count of nodes", String(item.expectedNodeCount), String(nodes.length))),
    ...parameterDifferences("inputs", item.expectedInputs, named),
    ...parameterDifferences("outputs", item.expectedOutputs, named),
  ];
}

function parameterDifferences(
  field: "inputs" | "outputs",
  expected: Record<string, Record<string, string>> = {},
  named: (name: string) => NodeStatus[],
): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const node = named(name)[0];
    const { result, ...parameters } = wanted;
    const own =
      node?.outputs?.result ?? node?.outputs?.parameters?.find((each) => each.name === "result")?.value;
    const results = result === undefined ? [] : differs(`result of ${name}`, result, String(own));
    return [...results, ...values(`${field} of ${name}`, parameters, node?.[field]?.parameters)];
  });
}

function values(
  what: string,
  expected: Record<string, string> = {},
  parameters: readonly Parameter[] = [],
): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const found = parameters.find((parameter) => parameter.name === name)?.value;
    return differs(`${what}, ${name}`, value, found === undefined ? undefined : String(found));
  });
}

function logDifferences(
  { expectedLogs = {} }: Case,
  workflow: Workflow,
  logs: Map<string, string>,
): string[] {
  return Object.entries(expectedLogs).flatMap(([name, text]) => {
    const nodes = Object.values(workflow.status?.nodes ?? {}).filter((node) => isNamed(node, name, workflow));
    const found = nodes.map((node) => logs.get(node.id) ?? "").join("\n");
    return found.includes(text) ? [] : [`log of ${name}: "${text}" expected, is "${found.trim()}"`];
  });
}

function isNamed(node: NodeStatus, name: string, { metadata }: Workflow): boolean {
  const wanted = name.replaceAll("$WF", metadata.name ?? "");
  return node.displayName === wanted || node.name === wanted;
}

function differs(what: string, expected: string | string[] | undefined, found: string | undefined): string[] {
  if (expected === undefined) return [];
  const wanted = [expected].flat();
  return wanted.includes(found ?? "")
    ? []
    : [`${what}: ${wanted.join("|")} expected, is ${found ?? "absent"}`];
}

function message(what: string, expected: string | undefined, found = ""): string[] {
  if (expected === undefined) return [];
  const [, how, text = ""] = /^(contains|matches): (.*)$/s.exec(expected) ?? ["", "is", expected];
  const holds =
    how === "contains"
      ? found.includes(text)
      : how === "matches"
        ? new RegExp(text).test(found)
        : found === text;
  return holds ? [] : [`${what}: "${expected}" expected, is "${found}"`];
}

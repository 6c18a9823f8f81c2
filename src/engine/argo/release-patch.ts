import type { NodeStatus, Parameter, Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import type { GateAnswer, GateKey } from "../engine.js";
import { annotationPatch, pointer, type Operation } from "./json-patch.js";
import { encodeNodes, isCompressed } from "./node-codec.js";

/** True while the node is the waiting gate that the key names. Takes a workflow whose nodes are readable. */
export function isWaiting(workflow: Workflow, gate: GateKey): boolean {
  const node = workflow.status?.nodes?.[gate.nodeId];
  const same = workflow.metadata.uid === gate.uid && node?.startedAt === gate.startedAt;
  return same && node.type === "Suspend" && node.phase === "Running" && !isFinished(workflow.status?.phase);
}

/** True when the node ended with just this answer. */
export function isAnswered(workflow: Workflow, gate: GateKey, answer: GateAnswer): boolean {
  const node = workflow.status?.nodes?.[gate.nodeId];
  if (workflow.metadata.uid !== gate.uid || node?.startedAt !== gate.startedAt) return false;
  if (node.phase !== answer.phase || node.message !== answer.message) return false;
  const noted = workflow.metadata.annotations ?? {};
  return Object.entries(answer.annotations).every(([name, value]) => noted[name] === value);
}

/**
 * The write that ends a gate, as one JSON Patch whose tests fail when the node is not the one that was read. Never a
 * merge patch: on compressed nodes it would make a second map beside them, and Argo would lose the others.
 */
export function releasePatch(
  stored: Workflow,
  readable: Workflow,
  { nodeId }: GateKey,
  answer: GateAnswer,
  finishedAt: string,
): Operation[] {
  const node = readable.status?.nodes?.[nodeId];
  if (node === undefined) return [];
  const ended = endedNode(node, answer, finishedAt);
  const notes = annotationPatch(stored.metadata.annotations, answer.annotations);
  const versioned = notes.needsVersion || isCompressed(stored);
  return [
    { op: "test", path: "/metadata/uid", value: stored.metadata.uid },
    ...(versioned
      ? [{ op: "test" as const, path: "/metadata/resourceVersion", value: stored.metadata.resourceVersion }]
      : []),
    ...(isCompressed(stored) ? compressedOperations(readable, ended) : nodeOperations(node, ended)),
    ...globalOperations(readable, node, ended),
    ...notes.operations,
  ];
}

/** A supplied output without a value would leave the run hanging, so then the node ends as Error, as in Argo. */
function endedNode(node: NodeStatus, answer: GateAnswer, finishedAt: string): NodeStatus {
  const end = { message: answer.message, finishedAt };
  if (answer.phase === "Failed") return { ...node, ...end, phase: "Failed" };
  let missing: string | undefined;
  const parameters = (node.outputs?.parameters ?? []).map((output): Parameter => {
    const { valueFrom, ...rest } = output;
    if (valueFrom?.supplied === undefined) return output;
    const input = node.inputs?.parameters?.find(({ name }) => name === output.name);
    const value = answer.outputs[output.name] ?? valueFrom.default ?? input?.default;
    if (value === undefined) missing ??= output.name;
    return { ...rest, value: String(value) };
  });
  if (missing !== undefined) {
    const message = `raw output parameter '${missing}' has not been set and does not have a default value`;
    return { ...node, phase: "Error", message, finishedAt };
  }
  const outputs = parameters.length > 0 ? { outputs: { ...node.outputs, parameters } } : {};
  return { ...node, ...end, phase: "Succeeded", ...outputs };
}

function compressedOperations(readable: Workflow, ended: NodeStatus): Operation[] {
  const nodes = { ...readable.status?.nodes, [ended.id]: ended };
  return [{ op: "replace", path: "/status/compressedNodes", value: encodeNodes(nodes) }];
}

/** `add`, never `replace`: message and value may be absent, and an unset finishedAt is null or pruned. */
function nodeOperations(node: NodeStatus, ended: NodeStatus): Operation[] {
  const at = (...keys: (string | number)[]) => pointer("status", "nodes", node.id, ...keys);
  const outputs = (ended.outputs?.parameters ?? []).flatMap((output, index): Operation[] => {
    const before = node.outputs?.parameters?.[index];
    if (before?.valueFrom?.supplied === undefined || output.valueFrom !== undefined) return [];
    return [
      { op: "test", path: at("outputs", "parameters", index, "name"), value: output.name },
      { op: "add", path: at("outputs", "parameters", index, "value"), value: output.value },
      { op: "remove", path: at("outputs", "parameters", index, "valueFrom") },
    ];
  });
  return [
    { op: "test", path: at("type"), value: "Suspend" },
    { op: "test", path: at("phase"), value: "Running" },
    { op: "test", path: at("startedAt"), value: node.startedAt },
    ...outputs,
    { op: "add", path: at("message"), value: ended.message },
    { op: "add", path: at("finishedAt"), value: ended.finishedAt },
    { op: "add", path: at("phase"), value: ended.phase },
  ];
}

/** In plain steps the controller does not publish global outputs of suspend nodes that were ended from outside. */
function globalOperations(readable: Workflow, node: NodeStatus, ended: NodeStatus): Operation[] {
  const supplied = (ended.outputs?.parameters ?? []).filter(
    ({ globalName, value }, index) =>
      globalName !== undefined &&
      value !== undefined &&
      node.outputs?.parameters?.[index]?.valueFrom !== undefined,
  );
  if (supplied.length === 0 || ended.phase !== "Succeeded") return [];
  const globals = supplied.map(({ globalName = "", value }) => ({ name: globalName, value }));
  const outputs = readable.status?.outputs;
  const others = (outputs?.parameters ?? []).filter(({ name }) => !globals.some((one) => one.name === name));
  const value = { ...outputs, parameters: [...others, ...globals] };
  const before: Operation[] =
    outputs === undefined ? [] : [{ op: "test", path: "/status/outputs", value: outputs }];
  return [...before, { op: "add", path: "/status/outputs", value }];
}

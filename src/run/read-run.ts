import type { NodeStatus, Workflow, WorkflowPhase } from "../manifest/argo.js";
import { annotation, type ReportState, type RunFacts, type Vote } from "./metadata.js";
import { isFulfilled } from "./phases.js";
import { readVotes } from "./votes.js";

export type Node = NodeStatus;

/** What Sluice reads of one Workflow object: the run as a value. */
export interface Run {
  key: { namespace: string; name: string };
  uid: string;
  /** Pending until an engine has taken the workflow up. */
  phase: Exclude<WorkflowPhase, "">;
  message?: string;
  /** RFC 3339. */
  startedAt?: string;
  finishedAt?: string;
  /** Undefined when the annotation is missing or not what Sluice writes. */
  facts: RunFacts | undefined;
  report: ReportState;
  votes: Vote[];
  title: string;
  nodes: Map<string, Node>;
  root?: Node;
  /** Leaf nodes that are known so far: steps that run something or wait, without hooks' wrappers and groups. */
  progress: { done: number; total: number };
  stopped?: { reason: string; by: string; detail?: string };
  workflow: Workflow;
}

/** Reads a Workflow; never throws, whatever its annotations hold. */
export function readRun(workflow: Workflow): Run {
  const { metadata, status } = workflow;
  const annotations = metadata.annotations ?? {};
  const name = metadata.name ?? "";
  const nodes = new Map(Object.entries(status?.nodes ?? {}));
  const facts = readFacts(annotations[annotation.facts]);
  const root = nodes.get(name);
  const stopped = readStopped(annotations[annotation.stopped]);
  return {
    key: { namespace: metadata.namespace ?? "", name },
    uid: metadata.uid ?? "",
    phase: status?.phase || "Pending",
    ...(status?.message ? { message: status.message } : {}),
    ...(status?.startedAt ? { startedAt: status.startedAt } : {}),
    ...(status?.finishedAt ? { finishedAt: status.finishedAt } : {}),
    facts,
    report: readReport(annotations[annotation.report]),
    votes: readVotes(annotations[annotation.votes]),
    title: facts?.title || annotations[annotation.title] || facts?.manifest || name,
    nodes,
    ...(root ? { root } : {}),
    progress: progressOf(nodes),
    ...(stopped ? { stopped } : {}),
    workflow,
  };
}

function progressOf(nodes: Map<string, Node>): { done: number; total: number } {
  const leaves = [...nodes.values()].filter(isLeaf);
  return { done: leaves.filter((node) => isFulfilled(node.phase)).length, total: leaves.length };
}

/** Nodes that do or wait for something themselves; what was skipped or omitted is not work. */
export function isLeaf(node: Node): boolean {
  return ["Pod", "Suspend", "HTTP", "Plugin"].includes(node.type);
}

type Fields = Record<string, unknown>;

function readObject(text: string | undefined): Fields | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const NUMBERS = ["installationId", "repositoryId", "attempt"] as const;
const TEXTS = [
  "repository",
  "manifest",
  "manifestFile",
  "checkName",
  "title",
  "event",
  "headSha",
  "ref",
  "trigger",
  "cloneUrl",
  "htmlUrl",
] as const;

function readFacts(text: string | undefined): RunFacts | undefined {
  const value = readObject(text);
  if (value === undefined) return undefined;
  if (NUMBERS.some((field) => typeof value[field] !== "number")) return undefined;
  if (TEXTS.some((field) => typeof value[field] !== "string")) return undefined;
  if (!isActor(value["actor"]) || !isObject(value["tokenPermissions"])) return undefined;
  const pullRequest = value["pullRequest"];
  if (pullRequest !== undefined && !isPullRequest(pullRequest)) return undefined;
  return value as unknown as RunFacts;
}

function isActor(value: unknown): boolean {
  return isObject(value) && typeof value["id"] === "number" && typeof value["login"] === "string";
}

function isPullRequest(value: unknown): boolean {
  if (!isObject(value) || typeof value["number"] !== "number" || typeof value["fork"] !== "boolean")
    return false;
  return ["baseRef", "baseSha", "headRef"].every((field) => typeof value[field] === "string");
}

function readReport(text: string | undefined): ReportState {
  const legs = readObject(text)?.["legs"];
  if (!Array.isArray(legs)) return { legs: [] };
  return { legs: legs.filter(isLeg) };
}

function isLeg(value: unknown): value is ReportState["legs"][number] {
  return (
    isObject(value) &&
    typeof value["id"] === "number" &&
    typeof value["leg"] === "number" &&
    typeof value["completed"] === "boolean" &&
    typeof value["hash"] === "string"
  );
}

function readStopped(text: string | undefined): Run["stopped"] {
  const value = readObject(text);
  if (value === undefined) return undefined;
  const { reason, by, detail } = value;
  if (typeof reason !== "string" || typeof by !== "string") return undefined;
  return { reason, by, ...(typeof detail === "string" ? { detail } : {}) };
}

import type { NodeStatus, Workflow, WorkflowPhase } from "../manifest/argo.js";
import {
  annotation,
  type ReportedDeployment,
  type ReportState,
  type RunFacts,
  type Vote,
} from "./metadata.js";
import { isFinished, isFulfilled } from "./phases.js";
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
  /** By environment. */
  deployments: ReadonlyMap<string, ReportedDeployment>;
  votes: Vote[];
  /** Comments by which it was told something, oldest first. */
  heard: number[];
  title: string;
  nodes: Map<string, Node>;
  root?: Node;
  /** Leaf nodes that are known so far: steps that run something or wait, without hooks' wrappers and groups; of the attempts of one, one. */
  progress: { done: number; total: number };
  stopped?: { reason: string; by: string; detail?: string };
  /** Set while it waits for its turn: since when (RFC 3339), and how many runs the repository may have at work. */
  queued?: { since: string; limit: number };
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
  const queued = readQueued(annotations[annotation.queued]);
  return {
    key: { namespace: metadata.namespace ?? "", name },
    uid: metadata.uid ?? "",
    phase: status?.phase || "Pending",
    ...(status?.message ? { message: status.message } : {}),
    ...(status?.startedAt ? { startedAt: status.startedAt } : {}),
    ...(status?.finishedAt ? { finishedAt: status.finishedAt } : {}),
    facts,
    deployments: readDeployments(annotations[annotation.deployments]),
    report: readReport(annotations[annotation.report]),
    votes: readVotes(annotations[annotation.votes]),
    heard: readHeard(annotations[annotation.heard]),
    title: facts?.title || annotations[annotation.title] || facts?.manifest || name,
    nodes,
    ...(root ? { root } : {}),
    progress: progressOf(nodes),
    ...(stopped ? { stopped } : {}),
    ...(queued && !isFinished(status?.phase) ? { queued } : {}),
    workflow,
  };
}

function progressOf(nodes: Map<string, Node>): { done: number; total: number } {
  const attempts = new Set<string>();
  for (const { type, children } of nodes.values())
    if (type === "Retry") for (const child of children ?? []) attempts.add(child);
  const isRetry = ({ type, children = [] }: Node) =>
    type === "Retry" && children.every((child) => isLeaf(nodes.get(child) ?? { type: "Pod" }));
  const leaves = [...nodes.values()].filter(
    (node) => isRetry(node) || (isLeaf(node) && !attempts.has(node.id)),
  );
  return { done: leaves.filter((node) => isFulfilled(node.phase)).length, total: leaves.length };
}

/** Nodes that do or wait for something themselves; what was skipped or omitted is not work. */
export function isLeaf(node: Pick<Node, "type">): boolean {
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

function readHeard(text: string | undefined): number[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter((each) => typeof each === "number") : [];
  } catch {
    return [];
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
  const { legs, announced, unsure, masked } = readObject(text) ?? {};
  return {
    legs: Array.isArray(legs) ? legs.filter(isLeg) : [],
    ...(typeof announced === "number" ? { announced } : {}),
    ...(typeof unsure === "number" ? { unsure } : {}),
    ...(typeof masked === "number" ? { masked } : {}),
  };
}

function readDeployments(text: string | undefined): Map<string, ReportedDeployment> {
  const entries = Object.entries(readObject(text) ?? {}).filter(
    (entry): entry is [string, ReportedDeployment & Fields] =>
      isObject(entry[1]) && typeof entry[1]["state"] === "string",
  );
  return new Map(entries);
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

function readQueued(text: string | undefined): Run["queued"] {
  const value = readObject(text);
  if (value === undefined) return undefined;
  const { since, limit } = value;
  return typeof since === "string" && typeof limit === "number" ? { since, limit } : undefined;
}

function readStopped(text: string | undefined): Run["stopped"] {
  const value = readObject(text);
  if (value === undefined) return undefined;
  const { reason, by, detail } = value;
  if (typeof reason !== "string" || typeof by !== "string") return undefined;
  return { reason, by, ...(typeof detail === "string" ? { detail } : {}) };
}

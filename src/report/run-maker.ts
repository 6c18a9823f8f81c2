import type { NodeStatus, Workflow, WorkflowStatus } from "../manifest/argo.js";
import { annotation, type RunFacts } from "../run/metadata.js";
import { LogReader, type LogDigest } from "./log-reader.js";
import { readRun, type Run } from "../run/read-run.js";

/** Facts as a test wants them. */
export function makeFacts(facts: Partial<RunFacts> = {}): RunFacts {
  return {
    installationId: 1,
    repositoryId: 2,
    repository: "acme/infra",
    manifest: "plan",
    manifestFile: ".workflows/plan.yaml",
    checkName: "plan",
    title: "Plan, approve, apply",
    event: "pull_request",
    headSha: "abc1234def",
    ref: "refs/heads/change",
    actor: { id: 3, login: "alice" },
    pullRequest: { number: 12, baseRef: "main", baseSha: "0", headRef: "change", fork: false },
    attempt: 1,
    trigger: "pull_request 12",
    tokenPermissions: {},
    cloneUrl: "https://github.com/acme/infra.git",
    htmlUrl: "https://github.com/acme/infra",
    ...facts,
  };
}

/** A node below the root; `name` is its id and display name. */
export function makeNode(name: string, node: Partial<NodeStatus>): NodeStatus {
  return { id: name, name: `plan-x.${name}`, displayName: name, type: "Pod", boundaryID: "plan-x", ...node };
}

/** The run `sluice/plan-x` with its root and these nodes. */
export function makeRun(
  status: Omit<WorkflowStatus, "nodes">,
  nodes: NodeStatus[],
  options: { annotations?: Record<string, string>; facts?: Partial<RunFacts> } = {},
): Run {
  const root: NodeStatus = {
    id: "plan-x",
    name: "plan-x",
    displayName: "plan-x",
    type: "Steps",
    phase: status.phase || "Pending",
    ...(status.startedAt === undefined ? {} : { startedAt: status.startedAt }),
    ...(status.finishedAt === undefined ? {} : { finishedAt: status.finishedAt }),
  };
  const all = status.phase === undefined ? nodes : [root, ...nodes];
  const workflow: Workflow = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {
      name: "plan-x",
      namespace: "sluice",
      annotations: { [annotation.facts]: JSON.stringify(makeFacts(options.facts)), ...options.annotations },
    },
    spec: {
      templates: [
        { name: "wait", suspend: {} },
        { name: "delay", suspend: { duration: "5" } },
      ],
    },
    status: { ...status, nodes: Object.fromEntries(all.map((node) => [node.id, node])) },
  };
  return readRun(workflow);
}

/** `10:MM:SS` of a fixed day. */
export function at(time: string): string {
  return `2026-03-01T10:${time}Z`;
}

/** What is read of a log that a step printed. */
export function digestOf(log: string | Uint8Array): LogDigest {
  const reader = new LogReader();
  reader.push(typeof log === "string" ? new TextEncoder().encode(log) : log);
  return reader.end();
}

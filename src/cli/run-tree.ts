import { formatDuration } from "../lib/duration.js";
import type { NodeStatus, Workflow } from "../manifest/argo.js";
import { isFulfilled } from "../run/phases.js";
import { isLeaf, readRun } from "../run/read-run.js";
import { treeOf, type TreeNode } from "../run/tree.js";

const marks: Record<string, string> = {
  Pending: "◷",
  Running: "●",
  Succeeded: "✔",
  Skipped: "○",
  Omitted: "○",
  Failed: "✖",
  Error: "⚠",
};

/** The nodes of a run as an indented tree, one per line, under the run's own line. */
export function renderTree(workflow: Workflow, now?: number): string {
  return treeLines(workflow, now)
    .map((line) => `${line}\n`)
    .join("");
}

/** With `now`, in milliseconds since the epoch, what is not over says how long it has taken until then. */
export function treeLines(workflow: Workflow, now?: number): string[] {
  const run = readRun(workflow);
  const message = run.message === undefined ? "" : `  ${run.message}`;
  const took = lasted(run.startedAt, run.finishedAt, now);
  const head = `${run.key.name}: ${run.phase}${took === "" ? "" : `  ${took}`}${message}`;
  return [head, ...treeOf(run).flatMap((root) => lines(root, "", now))];
}

function lines({ node, children }: TreeNode, indent: string, now: number | undefined): string[] {
  return [
    `${indent}${nodeLine(node, now)}`,
    ...children.flatMap((child) => lines(child, `${indent}  `, now)),
  ];
}

/** One line about a node: phase, name, how long it took or what it waits for, message. */
export function nodeLine(node: NodeStatus, now?: number): string {
  const mark = marks[node.phase ?? ""] ?? "?";
  const took = isLeaf(node)
    ? lasted(node.startedAt, isFulfilled(node.phase) ? node.finishedAt : undefined, now)
    : "";
  const isGate = node.type === "Suspend" && node.phase === "Running";
  const reason = node.message || (isGate ? "waits to be resumed" : "");
  return [`${mark} ${node.displayName}`, node.phase ?? "", took, reason]
    .filter((part) => part !== "")
    .join("  ");
}

function lasted(from: string | undefined, to: string | undefined, now: number | undefined): string {
  const end = to === undefined ? now : Date.parse(to);
  if (from === undefined || end === undefined) return "";
  return formatDuration(end - Date.parse(from));
}

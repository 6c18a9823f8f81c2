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

/** The nodes of a finished or stopped run as an indented tree, one per line, under the run's own line. */
export function renderTree(workflow: Workflow): string {
  const run = readRun(workflow);
  const message = run.message === undefined ? "" : `  ${run.message}`;
  const head = `${run.key.name}: ${run.phase}${message}`;
  return [head, ...treeOf(run).flatMap((root) => lines(root, ""))].map((line) => `${line}\n`).join("");
}

function lines({ node, children }: TreeNode, indent: string): string[] {
  return [`${indent}${nodeLine(node)}`, ...children.flatMap((child) => lines(child, `${indent}  `))];
}

/** One line about a node: phase, name, duration once it has ended, message. */
export function nodeLine(node: NodeStatus): string {
  const mark = marks[node.phase ?? ""] ?? "?";
  const duration = isFulfilled(node.phase) && isLeaf(node) ? `  ${secondsOf(node)}s` : "";
  const message = node.message ? `  ${node.message}` : "";
  return `${mark} ${node.displayName}  ${node.phase ?? ""}${duration}${message}`;
}

function secondsOf(node: NodeStatus): number {
  const milliseconds = Date.parse(node.finishedAt ?? "") - Date.parse(node.startedAt ?? "");
  return Number.isNaN(milliseconds) ? 0 : Math.round(milliseconds / 1000);
}

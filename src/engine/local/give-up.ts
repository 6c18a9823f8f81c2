import type { Workflow } from "../../manifest/argo.js";
import type { Step } from "./interpreter/facts.js";

/** Ends a workflow that the interpreter cannot go on with, so that it is not tried for ever. */
export function giveUp(workflow: Workflow, error: unknown, now: number): Step {
  const finishedAt = `${new Date(now).toISOString().slice(0, 19)}Z`;
  const message = `the local engine failed: ${error instanceof Error ? error.message : String(error)}`;
  const open = Object.values(workflow.status?.nodes ?? {}).filter((node) => node.finishedAt === undefined);
  for (const node of open) Object.assign(node, { phase: "Error", message, finishedAt });
  const startedAt = workflow.status?.startedAt ?? finishedAt;
  workflow.status = { ...workflow.status, phase: "Error", message, startedAt, finishedAt };
  return { actions: [], changed: open.map((node) => node.id), workflowChanged: true };
}

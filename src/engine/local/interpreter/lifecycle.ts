import type { NodeStatus, WorkflowPhase } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import type { Fact } from "./facts.js";
import { joinSpec } from "./templates.js";
import { isExitNode, kill } from "./halt.js";
import { isWork } from "./leaf-node.js";
import { hasWorkflowLocks } from "./locks.js";
import { addWorkflowMetadata } from "./workflow-metadata.js";
import { setGroupProgress, setWorkflowProgress } from "./progress.js";
import type { RunState } from "./run-state.js";

const COMPLETED = "workflows.argoproj.io/completed";
const PHASE = "workflows.argoproj.io/phase";

/** Takes up a workflow that has not begun; ends it when its spec cannot be run at all. */
export function begin(run: RunState): void {
  const { status } = run;
  if (status.startedAt === undefined) {
    status.startedAt = run.timestamp();
    status.progress = "0/0";
    setPhase(run, "Pending");
  }
  loadSpec(run);
  if (status.phase === "Pending") checkSpec(run);
}

/**
 * A workflow that was submitted with `spec.suspend` is left as it is until it may go. One that is stopped before ends
 * at once: where nothing ran, there is nothing for exit handlers to undo.
 */
export function isHeld(run: RunState, fact: Fact): boolean {
  const { spec } = run.workflow;
  if (spec.suspend !== true) return false;
  if (fact.type === "begun" || fact.type === "stopped") {
    delete spec.suspend;
    run.touchWorkflow();
  }
  if (fact.type === "begun") return false;
  if (fact.type === "stopped") {
    spec.shutdown = "Terminate";
    run.status.startedAt = run.timestamp();
    finish(run, "Failed", fact.message);
  } else if (!run.status.phase) setPhase(run, "Pending");
  return true;
}

/** What Argo refuses before anything starts. */
function checkSpec(run: RunState): void {
  const unset = run.spec.arguments?.parameters?.find(
    ({ value, valueFrom, default: fallback }) =>
      value === undefined && valueFrom === undefined && fallback === undefined,
  );
  if (!run.spec.entrypoint) finish(run, "Failed", "invalid spec: spec.entrypoint is required");
  else if (unset) {
    const field = `spec.arguments.${unset.name}.value`;
    finish(run, "Failed", `invalid spec: ${field} or ${field}From is required`);
  }
}

/** From Pending to Running, once the workflow has its locks. */
export function takeUp(run: RunState): boolean {
  const fault = run.lockFaults.get("");
  if (fault !== undefined) finish(run, "Failed", `Failed to acquire the synchronization lock. ${fault}`);
  else if (run.status.phase === "Pending" && hasWorkflowLocks(run)) {
    delete run.status.message;
    addWorkflowMetadata(run);
    setPhase(run, "Running");
  } else if (run.status.phase === "Running") return hasWorkflowLocks(run);
  return run.status.phase === "Running";
}

function loadSpec(run: RunState): void {
  const { spec } = run.workflow;
  const reference = spec.workflowTemplateRef;
  if (reference && !run.status.storedWorkflowTemplateSpec) {
    const referenced = run.library.workflowTemplates[reference.name];
    if (!referenced) {
      finish(run, "Error", `workflowtemplates.argoproj.io "${reference.name}" not found`);
      return;
    }
    run.status.storedWorkflowTemplateSpec = joinSpec(spec, referenced.spec);
    run.touchWorkflow();
  }
  run.spec = run.status.storedWorkflowTemplateSpec ?? spec;
}

function setPhase(run: RunState, phase: WorkflowPhase): void {
  const { status } = run;
  const { metadata } = run.workflow;
  const isDone = phase !== "Running" && phase !== "Pending";
  status.phase = phase;
  metadata.labels = { ...metadata.labels, [COMPLETED]: String(isDone), [PHASE]: phase };
  status.conditions = [
    { type: "PodRunning", status: isDone ? "False" : "True" },
    { type: "Completed", status: isDone ? "True" : "False" },
  ];
  run.touchWorkflow();
}

/** Ends the workflow; whatever node is left open ends with it. */
export function finish(run: RunState, phase: "Succeeded" | "Failed" | "Error", message: string): void {
  const root = run.node(run.name);
  if (phase === "Error" && root?.phase === "Running") run.mark(root, "Error", "Workflow operation error");
  for (const node of run.index.open.values()) run.mark(node, "Failed", "the workflow ended");
  if (run.locks.delete("")) run.act({ type: "unlock", nodeId: "" });
  if (message) run.status.message = message;
  else delete run.status.message;
  run.status.finishedAt = run.timestamp();
  setPhase(run, phase);
  setWorkflowProgress(run);
  setGroupProgress(run);
}

/** Asks for the end of work that outlived the group which started it; true when there is none. */
export function endStragglers(run: RunState): boolean {
  const open = [...run.index.open.values()].filter((node) => !isExitNode(run, node));
  const message = "the workflow ended before this step";
  for (const node of open) {
    if (isWork(node)) kill(run, node, message);
    else if (node.type === "Suspend" || node.phase === "Pending") run.mark(node, "Failed", message);
  }
  return open.every((node) => !isWork(node) || isFulfilled(node.phase));
}

/** Ends the workflow as its root node, or else its exit handler, ended (operator.go, operate). */
export function finishAs(run: RunState, root: NodeStatus, exit: NodeStatus | undefined): void {
  if (isFailed(root.phase)) {
    const { shutdown } = run.workflow.spec;
    const message = run.status.message ?? root.message ?? "";
    finish(run, phaseOf(root), shutdown ? `Stopped with strategy '${shutdown}'` : message);
  } else if (exit && isFailed(exit.phase)) finish(run, phaseOf(exit), exit.message ?? "");
  else finish(run, "Succeeded", "");
}

/** Phase of a workflow whose root node ended so. */
export function phaseOf(root: NodeStatus): "Succeeded" | "Failed" | "Error" {
  return root.phase === "Failed" || root.phase === "Error" ? root.phase : "Succeeded";
}

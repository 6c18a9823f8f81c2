import type { NodeStatus, WorkflowPhase } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { joinSpec } from "./templates.js";
import { isExitNode, kill } from "./halt.js";
import { setGroupProgress, setWorkflowProgress } from "./progress.js";
import type { RunState } from "./run-state.js";

const COMPLETED = "workflows.argoproj.io/completed";
const PHASE = "workflows.argoproj.io/phase";

/** Takes up a workflow that has not begun; ends it when its spec cannot be run at all. */
export function begin(run: RunState): void {
  const { status } = run;
  if (!status.phase || status.phase === "Pending") {
    status.startedAt = run.timestamp();
    status.progress = "0/0";
    setPhase(run, "Running");
  }
  loadSpec(run);
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
  if (!run.spec.entrypoint) finish(run, "Failed", "invalid spec: spec.entrypoint is required");
}

function setPhase(run: RunState, phase: WorkflowPhase): void {
  const { status } = run;
  const { metadata } = run.workflow;
  const isDone = phase !== "Running";
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
  for (const node of Object.values(run.nodes)) {
    if (!isFulfilled(node.phase)) run.mark(node, "Failed", "the workflow ended");
  }
  if (message) run.status.message = message;
  else delete run.status.message;
  run.status.finishedAt = run.timestamp();
  setPhase(run, phase);
  setWorkflowProgress(run);
  setGroupProgress(run);
}

/** Asks for the end of work that outlived the group which started it; true when there is none. */
export function endStragglers(run: RunState): boolean {
  const open = Object.values(run.nodes).filter((node) => !isFulfilled(node.phase) && !isExitNode(run, node));
  const message = "the workflow ended before this step";
  for (const node of open) {
    if (node.type === "Suspend") run.mark(node, "Failed", message);
    if (node.type === "Pod") kill(run, node, message);
  }
  return open.every((node) => node.type !== "Pod" || isFulfilled(node.phase));
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

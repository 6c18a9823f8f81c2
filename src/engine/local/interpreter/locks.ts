import { substitute } from "../../../expression/substitute.js";
import type { NodeStatus, Template } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import { CallError } from "./call-error.js";
import type { Lock } from "./facts.js";
import type { RunState } from "./run-state.js";

interface Synchronization {
  mutexes?: { name?: string; namespace?: string }[];
  semaphores?: { namespace?: string; configMapKeyRef?: { name?: string; key?: string } }[];
}

/** The locks of a template or of a workflow, which are taken all at once. */
export function locksOf(holder: Template | object, namespace: string): Lock[] {
  const { mutexes = [], semaphores = [] } = ((holder as { synchronization?: Synchronization })
    .synchronization ?? {}) as Synchronization;
  return [
    ...mutexes.map((mutex): Lock => {
      return { kind: "Mutex", namespace: mutex.namespace || namespace, name: mutex.name ?? "" };
    }),
    ...semaphores.map((semaphore): Lock => {
      const { name = "", key = "" } = semaphore.configMapKeyRef ?? {};
      return { kind: "Semaphore", namespace: semaphore.namespace || namespace, configMap: name, key };
    }),
  ];
}

/** Asks for a node's locks once; true when it has them. Throws a CallError when it will never have them. */
export function hasLocks(run: RunState, nodeId: string, locks: readonly Lock[]): boolean {
  const fault = run.lockFaults.get(nodeId);
  if (fault !== undefined && nodeId !== "") throw new CallError(fault);
  const state = run.locks.get(nodeId);
  if (state !== undefined) return state === "held";
  const priority = typeof run.spec["priority"] === "number" ? run.spec["priority"] : 0;
  run.locks.set(nodeId, "asked");
  run.act({ type: "lock", nodeId, locks: [...locks], priority });
  return false;
}

/** The locks of the whole workflow; true when it may run. */
export function hasWorkflowLocks(run: RunState): boolean {
  const namespace = run.workflow.metadata.namespace ?? "";
  const given = { synchronization: run.spec["synchronization"] };
  const locks = locksOf(substitute(given, run.globals, { strict: [], allowUnresolved: true }), namespace);
  return locks.length === 0 || hasLocks(run, "", locks);
}

export function workflowWaiting(run: RunState, message: string): void {
  if (run.status.phase !== "Pending" || run.status.message === message) return;
  run.status.message = message;
  run.touchWorkflow();
}

/** The locks are held; with a fault they never will be. */
export function nodeLocked(run: RunState, nodeId: string, fault: string | undefined): void {
  const node: NodeStatus | undefined = run.nodes[nodeId];
  if (nodeId !== "" && (!node || isFulfilled(node.phase))) {
    run.act({ type: "unlock", nodeId });
    return;
  }
  run.locks.set(nodeId, "held");
  if (fault !== undefined) run.lockFaults.set(nodeId, fault);
  if (!node) return run.touchWorkflow();
  if (fault === undefined && node.message) run.mark(node, "Pending", "");
  run.touch(node);
}

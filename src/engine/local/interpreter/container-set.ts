import type { Container, NodeStatus, Template } from "../../../manifest/argo.js";
import { isFulfilled } from "../../../run/phases.js";
import type { ContainerEnd } from "./facts.js";
import type { Frame } from "./invocation.js";
import type { RunState } from "./run-state.js";

export interface SetContainer extends Container {
  dependencies?: string[];
}

/** The containers of a containerSet template; none for any other. */
export function containersOf(template: Template): SetContainer[] {
  const set = template["containerSet"] as { containers?: SetContainer[] } | undefined;
  return set?.containers ?? [];
}

/** A containerSet is one pod; each of its containers is a node below it. */
export function createContainers({ run, template }: Frame, pod: NodeStatus): void {
  const containers = containersOf(template);
  const nodeOf = (name: string): string => `${pod.name}.${name}`;
  for (const { name = "", dependencies = [] } of containers) {
    const node =
      run.node(nodeOf(name)) ??
      run.create({ name: nodeOf(name), type: "Container", phase: "Pending", boundary: pod });
    if (dependencies.length === 0) run.connect(pod, node.id);
    for (const dependency of dependencies) {
      const above = run.node(nodeOf(dependency));
      if (above) run.connect(above, node.id);
    }
  }
}

/** Ends the containers of a pod as they ended, or as the pod did. */
export function endContainers(run: RunState, pod: NodeStatus, ends: readonly ContainerEnd[]): void {
  for (const { name, phase, message, exitCode } of ends) {
    const node = run.node(`${pod.name}.${name}`);
    if (!node || isFulfilled(node.phase)) continue;
    node.outputs = { exitCode };
    run.mark(node, phase, message);
  }
  for (const node of run.index.within(pod.id)) {
    if (node.type === "Container" && !isFulfilled(node.phase))
      run.mark(node, pod.phase === "Succeeded" ? "Succeeded" : "Failed", pod.message ?? "");
  }
}

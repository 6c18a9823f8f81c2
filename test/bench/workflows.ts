import type { Template, Workflow } from "../../src/manifest/argo.js";

const leaf: Template = { name: "true", container: { image: "none", command: ["true"] } };

function workflowOf(name: string, main: Template): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name, namespace: "default" },
    spec: { entrypoint: "main", templates: [{ ...main, name: "main" }, leaf] },
  };
}

/** A DAG of tasks that do not depend on each other. */
export function fan(count: number): Workflow {
  const tasks = Array.from({ length: count }, (_, index) => ({ name: `t${index}`, template: "true" }));
  return workflowOf(`fan-${count}`, { dag: { tasks } });
}

export function loop(count: number): Workflow {
  const withSequence = { count: String(count) };
  return workflowOf(`loop-${count}`, { steps: [[{ name: "t", template: "true", withSequence }]] });
}

/** Step groups of one step each. */
export function chain(count: number): Workflow {
  const steps = Array.from({ length: count }, (_, index) => [{ name: `s${index}`, template: "true" }]);
  return workflowOf(`chain-${count}`, { steps });
}

export function taskChain(count: number): Workflow {
  const tasks = Array.from({ length: count }, (_, index) => ({
    name: `t${index}`,
    template: "true",
    ...(index > 0 ? { depends: `t${index - 1}` } : {}),
  }));
  return workflowOf(`task-chain-${count}`, { dag: { tasks } });
}

import type { NodeStatus, Workflow } from "../manifest/argo.js";

type Values = NonNullable<NodeStatus["outputs"]>;

/**
 * The Workflow with every value that a step was given or wrote, and every message, put through `mask`. Names, ids and the
 * manifest itself stay: they are the repository's to read.
 */
export function maskValues(workflow: Workflow, mask: (text: string) => string): Workflow {
  const { spec, status } = workflow;
  const args = spec.arguments;
  return {
    ...workflow,
    spec: args === undefined ? spec : { ...spec, arguments: maskGiven(args, mask) },
    ...(status === undefined ? {} : { status: maskStatus(status, mask) }),
  };
}

type Status = NonNullable<Workflow["status"]>;

function maskStatus(status: Status, mask: (text: string) => string): Status {
  const { message, outputs, nodes } = status;
  const masked = nodes && Object.entries(nodes).map(([id, node]) => [id, maskNode(node, mask)] as const);
  return {
    ...status,
    ...(message === undefined ? {} : { message: mask(message) }),
    ...(outputs === undefined ? {} : { outputs: maskGiven(outputs, mask) }),
    ...(masked === undefined ? {} : { nodes: Object.fromEntries(masked) }),
  };
}

function maskNode(node: NodeStatus, mask: (text: string) => string): NodeStatus {
  const { message, inputs, outputs, loops } = node;
  return {
    ...node,
    ...(message === undefined ? {} : { message: mask(message) }),
    ...(inputs === undefined ? {} : { inputs: maskGiven(inputs, mask) }),
    ...(outputs === undefined ? {} : { outputs: maskOutputs(outputs, mask) }),
    ...(loops === undefined ? {} : { loops: loops.map((loop) => maskLoop(loop, mask)) }),
  };
}

type Loop = NonNullable<NodeStatus["loops"]>[number];

function maskLoop({ call, items }: Loop, mask: (text: string) => string): Loop {
  return { call, items: items && items.map(mask) };
}

function maskOutputs(outputs: Values, mask: (text: string) => string): Values {
  const { result } = outputs;
  return { ...maskGiven(outputs, mask), ...(result === undefined ? {} : { result: mask(result) }) };
}

function maskGiven<T extends Pick<Values, "parameters">>(given: T, mask: (text: string) => string): T {
  const { parameters } = given;
  if (parameters === undefined) return given;
  const masked = parameters.map((parameter) =>
    typeof parameter.value === "string" ? { ...parameter, value: mask(parameter.value) } : parameter,
  );
  return { ...given, parameters: masked };
}

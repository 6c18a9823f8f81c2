import { open } from "../../src/engine/local/interpreter/interpreter.js";
import type { Action, Fact } from "../../src/engine/local/interpreter/facts.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { isFinished } from "../../src/run/phases.js";

const library = { workflowTemplates: {}, configMaps: {} };

/** Processor milliseconds of the interpreter alone: an engine without processes that answers at once. */
export function interpreting(workflow: Workflow): number {
  const begin = process.cpuUsage();
  const interpreter = open(structuredClone(workflow), library);
  const starts: string[] = [];
  const send = (fact: Fact): void => {
    for (const action of interpreter.advance(fact).actions as Action[]) {
      if (action.type === "start") starts.push(action.nodeId);
    }
  };
  let at = 1_700_000_000_000;
  send({ type: "opened", at });
  for (let next = 0; next < starts.length; next += 1) {
    const nodeId = starts[next] ?? "";
    send({ type: "running", at: (at += 10), nodeId });
    const outputs = { exitCode: "0" };
    send({ type: "finished", at: (at += 10), nodeId, phase: "Succeeded", message: "", outputs });
  }
  if (!isFinished(interpreter.workflow.status?.phase))
    throw new Error(`${workflow.metadata.name ?? ""} is stuck`);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

import type { Engine, RunKey } from "../engine/engine.js";
import type { NodeStatus, Workflow } from "../manifest/argo.js";
import { RunFault } from "./run-workflow.js";

/** `--on NODE:PHASE=...`: what to do when a node is in a phase. */
export interface Reaction {
  /** Display name, or name. */
  node: string;
  phase: string;
  verb: "resume" | "stop" | "terminate";
  /** Output parameters of a suspend node that is resumed. */
  outputs: Record<string, string>;
}

/** Reads `NODE:PHASE=resume|stop|terminate|set:param=value[,param=value]`. Throws a RunFault. */
export function parseReactions(texts: readonly string[]): Reaction[] {
  return texts.map((text) => {
    const match = /^(.+):([A-Z][a-z]+)=(resume|stop|terminate|set:(.+))$/s.exec(text);
    if (!match) throw new RunFault(`--on ${text}: write NODE:PHASE=resume|stop|terminate|set:param=value`);
    const [, node = "", phase = "", verb = "", settings] = match;
    if (settings === undefined) return { node, phase, verb: verb as Reaction["verb"], outputs: {} };
    const outputs = settings.split(",").map((setting): [string, string] => {
      const equals = setting.indexOf("=");
      if (equals < 1) throw new RunFault(`--on ${text}: write set:param=value`);
      return [setting.slice(0, equals), setting.slice(equals + 1)];
    });
    return { node, phase, verb: "resume", outputs: Object.fromEntries(outputs) };
  });
}

/**
 * Does each thing once, at the first node that is in its phase; what is done is taken from the list. True when
 * anything was done: the workflow must then be read afresh.
 */
export async function react(
  engine: Engine,
  key: RunKey,
  workflow: Workflow,
  reactions: Reaction[],
): Promise<boolean> {
  const before = reactions.length;
  const nodes = Object.values(workflow.status?.nodes ?? {});
  for (const reaction of reactions.slice()) {
    const node = nodes.find((each) => isMeant(each, reaction, key.name));
    if (!node) continue;
    reactions.splice(reactions.indexOf(reaction), 1);
    if (reaction.verb === "stop") await engine.stop(key, "Stop", "");
    else if (reaction.verb === "terminate") await engine.stop(key, "Terminate", "");
    else await resume(engine, key, workflow, node, reaction.outputs);
  }
  return reactions.length < before;
}

function isMeant(node: NodeStatus, { node: name, phase }: Reaction, run: string): boolean {
  const meant = name.replaceAll("$WF", run);
  return node.phase === phase && (node.displayName === meant || node.name === meant);
}

async function resume(
  engine: Engine,
  key: RunKey,
  workflow: Workflow,
  node: NodeStatus,
  outputs: Record<string, string>,
): Promise<void> {
  if (node.type !== "Suspend") throw new RunFault(`--on ${node.displayName}: only a suspend node resumes`);
  const gate = { uid: workflow.metadata.uid ?? "", nodeId: node.id, startedAt: node.startedAt ?? "" };
  await engine.release(key, gate, { phase: "Succeeded", message: "", outputs, annotations: {} });
}

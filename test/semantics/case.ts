import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { NodeStatus, Outputs, WorkflowTemplate } from "../../src/manifest/argo.js";
import type { GateAnswer } from "../../src/engine/engine.js";
import { noLibrary, Play } from "../support/interpreter-play.js";

/** What the world does next, to the node of a display name. */
type Event =
  | { end: string; phase?: "Succeeded" | "Failed" | "Error"; message?: string; outputs?: Outputs }
  | { run: string }
  | { answer: string; with?: Partial<GateAnswer> }
  | { stop: "Stop" | "Terminate"; message?: string }
  | { lock: string; fault?: string }
  | { recall: string; outputs?: Outputs }
  /** Seconds pass. */
  | { wait: number }
  /** The engine is killed and started again. */
  | { restart: true };

/** One statement about Argo, as a spec, what happens to it, and what it must come to. */
export interface SemanticCase {
  name: string;
  /** Where the statement comes from. */
  from?: string;
  spec: object;
  templates?: WorkflowTemplate[];
  configMaps?: Record<string, Record<string, string>>;
  events?: Event[];
  /** `PHASE: MESSAGE` of the workflow. */
  ends: string;
  /** Of some nodes, by display name: their phase, or some of their fields. */
  nodes?: Record<string, string | Partial<NodeStatus>>;
  /** When given, there are no other nodes than those in `nodes`. */
  only?: boolean;
  absent?: string[];
  /** The arguments that leaves were started with. */
  args?: Record<string, string[]>;
  children?: Record<string, string[]>;
  workflowOutputs?: Outputs;
}

export function casesIn(file: string): SemanticCase[] {
  return parse(readFileSync(new URL(file, import.meta.url), "utf8"), { merge: true }) as SemanticCase[];
}

export function play(item: SemanticCase): Play {
  const library = {
    ...noLibrary,
    workflowTemplates: Object.fromEntries(
      (item.templates ?? []).map((template) => [template.metadata.name ?? "", template]),
    ),
    configMaps: item.configMaps ?? {},
  };
  const world = new Play(stringify(item.spec, { aliasDuplicateObjects: false }), library);
  for (const event of item.events ?? []) happen(world, event);
  return world;
}

function happen(world: Play, event: Event): void {
  if ("end" in event) {
    const { end, phase, message, outputs } = event;
    const code = phase === "Failed" ? "main: Error (exit code 1)" : "";
    world.finish(end, {
      phase: phase ?? "Succeeded",
      message: message ?? code,
      ...(outputs ? { outputs } : {}),
    });
  } else if ("run" in event) world.send({ type: "running", nodeId: world.node(event.run).id });
  else if ("answer" in event) {
    const answer = { phase: "Succeeded", message: "", outputs: {}, annotations: {}, ...event.with };
    world.send({ type: "answered", nodeId: world.node(event.answer).id, answer: answer as GateAnswer });
  } else if ("stop" in event)
    world.send({ type: "stopped", strategy: event.stop, message: event.message ?? "" });
  else if ("lock" in event)
    world.send({
      type: "locked",
      nodeId: idOf(world, event.lock),
      ...(event.fault ? { fault: event.fault } : {}),
    });
  else if ("recall" in event)
    world.send({
      type: "recalled",
      nodeId: world.node(event.recall).id,
      ...(event.outputs ? { outputs: event.outputs } : {}),
    });
  else if ("wait" in event) {
    world.now += (event.wait - 1) * 1000;
    world.send({ type: "elapsed" });
  } else world.reopen();
}

/** An empty name is the workflow. */
function idOf(world: Play, name: string): string {
  return name === "" ? "" : world.node(name).id;
}

import type { Engine, RunKey } from "../engine/engine.js";
import type { NodeStatus, Workflow } from "../manifest/argo.js";
import { openGates } from "../run/gates.js";
import { isFinished, isFulfilled } from "../run/phases.js";
import { isLeaf, readRun } from "../run/read-run.js";
import { answerGate, type Answers } from "./run-gates.js";
import { react, type Reaction } from "./run-on.js";
import { type LiveTree, liveTree, type Terminal } from "./run-live.js";
import { nodeLine } from "./run-tree.js";
import { RunFault } from "./run-workflow.js";

export interface Streams {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Set when `out` is a screen on which the tree can be drawn. */
  terminal?: Terminal;
}

export type LogListener = (node: NodeStatus, text: string) => void;

/** What the command line says is to happen while the workflow runs. */
export interface Script {
  answers: Answers;
  reactions: Reaction[];
}

/** Tells what happens and answers gates until the run has ended. Throws a RunFault at a gate without an answer. */
export async function follow(
  engine: Engine,
  key: RunKey,
  { answers, reactions }: Script,
  io: Streams,
  onLog: LogListener = () => undefined,
): Promise<Workflow> {
  const changes = signal();
  const watch = engine.watch(changes.give);
  const interrupt = interrupter(engine, key);
  process.on("SIGINT", interrupt);
  const told = new Map<string, string>();
  const live = io.terminal ? liveTree(io.out, io.terminal) : undefined;
  try {
    for (;;) {
      const workflow = await engine.get(key);
      if (!workflow) throw new RunFault("the run is gone");
      await tellChanges(engine, workflow, told, { ...io, onLog, live });
      if (isFinished(workflow.status?.phase)) return workflow;
      if (await react(engine, key, workflow, reactions)) continue;
      await answerGates(engine, key, workflow, { answers, reactions });
      await changes.taken();
    }
  } finally {
    live?.close();
    process.off("SIGINT", interrupt);
    await watch.close();
  }
}

/** The first interrupt stops the run, exit handlers still run; the second does not wait for them. */
function interrupter(engine: Engine, key: RunKey): () => void {
  let count = 0;
  return () => {
    count += 1;
    engine.stop(key, count === 1 ? "Stop" : "Terminate", "interrupted").catch(() => undefined);
  };
}

async function answerGates(
  engine: Engine,
  key: RunKey,
  workflow: Workflow,
  { answers, reactions }: Script,
): Promise<void> {
  // What is still to happen may end the run or answer the gate.
  const isBusy = Object.values(workflow.status?.nodes ?? {}).some(
    (node) => isLeaf(node) && node.type !== "Suspend" && !isFulfilled(node.phase),
  );
  if (reactions.length > 0 && isBusy) return;
  const run = readRun(workflow);
  for (const gate of openGates(run)) {
    const answer = answerGate(gate, answers);
    if (typeof answer === "string") {
      await engine.stop(key, "Terminate", "a gate was not answered");
      throw new RunFault(answer);
    }
    await engine.release(key, { uid: run.uid, nodeId: gate.node.id, startedAt: gate.startedAt }, answer);
  }
}

const logTail = 8000;

/** A line for each leaf node that changed, and the log of one that has ended. */
async function tellChanges(
  engine: Engine,
  workflow: Workflow,
  told: Map<string, string>,
  io: Streams & { onLog: LogListener; live: LiveTree | undefined },
): Promise<void> {
  const { key, nodes } = readRun(workflow);
  io.live?.show(workflow);
  for (const node of nodes.values()) {
    const state = `${node.phase} ${node.message ?? ""}`;
    if (!isLeaf(node) || told.get(node.id) === state) continue;
    told.set(node.id, state);
    if (!io.live) io.out(`${nodeLine(node)}\n`);
    const log = isFulfilled(node.phase) ? await engine.log(key, node.id, logTail) : undefined;
    if (log) io.onLog(node, log.text);
    if (io.live) continue;
    for (const line of log?.text.trimEnd().split("\n") ?? []) if (line !== "") io.out(`  | ${line}\n`);
  }
}

/** Remembers that it was given until it is taken. */
function signal() {
  let given = false;
  let wake = () => {};
  return {
    give: () => {
      given = true;
      wake();
    },
    async taken(): Promise<void> {
      if (!given) await new Promise<void>((resolve) => (wake = resolve));
      given = false;
    },
  };
}

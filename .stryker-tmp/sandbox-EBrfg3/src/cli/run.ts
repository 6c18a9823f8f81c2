import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Engine, RunKey } from "../engine/engine.js";
import { openLocalEngine } from "../engine/local/local-engine.js";
import { checkManifests } from "../manifest/check.js";
import type { Workflow } from "../manifest/argo.js";
import type { Problem } from "../manifest/problem.js";
import { needsToken } from "../policy/compile-token.js";
import { openGates } from "../run/gates.js";
import { isFinished, isFulfilled } from "../run/phases.js";
import { isLeaf, readRun } from "../run/read-run.js";
import { answerGate, parseAnswers, type Answers } from "./run-gates.js";
import { nodeLine, renderTree } from "./run-tree.js";
import { RunFault, runnableOf, type Runnable } from "./run-workflow.js";

export interface RunOptions {
  /** `name=value` */
  parameters: string[];
  entrypoint?: string;
  /** `gate.parameter=value` */
  answers: string[];
  /** `PATH` or `HOST:PATH` */
  mounts: string[];
  output: "tree" | "json" | "yaml";
}

interface Streams {
  out: (text: string) => void;
  err: (text: string) => void;
}

/**
 * Runs the manifest of a file on a local engine of its own. Resolves to the exit code: 0 Succeeded, 1 Failed or
 * Error, 2 could not run, with the reason on `err`. With json and yaml only the final Workflow is written to `out`.
 */
export async function run(file: string, options: RunOptions, io: Streams): Promise<number> {
  try {
    if (!["tree", "json", "yaml"].includes(options.output))
      throw new RunFault(`--output ${options.output}: write tree, json or yaml`);
    const answers = parseAnswers(options.answers);
    const runnable = runnableOf(readManifests(file, io), options);
    return await runOnEngine(runnable, options, answers, io);
  } catch (error) {
    io.err(`sluice run: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

function readManifests(file: string, io: Streams) {
  const { manifests, problems } = checkManifests([{ path: file, text: readFileSync(file, "utf8") }]);
  const errors = problems.filter(({ severity }) => severity === "error");
  for (const problem of errors) io.err(problemLine(problem));
  if (errors.length > 0) throw new RunFault(`${file} has errors`);
  return manifests;
}

function problemLine({
  position,
  severity,
  message,
  hint,
  rule,
}: Pick<Problem, "position" | "message"> & Partial<Problem>) {
  const where = `${position.file}:${position.line}:${position.column}`;
  const advice = hint === undefined ? "" : ` ${hint}`;
  return `${where}: ${severity ?? "error"}: ${message}${advice}${rule === undefined ? "" : ` (${rule})`}\n`;
}

async function runOnEngine(
  runnable: Runnable,
  options: RunOptions,
  answers: Answers,
  io: Streams,
): Promise<number> {
  const { workflow, library } = runnable;
  const token = process.env["GITHUB_TOKEN"];
  const directory = mkdtempSync(join(tmpdir(), "sluice-run-"));
  let engine: Engine | undefined;
  try {
    const log = (_event: object, message: string) => io.err(`sluice run: ${message}\n`);
    engine = await openLocalEngine({ directory, library, mounts: options.mounts, log });
    refuseUnsupported(engine, runnable, io);
    const key = { namespace: workflow.metadata.namespace ?? "", name: workflow.metadata.name ?? "" };
    if (needsToken(workflow)) {
      if (!token)
        throw new RunFault("the run needs a GitHub token: set the environment variable GITHUB_TOKEN");
      const expiresAt = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString();
      await engine.putToken(key, { value: token, expiresAt });
    }
    await engine.submit(workflow);
    const end = await follow(
      engine,
      key,
      answers,
      options.output === "tree" ? io : { ...io, out: () => undefined },
    );
    writeEnd(end, options.output, io);
    return end.status?.phase === "Succeeded" ? 0 : 1;
  } finally {
    await engine?.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function refuseUnsupported(engine: Engine, { manifest, workflow }: Runnable, io: Streams): void {
  const problems = engine.supports(workflow);
  for (const { path, message } of problems) {
    const inManifest =
      manifest.kind === "CronWorkflow" && path[0] === "spec"
        ? ["spec", "workflowSpec", ...path.slice(1)]
        : path;
    io.err(problemLine({ position: manifest.positionOf(inManifest), message }));
  }
  if (problems.length > 0) throw new RunFault("the local engine cannot run this");
}

function writeEnd(workflow: Workflow, output: RunOptions["output"], io: Streams): void {
  if (output === "json") io.out(`${JSON.stringify(workflow, null, 2)}\n`);
  else if (output === "yaml") io.out(stringify(workflow));
  else io.out(`\n${renderTree(workflow)}`);
}

/** Tells what happens and answers gates until the run has ended. Throws a RunFault at a gate without an answer. */
async function follow(engine: Engine, key: RunKey, answers: Answers, io: Streams): Promise<Workflow> {
  const changes = signal();
  const watch = engine.watch(changes.give);
  const interrupt = interrupter(engine, key);
  process.on("SIGINT", interrupt);
  const told = new Map<string, string>();
  try {
    for (;;) {
      const workflow = await engine.get(key);
      if (!workflow) throw new RunFault("the run is gone");
      await tellChanges(engine, workflow, told, io);
      if (isFinished(workflow.status?.phase)) return workflow;
      await answerGates(engine, key, workflow, answers);
      await changes.taken();
    }
  } finally {
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

async function answerGates(engine: Engine, key: RunKey, workflow: Workflow, answers: Answers): Promise<void> {
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
  io: Streams,
): Promise<void> {
  const { key, nodes } = readRun(workflow);
  for (const node of nodes.values()) {
    const state = `${node.phase} ${node.message ?? ""}`;
    if (!isLeaf(node) || told.get(node.id) === state) continue;
    told.set(node.id, state);
    io.out(`${nodeLine(node)}\n`);
    const log = isFulfilled(node.phase) ? await engine.log(key, node.id, logTail) : undefined;
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

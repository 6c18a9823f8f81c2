import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Engine } from "../engine/engine.js";
import { openLocalEngine } from "../engine/local/local-engine.js";
import type { NodeStatus, Workflow } from "../manifest/argo.js";
import type { Problem } from "../manifest/problem.js";
import { needsToken } from "../policy/compile-token.js";
import { isFailed } from "../run/phases.js";
import { isLeaf, readRun } from "../run/read-run.js";
import { readRunFiles } from "./run-files.js";
import { follow, type Script, type Streams } from "./run-follow.js";
import { parseAnswers } from "./run-gates.js";
import { readImages } from "./run-images.js";
import { parseReactions } from "./run-on.js";
import { nodeLine, renderTree } from "./run-tree.js";
import { repositoryOf } from "./run-repository.js";
import { RunFault, runnableOf, type Runnable } from "./run-workflow.js";

export interface RunOptions {
  /** `name=value` */
  parameters: string[];
  entrypoint?: string;
  /** `gate.parameter=value` */
  answers: string[];
  /** `PATH` or `HOST:PATH` */
  mounts: string[];
  /** Files and folders of WorkflowTemplates and ConfigMaps that the run may use. */
  beside: string[];
  /** `NODE:PHASE=resume|stop|terminate|set:param=value` */
  reactions: string[];
  /** A file that says what the engine cannot know of images. */
  images?: string;
  /** `process`, `docker` or `podman`; `process` when absent. */
  executor?: string;
  output: "tree" | "json" | "yaml";
  /** Told of the end of each node's log. */
  onLog?: (node: NodeStatus, text: string) => void;
}

/**
 * Runs the manifest of a file on a local engine of its own. Resolves to the exit code: 0 Succeeded, 1 Failed or
 * Error, 2 could not run, with the reason on `err`. With json and yaml only the final Workflow is written to `out`.
 */
export async function run(file: string, options: RunOptions, io: Streams): Promise<number> {
  const repository = repositoryOf(file);
  try {
    if (!["tree", "json", "yaml"].includes(options.output))
      throw new RunFault(`--output ${options.output}: write tree, json or yaml`);
    const executor = executorOf(options.executor);
    const answers = parseAnswers(options.answers);
    const reactions = parseReactions(options.reactions);
    const { manifests, library } = readRunFiles(file, options.beside, (problem) =>
      io.err(problemLine(problem)),
    );
    const path = repository?.path;
    const runnable = runnableOf(manifests, library, { ...options, ...(path ? { repository: path } : {}) });
    const isUsed = path !== undefined && JSON.stringify(runnable.workflow.spec).includes(path);
    if (isUsed) repository?.copy();
    const mounts = isUsed ? [...options.mounts, path] : options.mounts;
    return await runOnEngine(runnable, { ...options, mounts, executor }, { answers, reactions }, io);
  } catch (error) {
    io.err(`sluice run: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  } finally {
    repository?.remove();
  }
}

const EXECUTORS = ["process", "docker", "podman"] as const;
type Executor = (typeof EXECUTORS)[number];

function executorOf(name = "process"): Executor {
  const executor = EXECUTORS.find((known) => known === name);
  if (executor) return executor;
  throw new RunFault(`--executor ${name}: write process, docker or podman`);
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
  options: RunOptions & { executor: Executor },
  script: Script,
  io: Streams,
): Promise<number> {
  const { workflow, library } = runnable;
  const images = options.images === undefined ? [] : readImages(options.images);
  const token = process.env["GITHUB_TOKEN"];
  const directory = mkdtempSync(join(tmpdir(), "sluice-run-"));
  let engine: Engine | undefined;
  try {
    const log = (_event: object, message: string) => io.err(`sluice run: ${message}\n`);
    const { mounts, executor } = options;
    engine = await openLocalEngine({ directory, library, images, mounts, executor, reach: "anywhere", log });
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
      script,
      options.output === "tree" ? io : { err: io.err, out: () => undefined },
      options.onLog,
    );
    if (io.terminal && options.output === "tree") await writeFailures(engine, end, io);
    writeEnd(end, options.output, io);
    return end.status?.phase === "Succeeded" ? 0 : 1;
  } finally {
    await engine?.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const failureLines = 20;

/** The end of the log of each step that failed: the screen has not shown it. */
async function writeFailures(engine: Engine, workflow: Workflow, io: Streams): Promise<void> {
  const { key, nodes } = readRun(workflow);
  for (const node of nodes.values()) {
    if (!isLeaf(node) || !isFailed(node.phase)) continue;
    const log = await engine.log(key, node.id, 8000);
    const text = log?.text.trimEnd() ?? "";
    const lines = text === "" ? [] : text.split("\n").slice(-failureLines);
    io.out(`${nodeLine(node)}\n${lines.map((line) => `  | ${line}\n`).join("")}`);
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

import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { segment } from "./artifacts.js";
import { StepFault } from "./environment.js";
import { exitCode } from "./processes.js";
import { openSandbox, type Sandbox } from "./sandbox.js";
import { prepare, type Command } from "./step-inputs.js";
import { maskStream, maskText, openStepLog } from "./step-log.js";
import { collectOutputs, type Main } from "./step-outputs.js";
import type { StepEnd, StepOptions, StepStart } from "./step-start.js";

const logLimit = 50 * 1024 * 1024;
const resultLimit = 256 * 1024;

export function logFile(directory: string, uid: string, nodeId: string): string {
  return join(directory, "logs", segment(uid), segment(nodeId));
}

/** Runs a step from its inputs to its saved outputs. Never rejects: what goes wrong is the phase Error. */
export async function runStep(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const mask = (text: string) => maskText(text, step.secrets());
  let sandbox: Sandbox | undefined;
  const kill = () => sandbox?.kill();
  step.signal.addEventListener("abort", kill);
  try {
    const { directory, isolation, mounts } = options;
    const id = `${segment(step.uid)}.${segment(step.nodeId)}`;
    const { onProcess } = step;
    sandbox = await openSandbox({ isolation, engineDirectory: directory, mounts, onProcess }, id);
    if (step.signal.aborted) throw new StepFault("killed");
    step.onSandbox(sandbox);
    const command = await prepare(sandbox, options, step);
    const main = await runMain(sandbox, options, step, command);
    await sandbox.quiet();
    const end = await collectOutputs(sandbox, options, step, main);
    return { ...end, message: mask(end.message) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { phase: "Error", message: mask(message) };
  } finally {
    step.signal.removeEventListener("abort", kill);
    await sandbox?.remove();
  }
}

/** Runs the command to its end, or until it is killed; its output goes to the log as it comes. */
async function runMain(
  sandbox: Sandbox,
  options: StepOptions,
  step: StepStart,
  command: Command,
): Promise<Main> {
  const log = openStepLog(logFile(options.directory, step.uid, step.nodeId), logLimit);
  let result = Buffer.alloc(0);
  const out = maskStream(step.secrets, (chunk) => {
    log.write(chunk);
    const all = Buffer.concat([result, chunk]);
    result = all.length > 2 * resultLimit ? Buffer.from(all.subarray(-resultLimit)) : all;
  });
  const err = maskStream(step.secrets, (chunk) => log.write(chunk));
  try {
    const child = sandbox.spawn(command.argv, command);
    child.stdin?.on("error", () => undefined);
    child.stdin?.end();
    child.stdout?.on("data", out.push);
    child.stderr?.on("data", err.push);
    const code = await ended(child, sandbox);
    out.end();
    err.end();
    return { code, result: result.subarray(-resultLimit).toString().replace(/\n$/, "") };
  } finally {
    log.close();
  }
}

/** Only the command itself is awaited; what it left behind is killed, so that its output ends. */
function ended(child: ChildProcess, sandbox: Sandbox): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      void sandbox.quiet();
      // A daemon that left the process group of a step without a namespace may hold the pipe for ever.
      setTimeout(() => [child.stdout, child.stderr].forEach((stream) => stream?.destroy()), 2000).unref();
    });
    child.on("close", (code, signal) => resolve(exitCode(code, signal)));
  });
}

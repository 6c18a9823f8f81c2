import type { ChildProcess } from "node:child_process";
import { exitCode } from "./processes.js";
import type { Sandbox } from "./sandbox.js";
import type { Command } from "./step-inputs.js";
import { maskStream, openStepLog } from "./step-log.js";
import type { Main } from "./step-outputs.js";
import type { StepStart } from "./step-start.js";

const logLimit = 50 * 1024 * 1024;
const resultLimit = 256 * 1024;

export interface MainOptions {
  log: string;
  append?: boolean;
  /** Others run in the same sandbox: what the command leaves behind is not killed. */
  isShared?: boolean;
}

/** Runs the command to its end, or until it is killed; its output goes to the log as it comes. */
export async function runMain(
  sandbox: Sandbox,
  step: StepStart,
  command: Command,
  { log: file, append = false, isShared = false }: MainOptions,
): Promise<Main> {
  const log = openStepLog(file, logLimit, append);
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
    const code = await ended(child, isShared ? undefined : sandbox);
    out.end();
    err.end();
    return { code, result: result.subarray(-resultLimit).toString().replace(/\n$/, "") };
  } finally {
    log.close();
  }
}

/** Only the command itself is awaited; what it left behind is killed, so that its output ends. */
function ended(child: ChildProcess, sandbox: Sandbox | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      void sandbox?.quiet();
      // A daemon that left the process group of a step without a namespace may hold the pipe for ever.
      const release = () => [child.stdout, child.stderr].forEach((stream) => stream?.destroy());
      const timer = setTimeout(release, 2000).unref();
      child.on("close", () => clearTimeout(timer));
    });
    child.on("close", (code, signal) => resolve(exitCode(code, signal)));
  });
}

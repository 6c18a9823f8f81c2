import { StepFault } from "./environment.js";
import { startName } from "./process-notes.js";
import { runToEnd } from "./run-to-end.js";
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
  /** Nobody will look at what the command leaves when it succeeds. */
  isLast?: boolean;
}

/** Runs the command to its end, or until it is killed; its output goes to the log as it comes. */
export async function runMain(
  sandbox: Sandbox,
  step: StepStart,
  command: Command,
  { log: file, append = false, isShared = false, isLast = false }: MainOptions,
): Promise<Main> {
  // What was killed may have ended before: then nothing else says that the step is over.
  if (step.signal.aborted) throw new StepFault("killed");
  const log = openStepLog(file, logLimit, append);
  let result = Buffer.alloc(0);
  const out = maskStream(step.secrets, (chunk) => {
    log.write(chunk);
    const all = Buffer.concat([result, chunk]);
    result = all.length > 2 * resultLimit ? Buffer.from(all.subarray(-resultLimit)) : all;
  });
  const err = maskStream(step.secrets, (chunk) => log.write(chunk));
  const sink = { out: out.push, err: err.push };
  try {
    const code = isShared
      ? await runToEnd(sandbox.spawn(command.argv, command), sink)
      : await sandbox.run({ ...command, step: startName(step.uid, step.nodeId) }, sink, isLast);
    out.end();
    err.end();
    return { code, result: result.subarray(-resultLimit).toString().replace(/\n$/, "") };
  } finally {
    log.close();
  }
}

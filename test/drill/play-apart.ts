import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { playBatch, type BatchOptions, type BatchResult } from "./batch.js";

/** A result as a message between processes. */
type Told = Omit<BatchResult, "failed"> & { failed: [number, string[]][] };

/** Plays a batch in a process of its own, for the clock is a process's; what the process says is said here. */
export async function playApart(options: BatchOptions): Promise<BatchResult> {
  // As an argument, for the clock hears a message before this module does.
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)]);
  const ended = once(child, "exit");
  let told: Told | undefined;
  child.on("message", (message) => (told = message as Told));
  const [code] = (await ended) as [number | null];
  if (told === undefined) {
    const text = `the process of the batch ended with ${code ?? "a signal"} and without a result`;
    return { failed: new Map([[-1, [text]]]), kills: 0, faults: 0 };
  }
  return { ...told, failed: new Map(told.failed) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { failed, ...result } = await playBatch(JSON.parse(process.argv[2] ?? "") as BatchOptions);
  process.send?.({ ...result, failed: [...failed] }, () => process.exit());
}

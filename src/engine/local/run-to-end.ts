import type { ChildProcess } from "node:child_process";
import type { OutputSink } from "./launched.js";
import { exitCode } from "./processes.js";

/**
 * Hands over the output of a command and resolves with its exit code. Only the command itself is awaited: then `quiet`
 * kills what it left behind, so that its output ends.
 */
export function runToEnd(
  child: ChildProcess,
  sink: OutputSink,
  quiet?: () => Promise<void>,
): Promise<number> {
  child.stdin?.on("error", () => undefined);
  child.stdin?.end();
  child.stdout?.on("data", sink.out);
  child.stderr?.on("data", sink.err);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      void quiet?.();
      // A daemon that left the process group of a step without a namespace may hold the pipe for ever.
      const release = () => [child.stdout, child.stderr].forEach((stream) => stream?.destroy());
      const timer = setTimeout(release, 2000).unref();
      child.on("close", () => clearTimeout(timer));
    });
    child.on("close", (code, signal) => resolve(exitCode(code, signal)));
  });
}

import type { AnswerFrame } from "./launcher-frames.js";
import type { UpperDirectory } from "./namespace.js";

/** A command with its whole environment. */
export interface LaunchedCommand {
  /** Which step it is, in one line: its start is noted under this name before it starts. */
  step: string;
  argv: readonly string[];
  env: Record<string, string>;
  cwd: string;
}

/** Gets the output in the order in which it was read, all of it before the command counts as ended. */
export interface OutputSink {
  out: (chunk: Buffer) => void;
  err: (chunk: Buffer) => void;
}

/** The root of a step: the host's, with these changes. */
export interface PodRoot {
  upper: UpperDirectory;
  /** Mount points of the host below its root. */
  hostMounts: readonly string[];
  /** What is mounted where: from, to, from, to. */
  binds: readonly string[];
  masks: readonly string[];
}

export interface LaunchedProcess {
  /** The exit code, 128 + N for signal N, when the command has ended and its session was killed. */
  ended: Promise<number>;
  kill(): void;
}

/** What becomes of a pod when its command has succeeded: it stays, it goes, or it waits for another one if it is as new. */
export type AfterCommand = "stay" | "go" | "renew";

/** Namespaces for steps, with a process that waits in them for a step's command. */
export interface LaunchedPod {
  /** The first process, as the host counts. */
  pid: number;
  /** False when its command has ended or it was lost. */
  readonly isAlive: boolean;
  /** True when nothing of it is left: its process id may be that of another one. */
  readonly isGone: boolean;
  /** True when its command has left nothing that another one could find: no process, no file, no setting. */
  readonly isAsNew: boolean;
  /**
   * Once, and again whenever the pod is as new. Resolves with the exit code when the command and all that it left
   * behind have ended.
   */
  run(command: LaunchedCommand, sink: OutputSink, after: AfterCommand): Promise<number>;
  kill(): void;
  /** Ends all that is in it and removes its files. */
  remove(): Promise<void>;
}

/** What is told about one process or pod; `lost` when the launcher has ended. */
export interface Listener {
  take: (frame: AnswerFrame) => void;
  lost: (error: Error) => void;
}

export function commandStrings({ argv, env, cwd }: LaunchedCommand): string[] {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  return [cwd, String(argv.length), ...argv, ...settings];
}

export function passOutput({ type, payload }: AnswerFrame, sink: OutputSink): void {
  if (type === "o") sink.out(payload);
  if (type === "e") sink.err(payload);
}

/** The exit code in an answer that holds a status as wait(2) gives it. */
export function exitCodeIn({ payload }: AnswerFrame): number {
  const status = payload.readUInt32BE(0);
  return (status & 0x7f) === 0 ? status >> 8 : 128 + (status & 0x7f);
}

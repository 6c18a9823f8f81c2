import { spawn, type ChildProcessByStdio } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import {
  commandStrings,
  exitCodeIn,
  passOutput,
  type LaunchedCommand,
  type LaunchedPod,
  type LaunchedProcess,
  type Listener,
  type OutputSink,
  type PodRoot,
} from "./launched.js";
import { Pod } from "./launched-pod.js";
import { frameReader, orderFrame, type AnswerFrame, type Order } from "./launcher-frames.js";
import { launcherProgram } from "./launcher-program.js";
import { killGroup } from "./processes.js";
import { defaultPath, found } from "./program.js";

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts processes through a small one (`launcher-program.ts`), which is started again when it was lost. What it
 * started ends with it, and it ends with the engine.
 */
export class Launcher {
  readonly #perl: string;
  readonly #directory: string;
  readonly #onProcess: (pid: number) => void;
  readonly #listeners = new Map<number, Listener>();
  #child: Child | undefined;
  #last = 0;

  private constructor(perl: string, directory: string, onProcess: (pid: number) => void) {
    this.#perl = perl;
    this.#directory = directory;
    this.#onProcess = onProcess;
  }

  /**
   * Undefined where it cannot run, which the log says. Its program and the notes about the processes that it starts
   * without a namespace (`process-notes.ts`) are files of the directory. `onProcess` is told of the launcher itself.
   */
  static async open(
    directory: string,
    onProcess: (pid: number) => void,
    log: (event: object, message: string) => void,
  ): Promise<Launcher | undefined> {
    const perl = found("perl", defaultPath);
    if (perl === undefined || !["x64", "arm64"].includes(process.arch)) return undefined;
    writeFileSync(join(directory, "launcher.pl"), launcherProgram, { mode: 0o600 });
    const launcher = new Launcher(perl, directory, onProcess);
    try {
      await launcher.#greeting();
      return launcher;
    } catch (error) {
      log({ err: error }, "steps are started without the launcher");
      return undefined;
    }
  }

  /** Starts a command on the host's own files, in a session of its own; `file` is its absolute path. */
  start(file: string, command: LaunchedCommand, sink: OutputSink): LaunchedProcess {
    let pid: number | undefined;
    const id = this.#next();
    const ended = new Promise<number>((resolve, reject) => {
      const lost = (error: Error) => {
        killGroup(pid);
        reject(error);
      };
      this.#listen(id, {
        lost,
        take: (frame) => {
          if (frame.type === "s") pid = frame.payload.readUInt32BE(0);
          else if (frame.type === "f")
            reject(new Error(`failed to start ${file}: ${frame.payload.toString()}`));
          else if (frame.type === "x") resolve(exitCodeIn(frame));
          else passOutput(frame, sink);
        },
      });
    });
    this.#send("R", id, [command.step, file, ...commandStrings(command)]);
    return { ended, kill: () => this.#send("K", id, []) };
  }

  /** Makes the namespaces and the root of a step, with its files in the folder `state`, which must be there. */
  openPod(state: string, root: PodRoot): Promise<LaunchedPod> {
    const id = this.#next();
    const pod = new Pod(state, (order, strings) => this.#send(order, id, strings));
    this.#listen(id, pod);
    const hosts = [String(root.hostMounts.length), ...root.hostMounts];
    const binds = [String(root.binds.length), ...root.binds];
    this.#send("P", id, [state, root.upper, ...hosts, ...binds, ...root.masks]);
    return pod.ready.then(
      () => pod,
      async (error) => {
        await pod.remove();
        throw error;
      },
    );
  }

  /** Ends everything that it started. */
  close(): Promise<void> {
    const child = this.#child;
    if (!child) return Promise.resolve();
    return new Promise((resolve) => {
      child.on("close", () => resolve());
      hold(child, true);
      child.stdin.end();
    });
  }

  #listen(id: number, listener: Listener): void {
    this.#listeners.set(id, listener);
    this.#hold();
  }

  #hold(): void {
    if (this.#child) hold(this.#child, this.#listeners.size > 0);
  }

  #next(): number {
    this.#last = (this.#last % 0xffff_ffff) + 1;
    return this.#last;
  }

  #send(order: Order, id: number, strings: readonly string[]): void {
    if (strings.some((text) => text.includes("\0"))) {
      const error = new Error("a command and its environment cannot contain a null byte");
      queueMicrotask(() => this.#listeners.get(id)?.lost(error));
      if (order !== "M") queueMicrotask(() => this.#forget(id));
      return;
    }
    if (!this.#child && order !== "R" && order !== "P") return;
    this.#running().stdin.write(orderFrame(order, id, strings));
  }

  #greeting(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#listen(0, { take: () => resolve(), lost: reject });
      this.#running();
    });
  }

  #running(): Child {
    if (this.#child) return this.#child;
    const program = [join(this.#directory, "launcher.pl"), join(this.#directory, "processes")];
    const arm = process.arch === "arm64" ? "1" : "";
    // In a session of its own: ctrl-C in a terminal is the engine's to handle.
    const child = spawn(this.#perl, [...program, arm], {
      env: {},
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    if (child.pid !== undefined) this.#onProcess(child.pid);
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-1024)));
    child.stdin.on("error", () => undefined);
    child.stdout.on(
      "data",
      frameReader((frame) => this.#take(frame)),
    );
    child.on("error", (error) => (complaint = error.message));
    child.on("close", () => this.#lose(child, complaint.trim()));
    this.#child = child;
    return child;
  }

  #take(frame: AnswerFrame): void {
    this.#listeners.get(frame.id)?.take(frame);
    if (frame.type !== "d" && frame.type !== "h") return;
    this.#forget(frame.id);
  }

  #forget(id: number): void {
    this.#listeners.delete(id);
    this.#hold();
  }

  #lose(child: Child, complaint: string): void {
    if (this.#child === child) this.#child = undefined;
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    const error = new Error(`the launcher of steps has ended${complaint === "" ? "" : `: ${complaint}`}`);
    for (const listener of listeners) listener.lost(error);
  }
}

/** Whether this process stays for the child: it may end while nothing runs. */
function hold(child: Child, isBusy: boolean): void {
  const sockets = [child.stdin, child.stdout, child.stderr].filter((stream) => stream instanceof Socket);
  for (const each of [child, ...sockets]) {
    if (isBusy) each.ref();
    else each.unref();
  }
}

import { rm } from "node:fs/promises";
import { deferred } from "../../lib/deferred.js";
import {
  commandStrings,
  exitCodeIn,
  passOutput,
  type AfterCommand,
  type LaunchedCommand,
  type LaunchedPod,
  type Listener,
  type OutputSink,
} from "./launched.js";
import type { AnswerFrame, Order } from "./launcher-frames.js";

const uses: Record<AfterCommand, string> = { stay: "0", go: "1", renew: "2" };

/** One pod as its answers tell of it. */
export class Pod implements LaunchedPod, Listener {
  pid = 0;
  isAlive = true;
  isGone = false;
  isAsNew = false;
  readonly ready: Promise<void>;
  readonly #state: string;
  readonly #order: (order: Order, strings: readonly string[]) => void;
  #exited = deferred<number>();
  readonly #gone = deferred<boolean>();
  readonly #ready = deferred<void>();
  #sink: OutputSink | undefined;

  constructor(state: string, order: (order: Order, strings: readonly string[]) => void) {
    this.#state = state;
    this.#order = order;
    this.ready = this.#ready.promise;
  }

  run(command: LaunchedCommand, sink: OutputSink, after: AfterCommand): Promise<number> {
    if (this.isAsNew) {
      this.#exited = deferred<number>();
      this.isAsNew = false;
    }
    this.#sink = sink;
    this.#order("M", [command.step, uses[after], ...commandStrings(command)]);
    return this.#exited.promise;
  }

  kill(): void {
    this.#order("K", []);
  }

  async remove(): Promise<void> {
    this.kill();
    const isClean = await this.#gone.promise;
    if (!isClean) await rm(this.#state, { recursive: true, force: true, maxRetries: 3 });
  }

  take(frame: AnswerFrame): void {
    if (frame.type === "x" || frame.type === "d") this.isAlive = this.isAsNew = false;
    if (frame.type === "s") this.pid = frame.payload.readUInt32BE(0);
    else if (frame.type === "r") this.#ready.resolve();
    else if (frame.type === "x") this.#exited.resolve(exitCodeIn(frame));
    else if (frame.type === "a") this.#renew(exitCodeIn(frame));
    else if (frame.type === "f") this.#fail(frame.payload.toString().trim());
    else if (frame.type === "d") this.#end(frame.payload.length === 0);
    else if (this.#sink) passOutput(frame, this.#sink);
  }

  lost(error: Error): void {
    this.isAlive = this.isAsNew = false;
    this.isGone = true;
    this.#exited.reject(error);
    this.#fail(error.message);
    this.#gone.resolve(false);
  }

  #renew(code: number): void {
    this.isAsNew = true;
    this.#sink = undefined;
    this.#exited.resolve(code);
  }

  #end(isClean: boolean): void {
    this.isGone = true;
    this.#fail("killed");
    this.#gone.resolve(isClean);
  }

  #fail(message: string): void {
    this.#ready.reject(new Error(`failed to isolate the step: ${message}`));
  }
}

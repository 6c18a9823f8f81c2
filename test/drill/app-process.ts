import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "serve.js");
const clock = join(import.meta.dirname, "clock.js");

/** `sluice serve` in a process of its own, which may be killed and started again. */
export class AppProcess {
  /** All that it wrote, over all its lives. */
  output = "";
  lives = 0;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #listening = false;
  readonly #told: (text: string) => void;

  constructor(env: Record<string, string>, told: (text: string) => void) {
    this.#env = env;
    this.#told = told;
  }

  get listening(): boolean {
    return this.#listening;
  }

  /** Resolves when it listens, or has ended without. */
  start(env: Record<string, string> = {}): Promise<void> {
    this.lives += 1;
    const child = spawn(process.execPath, ["--import", clock, main], {
      env: { ...process.env, ...this.#env, ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    return new Promise((resolve) => {
      const hear = (chunk: Buffer) => {
        this.output += chunk.toString();
        if (this.#listening || !chunk.includes('"msg":"listening"')) return;
        this.#listening = true;
        this.#told(`life ${this.lives} listens`);
        resolve();
      };
      child.stdout?.on("data", hear);
      child.stderr?.on("data", hear);
      this.#ended = new Promise((ended) => {
        child.on("close", (code, signal) => {
          this.#listening = false;
          this.#child = undefined;
          this.#told(`life ${this.lives} ended: ${signal ?? code ?? "?"}`);
          ended();
          resolve();
        });
      });
    });
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  kill(): void {
    this.#listening = false;
    this.#child?.kill("SIGKILL");
  }

  /** `skew` is how wrong its clock is; `jumped` how far all clocks were put forward. */
  tell(message: { skew?: number; jumped?: number }): void {
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  async stop(): Promise<void> {
    this.#child?.kill("SIGTERM");
    await this.#ended;
  }

  async ended(): Promise<void> {
    await this.#ended;
  }
}

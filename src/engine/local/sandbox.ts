import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { once } from "node:events";
import {
  capabilities,
  enterNamespace,
  hostMounts,
  launch,
  maskedPaths,
  type Mount,
  type UpperDirectory,
} from "./namespace.js";
import type { LaunchedCommand, LaunchedProcess, OutputSink } from "./launched.js";
import type { Launcher } from "./launcher.js";
import type { PodPool } from "./pod-pool.js";
import { exitCode, killGroup } from "./processes.js";
import { defaultPath, found } from "./program.js";
import { runToEnd } from "./run-to-end.js";

export { defaultPath };

/** How steps are kept apart: in an overlay of the host's root, one at a time on the host itself, or in their images. */
export type Isolation =
  | { kind: "overlay"; upper: UpperDirectory }
  | { kind: "serial" }
  /** The images themselves run, by a program with the command line of docker. */
  | { kind: "image"; program: string };

export interface SandboxOptions {
  isolation: Isolation;
  engineDirectory: string;
  mounts: readonly Mount[];
  /** Files and folders of the host that the step must not see, besides the engine's own directory. */
  hidden: readonly string[];
  /** Told of every process of the host that must be killed, with its group, to end the step. */
  onProcess: (pid: number) => void;
  /** Starts what it can instead of this process. */
  launcher?: Launcher | undefined;
  pods?: PodPool | undefined;
  /** Only steps of one owner come into one pod, one after another. */
  owner: string;
}

export interface SpawnOptions {
  env: Record<string, string>;
  cwd: string;
}

/** A file system in which one step runs: everything of the step, also its artifacts, goes through `run` and `spawn`. */
export interface Sandbox {
  /** False when the file system is the host's. */
  readonly isolated: boolean;
  /** Where a script's source goes. */
  readonly scriptPath: string;
  /**
   * The step's own command, once: resolves with the exit code when it and all that it left behind have ended. With
   * `isLast` nothing else is done in the sandbox once the command has succeeded.
   */
  run(command: LaunchedCommand, sink: OutputSink, isLast: boolean): Promise<number>;
  spawn(argv: readonly string[], options: SpawnOptions): ChildProcess;
  /** Kills every process of the step; the files stay, and `spawn` may be called again. */
  quiet(): Promise<void>;
  /** Kills everything at once, also while `spawn`ed commands run. */
  kill(): void;
  /** Kills everything and removes the files. */
  remove(): Promise<void>;
  /** Puts a new token where the step reads it; absent where it goes through `spawn`. */
  putToken?(token: string): void;
}

/** Throws when the namespace cannot be made; the message is what the kernel or mount said. */
export async function openSandbox(options: SandboxOptions, id: string): Promise<Sandbox> {
  const { isolation, pods } = options;
  const state = join(options.engineDirectory, "steps", id);
  if (isolation.kind !== "overlay") return serialSandbox(options, state);
  return pods
    ? launchedSandbox(options, isolation.upper, pods)
    : overlaySandbox(options, isolation.upper, state);
}

async function launchedSandbox(
  options: SandboxOptions,
  upper: UpperDirectory,
  pods: PodPool,
): Promise<Sandbox> {
  const { mounts, owner } = options;
  const root = {
    upper,
    hostMounts: hostMounts(),
    binds: mounts.flatMap(({ host, path }) => [host, path]),
    masks: masksOf(options),
  };
  const pod = await pods.take(root, owner);
  const enter = entering(String(pod.pid));
  let wasEntered = false;
  // Once it is given back another step may be in it.
  let isOurs = true;
  const spawn: Sandbox["spawn"] = (argv, settings) => {
    if (!isOurs || pod.isGone) return start("/bin/sh", ["-c", "exit 137"], {});
    wasEntered = true;
    return enter(argv, settings);
  };
  return {
    isolated: true,
    scriptPath,
    spawn,
    run: (command, sink, isLast) => pod.run(command, sink, !isLast ? "stay" : wasEntered ? "go" : "renew"),
    quiet: () => killInside(spawn),
    kill: () => {
      if (isOurs) pod.kill();
    },
    async remove() {
      if (!isOurs) return;
      isOurs = false;
      if (pod.isAsNew && !wasEntered) pods.giveBack(pod, root, owner);
      else await pod.remove();
    },
  };
}

const scriptPath = "/argo/staging/script";

async function killInside(spawn: Sandbox["spawn"]): Promise<void> {
  await collect(spawn(["/bin/sh", "-c", "kill -9 -1"], { env: { PATH: defaultPath }, cwd: "/" }));
}

/** Hidden paths that are there now, and wherever mounts show them. */
function masksOf({ engineDirectory, hidden, mounts }: SandboxOptions): string[] {
  return maskedPaths([engineDirectory, ...hidden.filter((path) => existsSync(path))], mounts);
}

async function overlaySandbox(
  options: SandboxOptions,
  upper: UpperDirectory,
  state: string,
): Promise<Sandbox> {
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state, { recursive: true, mode: 0o755 });
  const holder = startHolder(options, upper, state);
  const ended = once(holder, "close").catch(() => undefined);
  const kill = () => {
    if (holder.exitCode === null && holder.signalCode === null) killGroup(holder.pid);
  };
  const remove = async () => {
    kill();
    await ended;
    rmSync(state, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const ready = readyPid(holder);
    if (holder.pid !== undefined) options.onProcess(holder.pid);
    const spawn = entering(await ready);
    const quiet = () => killInside(spawn);
    const run = running(spawn, quiet);
    return { isolated: true, scriptPath, spawn, run, quiet, kill, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Starts the first process of the step's namespace. */
function startHolder(
  { engineDirectory, mounts, hidden }: SandboxOptions,
  upper: UpperDirectory,
  state: string,
) {
  const pairs = mounts.flatMap((mount) => [mount.host, mount.path]);
  const lists = [...hostMounts(), "--", ...pairs, "--", ...maskedPaths([engineDirectory, ...hidden], mounts)];
  const flags = ["--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", enterNamespace, "sh"];
  const holder = start(program("unshare"), [...flags, state, upper, ...lists], { PATH: defaultPath });
  holder.stdin?.on("error", () => undefined);
  return holder;
}

/** How commands get into the namespace whose first process has this id. */
function entering(first: string): Sandbox["spawn"] {
  const namespace = [`--target=${first}`, "--mount", "--pid", "--"];
  const rights = [program("setpriv"), "--inh-caps=-all", `--bounding-set=${capabilities}`];
  const enter = [...namespace, ...rights, "/bin/sh", "-c", launch, "sh"];
  return (argv, { env, cwd }) => {
    const { plain, late } = splitEnvironment(env);
    const settings = Object.entries(late).map(([name, value]) => `${name}=${value}`);
    return start(program("nsenter"), [...enter, cwd, String(settings.length), ...settings, ...argv], plain);
  };
}

/** The first process's id outside of its namespace, once the root is built. */
function readyPid(holder: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const complaint = holder.stderr ? text(holder.stderr) : Promise.resolve("");
    let said = "";
    holder.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const ready = /^ready (\d+)\n/.exec(said);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    });
    holder.on("error", reject);
    holder.on("close", () => {
      complaint.then(
        (message) => reject(new Error(`failed to isolate the step: ${message.trim() || "killed"}`)),
        reject,
      );
    });
  });
}

/** The same through a child process of this one. */
function running(spawn: Sandbox["spawn"], quiet: () => Promise<void>): Sandbox["run"] {
  return async (command, sink) => {
    const code = await runToEnd(spawn(command.argv, command), sink, quiet);
    await quiet();
    return code;
  };
}

function serialSandbox(options: SandboxOptions, state: string): Sandbox {
  const { launcher } = options;
  const groups = new Set<number>();
  let launched: LaunchedProcess | undefined;
  const kill = () => {
    launched?.kill();
    groups.forEach(killGroup);
    groups.clear();
  };
  const spawnHere: Sandbox["spawn"] = (argv, { env, cwd }) => {
    const child = startHere(argv, env, cwd);
    const { pid } = child;
    if (pid !== undefined) {
      groups.add(pid);
      options.onProcess(pid);
    }
    return child;
  };
  const quiet = () => Promise.resolve(kill());
  const launchHere: Sandbox["run"] = async (command, sink) => {
    const [file, found] = commandHere(command);
    launched = launcher?.start(file, { ...found, step: command.step }, sink);
    const code = await (launched?.ended ?? Promise.reject(new Error("there is no launcher")));
    kill();
    return code;
  };
  return {
    isolated: false,
    scriptPath: join(state, "script"),
    spawn: spawnHere,
    run: launcher ? launchHere : running(spawnHere, quiet),
    quiet,
    kill,
    remove() {
      kill();
      if (existsSync(state)) rmSync(state, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** Without a shell between where the command is there; with one it is told as Argo tells it that it is not. */
function commandHere(wanted: Omit<LaunchedCommand, "step">): [string, Omit<LaunchedCommand, "step">] {
  const { argv, env, cwd } = wanted;
  const [command = ""] = argv;
  const path = command.includes("/") ? command : found(command, env["PATH"] ?? defaultPath);
  if (path !== undefined && existsSync(path) && existsSync(cwd)) return [path, wanted];
  return ["/bin/sh", { argv: ["/bin/sh", "-c", launch, "sh", cwd, "0", ...argv], env, cwd: "/" }];
}

function startHere(argv: readonly string[], env: Record<string, string>, cwd: string): ChildProcess {
  const [file, command] = commandHere({ argv, env, cwd });
  const [argv0 = "", ...args] = command.argv;
  const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
  return spawn(file, args, { argv0, env, cwd: command.cwd, detached: true, stdio });
}

function start(file: string, args: string[], env: Record<string, string>): ChildProcess {
  return spawn(file, args, { env, cwd: "/", detached: true, stdio: ["pipe", "pipe", "pipe"] });
}

/** The dynamic linker's variables must not reach nsenter, which still has the host's files and all rights. */
function splitEnvironment(env: Record<string, string>) {
  const linker = /^(LD_|GLIBC_|GCONV_PATH|LOCPATH|NLSPATH|MALLOC_)/;
  const entries = Object.entries(env);
  return {
    plain: Object.fromEntries(entries.filter(([name]) => !linker.test(name))),
    late: Object.fromEntries(entries.filter(([name]) => linker.test(name))),
  };
}

function program(name: string): string {
  const file = found(name, defaultPath);
  if (file !== undefined) return file;
  throw new Error(`failed to isolate the step: ${name} is not installed`);
}

export interface Outcome {
  /** 128 + N when signal N ended the command. */
  code: number;
  stdout: Buffer;
  stderr: string;
  /** True when standard output was longer than the limit. */
  cut: boolean;
}

/** Runs a short command of ours in the sandbox to its end. */
export function runIn(
  sandbox: Sandbox,
  argv: readonly string[],
  options: { input?: Buffer | string; env?: Record<string, string>; limit?: number } = {},
): Promise<Outcome> {
  const child = sandbox.spawn(argv, { env: { PATH: defaultPath, ...options.env }, cwd: "/" });
  return collect(child, options);
}

const outputLimit = 1024 * 1024;

function collect(
  child: ChildProcess,
  options: { input?: Buffer | string; limit?: number } = {},
): Promise<Outcome> {
  const { input = "", limit = outputLimit } = options;
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    let size = 0;
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) stdout.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-4096)));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    const end = (code: number, said: string) =>
      resolve({ code, stdout: Buffer.concat(stdout), stderr: said.trim(), cut: size > limit });
    child.on("error", (error) => end(127, error.message));
    child.on("close", (code, signal) => end(exitCode(code, signal), stderr));
  });
}

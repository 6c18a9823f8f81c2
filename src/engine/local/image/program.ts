import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { ENGINE_LABEL } from "./create-arguments.js";

/** Runs the program with these arguments; `extra` goes over the environment that it has from us. */
export function start(
  program: string,
  args: readonly string[],
  extra: Record<string, string> = {},
): ChildProcess {
  return spawn(program, args, { env: { ...process.env, ...extra }, stdio: ["pipe", "pipe", "pipe"] });
}

/** Runs it to its end. Throws what it complained of when it failed. */
export async function ask(
  program: string,
  args: readonly string[],
  extra: Record<string, string> = {},
): Promise<string> {
  const child = start(program, args, extra);
  child.stdin?.end();
  const said = child.stdout ? text(child.stdout) : Promise.resolve("");
  const complaint = child.stderr ? text(child.stderr) : Promise.resolve("");
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return said;
  throw new Error((await complaint).trim() || `${program} ${args[0] ?? ""}: exit code ${code ?? "none"}`);
}

/** Sees that the program works, and removes the containers that an engine of this directory has left. */
export async function openProgram(program: string, directory: string): Promise<void> {
  const filter = `--filter=label=${ENGINE_LABEL}=${directory}`;
  let left: string;
  try {
    left = await ask(program, ["ps", "--all", "--quiet", filter]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${program} does not work here, which local.executor asks for: ${why}`, { cause: error });
  }
  const ids = left.split(/\s+/).filter((id) => id !== "");
  if (ids.length > 0) await ask(program, ["rm", "--force", "--volumes", ...ids]);
}

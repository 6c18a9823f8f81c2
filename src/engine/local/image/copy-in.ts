import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import { join } from "node:path";
import { Readable, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Artifact } from "../../../manifest/argo.js";
import { inputFault, isPacked, isZipped, locate } from "../artifacts.js";
import { withDownload } from "../http-artifact.js";
import type { Mount } from "../namespace.js";
import type { Reach } from "../reach.js";
import type { Sandbox } from "../sandbox.js";
import type { StepStart } from "../step-start.js";
import { tarZip } from "../zip-archive.js";
import { cloneOnHost } from "./clone-on-host.js";
import { start } from "./program.js";
import { placeContent, placeEntries, type Target, topNames } from "./tar-entries.js";

/** A container that was created and does not run. */
export interface Created {
  program: string;
  name: string;
  /** A folder of the engine's own for this container. */
  state: string;
  /** The engine's directory. */
  directory: string;
  /** What steps may see of the host. */
  mounts: readonly Mount[];
  /** What the engine asks itself for artifacts. */
  reach?: Reach | undefined;
}

/** Places an input artifact; only git works with files of the host, as it must to clone. */
export async function copyIn(
  created: Created,
  step: StepStart,
  artifact: Artifact,
  host: Sandbox,
): Promise<void> {
  const path = artifact.path ?? "";
  if (path === "") throw inputFault(artifact, "a path is needed");
  const target: Target = {
    path,
    inside: "",
    mode: artifact.mode,
    isModeForAll: artifact["recurseMode"] === true,
  };
  if (artifact.raw) {
    const data = Buffer.from(artifact.raw.data);
    return feed(created, artifact, (out) => placeContent(Readable.from([data]), data.length, target, out));
  }
  if (artifact.git) return copyClone(created, step, artifact, target, host);
  if (artifact.http && artifact.http.url !== "")
    return withDownload(created, step, artifact, (file) => copyFile(created, artifact, file, target));
  if (artifact.key !== undefined) {
    const { file, inside } = locate(created.directory, step.uid, artifact);
    return copyFile(created, artifact, file, { ...target, inside });
  }
  if (artifact.optional !== true)
    throw inputFault(artifact, "images get raw, git, http and the artifacts of other steps");
}

async function copyFile(created: Created, artifact: Artifact, file: string, target: Target): Promise<void> {
  const isZip = isZipped(file, artifact);
  if (!isZip && !isPacked(file, artifact)) {
    const { size } = statSync(file);
    return feed(created, artifact, (out) => placeContent(createReadStream(file), size, target, out));
  }
  const archive = (): Readable => (isZip ? tarZip(file) : createReadStream(file));
  const names = await topNames(archive());
  await feed(created, artifact, (out) => placeEntries(archive(), names.size === 1, target, out));
}

async function copyClone(
  created: Created,
  step: StepStart,
  artifact: Artifact,
  target: Target,
  host: Sandbox,
): Promise<void> {
  const folder = join(created.state, "clone");
  const { mode: _mode, ...unchanged } = artifact;
  await cloneOnHost(host, created.mounts, step, { ...unchanged, path: folder }, created.reach ?? []);
  const tar = spawn("tar", ["-cf", "-", "-C", folder, "."], { stdio: ["ignore", "pipe", "ignore"] });
  await feed(created, artifact, (out) => placeEntries(tar.stdout, false, target, out));
}

/** Hands the program a tar stream of what goes below the container's root. */
export async function feed(
  { program, name }: Created,
  artifact: Artifact,
  produce: (out: Writable) => Promise<void>,
): Promise<void> {
  const child = start(program, ["cp", "-", `${name}:/`]);
  const closed = once(child, "close");
  const complaint = child.stderr ? text(child.stderr) : Promise.resolve("");
  child.stdout?.resume();
  child.stdin?.on("error", () => undefined);
  try {
    if (child.stdin) await produce(child.stdin);
  } catch (error) {
    child.kill("SIGKILL");
    throw inputFault(artifact, error instanceof Error ? error.message : String(error));
  }
  const [code] = (await closed) as [number | null];
  if (code !== 0) throw inputFault(artifact, (await complaint).trim() || `exit code ${code ?? "none"}`);
}

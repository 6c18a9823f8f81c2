import { createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "../../manifest/argo.js";
import { askForManifest, reasonOf } from "./ask-for-manifest.js";
import { inputFault, placeFile } from "./artifacts.js";
import { segment } from "./segment.js";
import type { Reach } from "./reach.js";
import type { Sandbox } from "./sandbox.js";
import type { StepStart } from "./step-start.js";

/** Downloads an http artifact and places it, unpacked when it is an archive. */
export function placeHttp(
  sandbox: Sandbox,
  { directory, reach = [] }: { directory: string; reach?: Reach | undefined },
  step: StepStart,
  artifact: Artifact,
): Promise<void> {
  return withDownload({ directory, reach }, step, artifact, (file) => placeFile(sandbox, file, artifact, ""));
}

/** Downloads an http artifact, hands its file on and removes it. */
export async function withDownload(
  { directory, reach = [] }: { directory: string; reach?: Reach | undefined },
  step: StepStart,
  artifact: Artifact,
  use: (file: string) => Promise<void>,
): Promise<void> {
  const { url = "", headers = [] } = artifact.http as {
    url?: string;
    headers?: { name: string; value: string }[];
  };
  const file = join(
    directory,
    "steps",
    `${segment(step.uid)}.${segment(step.nodeId)}.${segment(artifact.name)}`,
  );
  try {
    const answer = await askForManifest({ url, headers, signal: step.signal }, reach);
    if (answer.status < 200 || answer.status >= 300) {
      answer.body.destroy();
      throw new Error(`${url}: status ${answer.status}`);
    }
    await pipeline(answer.body, createWriteStream(file, { mode: 0o600 }));
    await use(file);
  } catch (error) {
    throw inputFault(artifact, reasonOf(error));
  } finally {
    rmSync(file, { force: true });
  }
}

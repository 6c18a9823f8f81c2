import { createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { pipeline } from "node:stream/promises";
import type { Artifact } from "../../manifest/argo.js";
import { inputFault, placeFile } from "./artifacts.js";
import { segment } from "./segment.js";
import type { Sandbox } from "./sandbox.js";
import type { StepStart } from "./step-start.js";

/** Downloads an http artifact and places it, unpacked when it is an archive. */
export async function placeHttp(
  sandbox: Sandbox,
  directory: string,
  step: StepStart,
  artifact: Artifact,
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
    const response = await fetch(url, {
      headers: headers.map(({ name, value }): [string, string] => [name, value]),
      signal: step.signal,
    });
    if (!response.ok || !response.body) throw new Error(`${url}: status ${response.status}`);
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      createWriteStream(file, { mode: 0o600 }),
    );
    await placeFile(sandbox, file, artifact, "");
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw inputFault(artifact, cause instanceof Error ? cause.message : String(cause));
  } finally {
    rmSync(file, { force: true });
  }
}

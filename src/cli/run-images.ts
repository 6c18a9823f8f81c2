import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ImageRule } from "../engine/local/images.js";
import { parseMount } from "../engine/local/namespace.js";
import { RunFault } from "./run-workflow.js";

const words = z.union([z.string().transform((word) => [word]), z.array(z.string())]).default([]);
const schema = z.record(
  z.string(),
  z.strictObject({ entrypoint: words, command: words, mount: z.record(z.string(), z.string()).default({}) }),
);

/**
 * Reads an images file: globs of image names, each with what the engine cannot know of the image.
 * `{GLOB: {entrypoint: [...], command: [...], mount: {PATH: HOST}}}`; host paths are relative to the file.
 */
export function readImages(file: string): ImageRule[] {
  const parsed = schema.safeParse(parse(readFileSync(file, "utf8")) ?? {});
  if (!parsed.success) throw new RunFault(`--images ${file}: ${z.prettifyError(parsed.error)}`);
  return Object.entries(parsed.data).map(([image, { entrypoint, command, mount }]) => ({
    image,
    entrypoint,
    command,
    mounts: Object.entries(mount).map(([path, host]) => {
      const from = resolve(dirname(file), host);
      if (!existsSync(from)) throw new RunFault(`--images ${file}: ${image}: there is no ${from}`);
      return parseMount(`${from}:${path}`);
    }),
  }));
}

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface RunRepository {
  /** Where a copy of the repository is, once it has been made. */
  path: string;
  copy(): void;
  remove(): void;
}

/**
 * The git repository on disk that a manifest lies in, for artifacts that name none: its commits, without what is not
 * committed. Steps get a copy, so that none can write to it. Undefined outside of any repository.
 */
export function repositoryOf(file: string): RunRepository | undefined {
  const asked = ["-C", dirname(resolve(file)), "rev-parse", "--show-toplevel"];
  const found = spawnSync("git", asked, { encoding: "utf8" });
  if (found.status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "sluice-repository-"));
  const path = join(folder, "repository.git");
  return {
    path,
    copy: () => void execFileSync("git", ["clone", "--quiet", "--bare", "--", found.stdout.trim(), path]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

import type { Mount, UpperDirectory } from "./namespace.js";
import { openSandbox, runIn, type Isolation } from "./sandbox.js";

/**
 * Finds how steps can be kept apart here: an overlay with its changes on disk, else in memory, else nothing.
 * Throws when an overlay is demanded and cannot be had.
 */
export async function chooseIsolation(
  wanted: "overlay" | "serial" | "auto",
  engineDirectory: string,
  mounts: readonly Mount[],
  log: (event: object, message: string) => void,
): Promise<Isolation> {
  if (wanted === "serial") return { kind: "serial" };
  const reasons: string[] = [];
  for (const upper of ["disk", "memory"] as const) {
    const reason = await probe(engineDirectory, mounts, upper);
    if (reason === undefined) return { kind: "overlay", upper };
    reasons.push(reason);
  }
  if (wanted === "overlay")
    throw new Error(
      `steps cannot have a file system of their own here, which takes root: ${reasons.join("; ")}`,
    );
  log({ reasons }, "steps run one at a time on the host's own files: they cannot be isolated here");
  return { kind: "serial" };
}

/** The reason why not, undefined when it works. */
async function probe(
  engineDirectory: string,
  mounts: readonly Mount[],
  upper: UpperDirectory,
): Promise<string | undefined> {
  const isolation: Isolation = { kind: "overlay", upper };
  try {
    const sandbox = await openSandbox(
      { isolation, engineDirectory, mounts, hidden: [], onProcess: () => undefined, owner: "" },
      "probe",
    );
    try {
      const outcome = await runIn(sandbox, ["/bin/sh", "-c", "echo ok > /sluice-probe && cat /sluice-probe"]);
      return outcome.stdout.toString() === "ok\n" ? undefined : outcome.stderr || "the probe did not answer";
    } finally {
      await sandbox.remove();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

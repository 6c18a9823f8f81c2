import { annotation } from "../run/metadata.js";
import { isFinished } from "../run/phases.js";
import type { Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";

/** Stops a run for a reason that its check will say. Two writes: reconcile makes up for a crash in between. */
export async function stopRun(
  dependencies: Dependencies,
  run: Run,
  stopped: { reason: "superseded" | "cancelled" | "closed" | "no token"; by: string; detail?: string },
): Promise<void> {
  if (isFinished(run.phase)) return;
  const before = run.workflow.metadata.annotations?.[annotation.stopped] ?? null;
  await dependencies.engine.annotate(
    run.key,
    { [annotation.stopped]: JSON.stringify(stopped) },
    { [annotation.stopped]: before },
  );
  await dependencies.engine.stop(run.key, "Stop", stopMessage(stopped));
  dependencies.log.info({ run: run.key.name, ...stopped }, "stopped");
  dependencies.wake(run.key);
}

export function stopMessage({ reason, by, detail }: { reason: string; by: string; detail?: string }): string {
  return detail ?? `${reason} by ${by}`;
}

import type { RunKey } from "../engine/engine.js";
import { openGates } from "../run/gates.js";
import { isFinished } from "../run/phases.js";
import type { Dependencies } from "./dependencies.js";
import { reconcileRun, type ReconcileOptions } from "./reconcile-run.js";
import type { Reconciled } from "./reconciled.js";
import { keyText } from "./run-key.js";

/** Reconciles a run and counts it. What the run is now is counted where it is reported, which one replica does. */
export async function measureReconcile(
  dependencies: Dependencies,
  key: RunKey,
  options: ReconcileOptions & { report: boolean },
): Promise<Reconciled> {
  const { metrics, clock } = dependencies;
  const text = keyText(key);
  const started = clock();
  const seconds = () => Math.max(0, clock() - started) / 1000;
  try {
    const reconciled = await reconcileRun(dependencies, key, options);
    const { run, settled } = reconciled;
    metrics.reconciled(text, settled ? "settled" : "again", seconds());
    if (!options.report) return reconciled;
    metrics.sawRun(
      text,
      run && {
        phase: run.phase,
        finished: isFinished(run.phase),
        gates: settled ? openGates(run).map(({ startedAt }) => startedAt) : [],
      },
    );
    return reconciled;
  } catch (error) {
    metrics.reconciled(text, "failed", seconds());
    throw error;
  }
}

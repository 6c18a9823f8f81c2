import type { RunKey } from "../engine/engine.js";
import { openGates } from "../run/gates.js";
import { isFinished } from "../run/phases.js";
import type { Dependencies } from "./dependencies.js";
import { reconcileRun, type Reconciled } from "./reconcile-run.js";

/** Reconciles a run and counts it. */
export async function measureReconcile(dependencies: Dependencies, key: RunKey): Promise<Reconciled> {
  const { metrics, clock } = dependencies;
  const text = `${key.namespace}/${key.name}`;
  const started = clock();
  const seconds = () => Math.max(0, clock() - started) / 1000;
  try {
    const reconciled = await reconcileRun(dependencies, key);
    const { run, settled } = reconciled;
    metrics.reconciled(text, settled ? "settled" : "again", seconds());
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

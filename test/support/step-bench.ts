import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Template, Workflow } from "../../src/manifest/argo.js";
import { Launcher } from "../../src/engine/local/launcher.js";
import { PodPool } from "../../src/engine/local/pod-pool.js";
import { chooseIsolation } from "../../src/engine/local/isolation.js";
import { parseMount } from "../../src/engine/local/namespace.js";
import { logFile, runStep } from "../../src/engine/local/step.js";
import { readTail } from "../../src/engine/local/step-log.js";
import type { StepEnd } from "../../src/engine/local/step-start.js";

export const uid = "5b1c7f0e-0000-4000-8000-000000000000";
export const token = "ghs_thetokenofthistest";

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w", uid },
  spec: {},
};

export interface StepBench {
  /** The engine's directory. */
  directory: string;
  /** False where steps cannot have a root of their own. */
  overlay: boolean;
  run(
    template: Template,
    options?: {
      nodeId?: string;
      mounts?: string[];
      signal?: AbortSignal;
      upper?: "memory";
      reach?: "anywhere";
    },
  ): Promise<StepEnd>;
  /** The log of the last step. */
  log(): string;
  remove(): Promise<void>;
}

/** Runs single steps of a workflow `w` as the local engine would, with its launcher or without. */
export async function openStepBench(withLauncher = true): Promise<StepBench> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "sluice-step-")));
  const isolation = await chooseIsolation("auto", directory, [], () => undefined);
  mkdirSync(join(directory, "steps"), { recursive: true });
  const launcher = withLauncher
    ? await Launcher.open(
        directory,
        () => undefined,
        () => undefined,
      )
    : undefined;
  const pods = launcher && new PodPool(launcher, join(directory, "steps"), 2);
  return {
    directory,
    overlay: isolation.kind === "overlay",
    run: (
      template,
      { nodeId = "w-1", mounts = [], signal = new AbortController().signal, upper, reach } = {},
    ) =>
      runStep(
        {
          directory,
          isolation: upper ? { kind: "overlay", upper } : isolation,
          mounts: mounts.map(parseMount),
          hidden: [],
          images: [],
          launcher,
          pods,
          reach,
          library: { workflowTemplates: {}, configMaps: {} },
        },
        {
          workflow,
          uid,
          nodeId,
          template,
          token: () => token,
          secrets: () => [token],
          onProcess: () => undefined,
          onSandbox: () => undefined,
          signal,
        },
      ),
    log: () => readTail(logFile(directory, uid, "w-1"), 100_000)?.text ?? "",
    async remove() {
      await pods?.close();
      await launcher?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export function sh(source: string, rest: Partial<Template> = {}): Template {
  return { name: "t", script: { command: ["sh"], source }, ...rest };
}

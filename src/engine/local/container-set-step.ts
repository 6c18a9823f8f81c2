import { containersOf, type SetContainer } from "./interpreter/container-set.js";
import type { ContainerEnd } from "./interpreter/facts.js";
import { nodeId } from "../../run/node-id.js";
import { parseDuration } from "../../lib/duration.js";
import { StepFault } from "./environment.js";
import { logFile } from "./log-file.js";
import { openPod } from "./pod.js";
import { runMain } from "./run-main.js";
import type { Sandbox } from "./sandbox.js";
import { commandLine, placeInputs } from "./step-inputs.js";
import { collectOutputs, type Main } from "./step-outputs.js";
import type { StepEnd, StepOptions, StepStart } from "./step-start.js";

/** Exit code of Argo's emissary for a command that cannot be started. */
const CANNOT_START = 64;

/** Runs the containers of a containerSet in one pod, each after those that it depends on. */
export async function runContainerSet(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const containers = containersOf(step.template);
  const sandbox = await openPod(options, step, containers);
  await placeInputs(sandbox, options, step);
  const mains = new Map<string, Promise<Main>>();
  const mainOf = (container: SetContainer): Promise<Main> => {
    const { name = "", dependencies = [] } = container;
    const known = mains.get(name);
    if (known) return known;
    const before = containers.filter((each) => dependencies.includes(each.name ?? ""));
    const main = Promise.all(before.map(mainOf)).then((ended) => {
      const failed = ended.find(({ code }) => code !== 0);
      return failed ? { code: failed.code, result: "" } : runAttempts(sandbox, options, step, container);
    });
    mains.set(name, main);
    return main;
  };
  const ends = await Promise.all(containers.map(mainOf));
  await sandbox.quiet();
  return endOf(sandbox, options, step, containers, ends);
}

async function endOf(
  sandbox: Sandbox,
  options: StepOptions,
  step: StepStart,
  containers: readonly SetContainer[],
  ends: readonly Main[],
): Promise<StepEnd> {
  const main = ends[containers.findIndex(({ name }) => name === "main")];
  const told = containers.map(({ name = "" }, index): ContainerEnd => {
    const code = ends[index]?.code ?? 0;
    const phase = code === 0 ? "Succeeded" : code === CANNOT_START ? "Error" : "Failed";
    const message = code === 0 ? "" : `Error (exit code ${code})`;
    return { name, phase, message, exitCode: String(code) };
  });
  const failed = told.find(({ phase }) => phase !== "Succeeded");
  const whole = await collectOutputs(sandbox, options, step, { code: 0, result: main?.result ?? "" });
  if (!failed) return { ...whole, containers: told };
  const outputs = { ...whole.outputs, exitCode: failed.exitCode };
  return { phase: "Failed", message: `${failed.name}: ${failed.message}`, outputs, containers: told };
}

interface SetRetry {
  retries?: string | number;
  duration?: string;
}

/** `retries: N` is N attempts in all; a command that cannot be started is tried once. */
async function runAttempts(
  sandbox: Sandbox,
  options: StepOptions,
  step: StepStart,
  container: SetContainer,
): Promise<Main> {
  const set = step.template["containerSet"] as { retryStrategy?: SetRetry };
  const attempts = Math.max(1, Number(set.retryStrategy?.retries ?? 1));
  const pause = parseDuration(set.retryStrategy?.duration ?? "") ?? 0;
  const pod = step.workflow.status?.nodes?.[step.nodeId]?.name ?? "";
  const id = nodeId(step.workflow.metadata.name ?? "", `${pod}.${container.name ?? ""}`);
  const log = logFile(options.directory, step.uid, id);
  for (let attempt = 1; ; attempt += 1) {
    const main = await runMain(sandbox, step, commandLine(container, options, step), {
      log,
      isShared: true,
      append: attempt > 1,
    });
    if (main.code === 0 || main.code === CANNOT_START || attempt >= attempts) return main;
    if (step.signal.aborted) throw new StepFault("killed");
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

import { runContainerSet } from "./container-set-step.js";
import { runData } from "./data-step.js";
import { StepFault } from "./environment.js";
import { runHttp } from "./http-step.js";
import { logFile } from "./log-file.js";
import { runImage } from "./image/image-step.js";
import { openPod } from "./pod.js";
import { runMain } from "./run-main.js";
import type { Sandbox } from "./sandbox.js";
import { commandLine, placeInputs, placeScript } from "./step-inputs.js";
import { maskText } from "./step-log.js";
import { collectOutputs, hasFileOutputs } from "./step-outputs.js";
import type { StepEnd, StepOptions, StepStart } from "./step-start.js";

export { logFile };

/** Runs a step from its inputs to its saved outputs. Never rejects: what goes wrong is the phase Error. */
export async function runStep(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const mask = (text: string) => maskText(text, step.secrets());
  let sandbox: Sandbox | undefined;
  const kill = () => sandbox?.kill();
  step.signal.addEventListener("abort", kill);
  const onSandbox = (opened: Sandbox) => {
    sandbox = opened;
    step.onSandbox(opened);
  };
  try {
    const end = await work(options, { ...step, onSandbox });
    return { ...end, message: mask(end.message) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { phase: "Error", message: mask(message) };
  } finally {
    step.signal.removeEventListener("abort", kill);
    await sandbox?.remove();
  }
}

function work(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const { template } = step;
  if (template["containerSet"] !== undefined) return runContainerSet(options, step);
  if (template["http"] !== undefined) return runHttp(options, step);
  if (template["data"] !== undefined) return runData(options, step);
  if (options.isolation.kind === "image") return runImage(options, step, options.isolation.program);
  return runContainer(options, step);
}

async function runContainer(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const { template } = step;
  const container = template.script ?? template.container;
  if (!container) throw new StepFault("the engine does not know how to run this template");
  const line = commandLine(container, options, step);
  const sandbox = await openPod(options, step, [container]);
  await placeInputs(sandbox, options, step);
  const command = await placeScript(sandbox, template, line);
  const log = logFile(options.directory, step.uid, step.nodeId);
  const main = await runMain(sandbox, step, command, { log, isLast: !hasFileOutputs(template) });
  return collectOutputs(sandbox, options, step, main);
}

import type { Outputs, Parameter, Template } from "../../manifest/argo.js";
import { saveArtifact } from "./artifacts.js";
import { StepFault } from "./environment.js";
import { runIn, type Sandbox } from "./sandbox.js";
import { maskText } from "./step-log.js";
import type { StepEnd, StepOptions, StepStart } from "./step-start.js";

/** How the command ended, and the end of its standard output. */
export interface Main {
  code: number;
  result: string;
}

/** What the step leaves. The first fault ends the collection; a failed command's message wins over it. */
export async function collectOutputs(
  sandbox: Sandbox,
  options: StepOptions,
  step: StepStart,
  main: Main,
): Promise<StepEnd> {
  const outputs: Outputs = { exitCode: String(main.code), result: main.result };
  const failed =
    main.code === 0 ? undefined : `main: Error (exit code ${main.code})${await lastWords(sandbox)}`;
  let fault: string | undefined;
  try {
    const parameters = step.template.outputs?.parameters ?? [];
    for (const parameter of parameters) {
      const value = await outputParameter(sandbox, parameter, step.secrets);
      outputs.parameters = [...(outputs.parameters ?? []), value];
    }
    for (const artifact of step.template.outputs?.artifacts ?? []) {
      const saved = await saveArtifact(sandbox, options.directory, step, artifact);
      if (saved) outputs.artifacts = [...(outputs.artifacts ?? []), saved];
    }
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  if (failed !== undefined) return { phase: "Failed", message: failed, outputs };
  if (fault !== undefined) return { phase: "Error", message: fault, outputs };
  return { phase: "Succeeded", message: "", outputs };
}

/** Whether outputs of the template are files that its command leaves. */
export function hasFileOutputs({ outputs }: Template): boolean {
  const isFile = (outputs?.parameters ?? []).some(({ valueFrom }) => valueFrom?.path !== undefined);
  return isFile || (outputs?.artifacts ?? []).length > 0;
}

/** What the command left in /dev/termination-log, as Kubernetes appends it. */
async function lastWords(sandbox: Sandbox): Promise<string> {
  if (!sandbox.isolated) return "";
  const outcome = await runIn(sandbox, ["/bin/cat", "/dev/termination-log"], { limit: 4096 });
  const words = outcome.stdout.toString().trim();
  return words === "" ? "" : `: ${words}`;
}

async function outputParameter(
  sandbox: Sandbox,
  parameter: Parameter,
  secrets: () => readonly string[],
): Promise<Parameter> {
  const path = parameter.valueFrom?.path;
  if (path === undefined) return parameter;
  const outcome = await runIn(sandbox, ["/bin/cat", "--", path]);
  if (outcome.cut)
    throw new StepFault(`wait: Error (exit code 64): output parameter ${parameter.name} is too long`);
  if (outcome.code === 0)
    return { ...parameter, value: maskText(outcome.stdout.toString().replace(/\n$/, ""), secrets()) };
  const fallback = parameter.valueFrom?.default;
  if (fallback !== undefined) return { ...parameter, value: fallback };
  throw new StepFault(`wait: Error (exit code 64): open ${path}: no such file or directory`);
}

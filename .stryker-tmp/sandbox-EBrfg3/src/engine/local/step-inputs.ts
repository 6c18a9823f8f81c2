import type { Artifact, Container } from "../../manifest/argo.js";
import { inputFault, placeRaw, placeStored, setMode } from "./artifacts.js";
import { expand, StepFault, stepEnvironment, tokenUse } from "./environment.js";
import { placeGit } from "./git-artifact.js";
import { runIn, type Sandbox } from "./sandbox.js";
import type { StepOptions, StepStart } from "./step-start.js";

const tokenFile = "/var/run/sluice/github-token";

/** What to run. */
export interface Command {
  argv: string[];
  env: Record<string, string>;
  cwd: string;
}

/** Places the inputs and the script; returns what to run. Faults in the template are found before any work. */
export async function prepare(sandbox: Sandbox, options: StepOptions, step: StepStart): Promise<Command> {
  const { template, workflow } = step;
  const container: Container | undefined = template.script ?? template.container;
  if (!container) throw new StepFault("only container and script templates run as steps");
  const { env, known } = stepEnvironment(container, step, step.token());
  const source = template.script?.source ?? "";
  const command = (container.command ?? []).map((part) => expand(part, known));
  if (command.length === 0)
    throw new StepFault("a command is needed: the local engine runs no images and cannot know theirs");
  const args = (container.args ?? []).map((part) => expand(part, known));
  for (const artifact of template.inputs?.artifacts ?? []) {
    await placeInput(sandbox, options.directory, step, artifact);
    if (step.signal.aborted) throw new StepFault("killed");
  }
  if (tokenUse(template, workflow).used) await writeToken(sandbox, step.token());
  if (source !== "") await writeFile(sandbox, sandbox.scriptPath, "755", source);
  const script = source === "" ? [] : [sandbox.scriptPath];
  return { argv: [...command, ...args, ...script], env, cwd: container.workingDir ?? "/" };
}

async function placeInput(
  sandbox: Sandbox,
  directory: string,
  step: StepStart,
  artifact: Artifact,
): Promise<void> {
  if (artifact.path === undefined) throw inputFault(artifact, "a path is needed");
  if (artifact.raw) await placeRaw(sandbox, artifact, artifact.raw.data);
  else if (artifact.git) await placeGit(sandbox, artifact, step.workflow, step.token());
  else if (artifact.key !== undefined) await placeStored(sandbox, directory, step.uid, artifact);
  else if (artifact.optional === true) return;
  else throw inputFault(artifact, "the local engine has raw, git and the artifacts of other steps");
  await setMode(sandbox, artifact);
}

async function writeFile(sandbox: Sandbox, path: string, mode: string, content: string): Promise<void> {
  const script = `set -e; umask 077; mkdir -p -m 755 -- "$(dirname -- "$1")"; cat > "$1.new"; chmod "$2" "$1.new"; mv -f "$1.new" "$1"`;
  const outcome = await runIn(sandbox, ["/bin/sh", "-c", script, "sh", path, mode], { input: content });
  if (outcome.code !== 0) throw new StepFault(`failed to write ${path}: ${outcome.stderr}`);
}

/** Puts the token where a step that outlives its first one reads it: in memory, in the step's own /run. */
export async function writeToken(sandbox: Sandbox, token: string | undefined): Promise<void> {
  if (sandbox.isolated && token !== undefined) await writeFile(sandbox, tokenFile, "600", token);
}

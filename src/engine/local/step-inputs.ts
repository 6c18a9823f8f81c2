import type { Artifact, Container, Template } from "../../manifest/argo.js";
import { inputFault, placeKeyed, placeRaw, placeStored, setMode } from "./artifacts.js";
import { expand, StepFault, stepEnvironment, tokenUse } from "./environment.js";
import { placeGit } from "./git-artifact.js";
import { placeHttp } from "./http-artifact.js";
import { repositoryKey } from "./interpreter/key-only.js";
import { commandOf, ruleFor } from "./images.js";
import { runIn, type Sandbox } from "./sandbox.js";
import type { StepOptions, StepStart } from "./step-start.js";

const tokenFile = "/var/run/sluice/github-token";

/** What to run. */
export interface Command {
  argv: string[];
  env: Record<string, string>;
  cwd: string;
}

/** Places the inputs of the step. */
export async function placeInputs(sandbox: Sandbox, options: StepOptions, step: StepStart): Promise<void> {
  for (const artifact of step.template.inputs?.artifacts ?? []) {
    await placeInput(sandbox, options, step, artifact);
    if (step.signal.aborted) throw new StepFault("killed");
  }
  if (tokenUse(step.template, step.workflow).used) await writeToken(sandbox, step.token);
}

/** What a container of the step runs. Faults in the template are found before any work. */
export function commandLine(container: Container, options: StepOptions, step: StepStart): Command {
  const { env, known } = stepEnvironment(container, step, step.token(), options.library);
  const rule = ruleFor(container.image, options.images);
  const { command, args } = commandOf(container, rule);
  const argv = [...command, ...args].map((part) => expand(part, known));
  if (argv.length === 0 || ((container.command ?? []).length === 0 && !rule)) {
    const image = container.image ?? "";
    throw new StepFault(`a command is needed: the engine knows no entrypoint of the image ${image}`);
  }
  return { argv, env, cwd: container.workingDir ?? "/" };
}

/** Writes the source of a script template and adds its file to the command. */
export async function placeScript(sandbox: Sandbox, template: Template, command: Command): Promise<Command> {
  const source = template.script?.source ?? "";
  if (source === "") return command;
  await writeFile(sandbox, sandbox.scriptPath, "755", source);
  return { ...command, argv: [...command.argv, sandbox.scriptPath] };
}

async function placeInput(
  sandbox: Sandbox,
  options: StepOptions,
  step: StepStart,
  artifact: Artifact,
): Promise<void> {
  const { directory } = options;
  if (artifact.path === undefined) throw inputFault(artifact, "a path is needed");
  const key = repositoryKey(artifact);
  if (artifact.raw) await placeRaw(sandbox, artifact, artifact.raw.data);
  else if (artifact.git) await placeGit(sandbox, artifact, step.workflow, step.token());
  else if (artifact.http && artifact.http.url !== "") await placeHttp(sandbox, options, step, artifact);
  else if (key !== undefined) await placeKeyed(sandbox, directory, step.uid, artifact, key);
  else if (artifact.key !== undefined) await placeStored(sandbox, directory, step.uid, artifact);
  else if (artifact.optional === true) return;
  else throw inputFault(artifact, "the local engine has raw, git, http and the artifacts of other steps");
  await setMode(sandbox, artifact);
}

async function writeFile(sandbox: Sandbox, path: string, mode: string, content: string): Promise<void> {
  const script = `set -e; umask 077; mkdir -p -m 755 -- "$(dirname -- "$1")"; cat > "$1.new"; chmod "$2" "$1.new"; mv -f "$1.new" "$1"`;
  const outcome = await runIn(sandbox, ["/bin/sh", "-c", script, "sh", path, mode], { input: content });
  if (outcome.code !== 0) throw new StepFault(`failed to write ${path}: ${outcome.stderr}`);
}

const tokenWrites = new WeakMap<Sandbox, Promise<void>>();

/**
 * Puts the token where a step that outlives its first one reads it: in memory, in the step's own /run. Each write waits
 * for those before it and then asks for the token: the last one stays.
 */
export function writeToken(sandbox: Sandbox, token: () => string | undefined): Promise<void> {
  const before = tokenWrites.get(sandbox)?.catch(() => undefined) ?? Promise.resolve();
  const written = before.then(async () => {
    const value = token();
    if (value === undefined) return;
    if (sandbox.putToken) sandbox.putToken(value);
    else if (sandbox.isolated) await writeFile(sandbox, tokenFile, "600", value);
  });
  tokenWrites.set(sandbox, written);
  return written;
}

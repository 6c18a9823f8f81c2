import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Container, Outputs, Parameter } from "../../../manifest/argo.js";
import { expand, StepFault, stepEnvironment, tokenUse } from "../environment.js";
import { logFile } from "../log-file.js";
import type { Mount } from "../namespace.js";
import { runMain } from "../run-main.js";
import { runToEnd } from "../run-to-end.js";
import { openSandbox, type Sandbox } from "../sandbox.js";
import { segment } from "../segment.js";
import { maskText } from "../step-log.js";
import type { Main } from "../step-outputs.js";
import type { StepEnd, StepOptions, StepStart } from "../step-start.js";
import { volumeMounts } from "../volumes.js";
import { copyIn, type Created, feed } from "./copy-in.js";
import { copyOut, readOut } from "./copy-out.js";
import { createArguments } from "./create-arguments.js";
import { ask, start } from "./program.js";
import { placeContent } from "./tar-entries.js";

const scriptPath = "/argo/staging/script";
const tokenFolder = "/var/run/sluice";

/** Runs a container or script template in its own image, from its inputs to its saved outputs. */
export async function runImage(options: StepOptions, step: StepStart, program: string): Promise<StepEnd> {
  const container = step.template.script ?? step.template.container;
  if (!container) throw new StepFault("images run container and script templates only");
  const id = `${segment(step.uid)}.${segment(step.nodeId)}`;
  const state = join(options.directory, "steps", `${id}.image`);
  const { directory, mounts, reach } = options;
  const created: Created = { program, name: `sluice-${id}`, state, directory, mounts, reach };
  mkdirSync(join(state, "token"), { recursive: true, mode: 0o700 });
  const host = await openSandbox(
    {
      isolation: { kind: "serial" },
      engineDirectory: options.directory,
      mounts: [],
      hidden: [],
      onProcess: step.onProcess,
      owner: step.uid,
    },
    id,
  );
  const sandbox = containerOf(created, host);
  try {
    await create(options, step, container, created);
    step.onSandbox(sandbox);
    if (step.signal.aborted) throw new StepFault("killed");
    for (const artifact of step.template.inputs?.artifacts ?? []) await copyIn(created, step, artifact, host);
    await placeScript(created, step);
    if (step.signal.aborted) throw new StepFault("killed");
    const log = logFile(options.directory, step.uid, step.nodeId);
    const main = await runMain(sandbox, step, { argv: [], env: {}, cwd: "/" }, { log });
    return await collect(created, step, main);
  } finally {
    await sandbox.remove();
  }
}

/** The container as something that runs one command: its own. */
function containerOf(created: Created, host: Sandbox): Sandbox {
  const { program, name, state } = created;
  const attach = () => start(program, ["start", "--attach", name]);
  // One that does not run yet cannot be killed: it must not begin either.
  const kill = (): void =>
    void ask(program, ["kill", name])
      .catch(() => ask(program, ["rm", "--force", "--volumes", name]))
      .catch(() => undefined);
  return {
    isolated: true,
    scriptPath,
    run: (_command, sink) => runToEnd(attach(), sink),
    spawn: attach,
    quiet: () => Promise.resolve(),
    kill() {
      host.kill();
      kill();
    },
    async remove() {
      await ask(program, ["rm", "--force", "--volumes", name]).catch(() => undefined);
      await host.remove();
      rmSync(state, { recursive: true, force: true });
    },
    putToken: (token) => putToken(state, token),
  };
}

/** Replaced in place, as the kubelet does it. */
function putToken(state: string, token: string): void {
  const file = join(state, "token", "github-token");
  writeFileSync(`${file}.new`, token, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function create(
  options: StepOptions,
  step: StepStart,
  container: Container,
  created: Created,
): Promise<void> {
  const { known } = stepEnvironment(container, step, step.token(), options.library);
  const words = (list: readonly string[] = []): string[] => list.map((part) => wordOf(part, known, step));
  const script = step.template.script?.source ? [scriptPath] : [];
  const token = step.token();
  if (token !== undefined && tokenUse(step.template, step.workflow).used) putToken(created.state, token);
  const termination = join(created.state, "termination-log");
  writeFileSync(termination, "", { mode: 0o666 });
  const envFile = join(created.state, "env");
  const { lines, inherited } = environmentFile(known);
  writeFileSync(envFile, lines, { mode: 0o600 });
  try {
    await ask(created.program, ["rm", "--force", "--volumes", created.name]).catch(() => undefined);
    const args = createArguments({
      name: created.name,
      label: created.directory,
      container,
      template: step.template,
      command: words(container.command),
      args: [...words(container.args), ...script],
      envFile,
      inherited: Object.keys(inherited),
      mounts: mountsOf(options, step, container, created, termination),
    });
    await ask(created.program, args, inherited);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw error instanceof StepFault ? error : new StepFault(`failed to create the container: ${message}`);
  } finally {
    rmSync(envFile, { force: true });
  }
}

/** Others on this machine can read command lines: a word with the token in it is refused. */
function wordOf(part: string, known: Record<string, string>, step: StepStart): string {
  const word = expand(part, known);
  if (!step.secrets().some((secret) => word.includes(secret))) return word;
  throw new StepFault(
    "a word of the command holds the run's token, which others could read: hand it on in env",
  );
}

/** Names that would change the program itself. */
const PROGRAM_NAMES =
  /^(DOCKER_|BUILDKIT_|CONTAINER_|CONTAINERS_|REGISTRY_|XDG_|LD_|PATH$|HOME$|HTTPS?_PROXY$|NO_PROXY$)/i;

/** A line holds one value; what has more than one line goes by the program's own environment. */
export function environmentFile(values: Record<string, string>): {
  lines: string;
  inherited: Record<string, string>;
} {
  const lines: string[] = [];
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!/[\n\r\0]/.test(value)) lines.push(`${name}=${value}\n`);
    else if (PROGRAM_NAMES.test(name)) throw new StepFault(`env ${name}: its value must be one line`);
    else inherited[name] = value;
  }
  return { lines: lines.join(""), inherited };
}

function mountsOf(
  options: StepOptions,
  step: StepStart,
  container: Container,
  created: Created,
  termination: string,
): Mount[] {
  const folders = {
    own: join(created.state, "volumes"),
    shared: join(options.directory, "volumes", segment(step.uid)),
  };
  return [
    ...options.mounts,
    ...volumeMounts(step.template, [container], step.workflow, options.library, folders),
    { host: termination, path: "/dev/termination-log" },
    { host: join(created.state, "token"), path: tokenFolder },
  ];
}

async function placeScript(created: Created, { template }: StepStart): Promise<void> {
  const source = Buffer.from(template.script?.source ?? "");
  if (source.length === 0) return;
  const target = { path: scriptPath, inside: "", mode: 0o755, isModeForAll: false };
  await feed(created, { name: "script" }, (out) =>
    placeContent(Readable.from([source]), source.length, target, out),
  );
}

/** What the step leaves; the order and the messages are those of `collectOutputs`. */
async function collect(created: Created, step: StepStart, main: Main): Promise<StepEnd> {
  const outputs: Outputs = { exitCode: String(main.code), result: main.result };
  const { parameters = [], artifacts = [] } = step.template.outputs ?? {};
  let fault: string | undefined;
  try {
    for (const parameter of parameters)
      outputs.parameters = [...(outputs.parameters ?? []), await outputParameter(created, step, parameter)];
    for (const artifact of artifacts) {
      const saved = await copyOut(created, step, artifact);
      if (saved) outputs.artifacts = [...(outputs.artifacts ?? []), saved];
    }
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  }
  if (main.code !== 0) {
    const words = readFileSync(join(created.state, "termination-log"), "utf8").slice(0, 4096).trim();
    const message = `main: Error (exit code ${main.code})${words === "" ? "" : `: ${words}`}`;
    return { phase: "Failed", message, outputs };
  }
  if (fault !== undefined) return { phase: "Error", message: fault, outputs };
  return { phase: "Succeeded", message: "", outputs };
}

async function outputParameter(created: Created, step: StepStart, parameter: Parameter): Promise<Parameter> {
  const path = parameter.valueFrom?.path;
  if (path === undefined) return parameter;
  const content = await readOut(created, path);
  const value = content === undefined ? parameter.valueFrom?.default : content.replace(/\n$/, "");
  if (value === undefined)
    throw new StepFault(`wait: Error (exit code 64): open ${path}: no such file or directory`);
  return { ...parameter, value: maskText(value, step.secrets()) };
}

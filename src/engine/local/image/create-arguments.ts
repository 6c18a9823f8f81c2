import type { Container, Template } from "../../../manifest/argo.js";
import type { Mount } from "../namespace.js";

/** One container as it is to be created. */
export interface ImageContainer {
  name: string;
  /** Of the engine's directory: what an engine that died has left is found by it. */
  label: string;
  container: Container;
  template: Template;
  /** The words of the command and its arguments, expanded. */
  command: readonly string[];
  args: readonly string[];
  /** A file of `NAME=value` lines. */
  envFile: string;
  /** Names whose values the program takes from its own environment. */
  inherited: readonly string[];
  mounts: readonly Mount[];
}

/** The key of the label that holds the engine's directory. */
export const ENGINE_LABEL = "dev.sluice.engine";

/** The arguments of `docker create`. No value of a variable is among them: others can read command lines. */
export function createArguments(spec: ImageContainer): string[] {
  const { container, template } = spec;
  const [entrypoint, ...words] = spec.command;
  const user = userOf(container, template);
  const { memory, cpu } = limitsOf(container);
  return [
    "create",
    `--name=${spec.name}`,
    `--label=${ENGINE_LABEL}=${spec.label}`,
    `--env-file=${spec.envFile}`,
    ...spec.inherited.map((name) => `--env=${name}`),
    ...spec.mounts.map(({ host, path }) => `--volume=${host}:${path}`),
    ...(container.workingDir ? [`--workdir=${container.workingDir}`] : []),
    ...(user === undefined ? [] : [`--user=${user}`]),
    ...(memory === undefined ? [] : [`--memory=${memory}`]),
    ...(cpu === undefined ? [] : [`--cpus=${cpu}`]),
    ...(container["imagePullPolicy"] === "Always" ? ["--pull=always"] : []),
    ...(container["imagePullPolicy"] === "Never" ? ["--pull=never"] : []),
    ...(entrypoint === undefined ? [] : [`--entrypoint=${entrypoint}`]),
    "--",
    container.image ?? "",
    ...words,
    ...spec.args,
  ];
}

interface SecurityContext {
  runAsUser?: number;
  runAsGroup?: number;
}

function userOf(container: Container, template: Template): string | undefined {
  const { runAsUser, runAsGroup } = {
    ...(template["securityContext"] as SecurityContext | undefined),
    ...(container["securityContext"] as SecurityContext | undefined),
  };
  if (runAsUser === undefined) return undefined;
  return runAsGroup === undefined ? String(runAsUser) : `${runAsUser}:${runAsGroup}`;
}

function limitsOf(container: Container): { memory: string | undefined; cpu: string | undefined } {
  const resources = container["resources"] as { limits?: Record<string, string | number> } | undefined;
  const { memory, cpu } = resources?.limits ?? {};
  return {
    memory: memory === undefined ? undefined : bytesOf(String(memory)),
    cpu: cpu === undefined ? undefined : cpusOf(String(cpu)),
  };
}

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes such as `64Mi`, in bytes; undefined for what is none. */
function bytesOf(quantity: string): string | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?(?:e\d+)?)([kMGT]i?|Ki)?$/.exec(quantity) ?? [];
  return amount === undefined ? undefined : String(Math.ceil(Number(amount) * (UNITS[unit] ?? 1)));
}

function cpusOf(quantity: string): string | undefined {
  const [, amount, milli] = /^(\d+(?:\.\d+)?)(m)?$/.exec(quantity) ?? [];
  return amount === undefined ? undefined : String(Number(amount) / (milli ? 1000 : 1));
}

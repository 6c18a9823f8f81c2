import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import { EngineError } from "../engine.js";

/** Which cluster: a kubeconfig file, or else KUBECONFIG, ~/.kube/config, or the pod's own service account. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
}

export interface LoadedConfig {
  config: KubeConfig;
  /** Holds the current user's bearer token, replaced in place when it is rotated; before any other credential. */
  tokenFile: string | undefined;
}

export function loadConfig({ kubeconfig, context }: ClusterOptions): LoadedConfig {
  const config = new KubeConfig();
  let tokenFile: string | undefined;
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    if (context !== undefined) config.setCurrentContext(context);
    tokenFile = tokenFileOf(config, kubeconfig === undefined ? defaultFiles() : [kubeconfig]);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(`failed to read the kubeconfig: ${why}`, { cause, retryable: false });
  }
  // What client-node makes up when it finds neither a file nor a service account.
  if (config.getCurrentCluster()?.server === "http://localhost:8080") {
    throw new EngineError("failed to find the cluster: there is no kubeconfig, and this is no pod", {
      retryable: false,
    });
  }
  return { config, tokenFile };
}

/** The pod's own, or the `tokenFile` of a kubeconfig's user, which client-node does not read. */
function tokenFileOf(config: KubeConfig, files: readonly string[]): string | undefined {
  const user = config.getCurrentUser();
  const provided = (user?.authProvider as { config?: { tokenFile?: string } } | null | undefined)?.config;
  if (provided?.tokenFile !== undefined) return provided.tokenFile;
  for (const file of files) {
    const { users } = (parse(readFileSync(file, "utf8")) ?? {}) as {
      users?: { name?: string; user?: { tokenFile?: string } }[];
    };
    const found = users?.find(({ name }) => name === user?.name);
    if (found?.user?.tokenFile) return resolve(dirname(file), found.user.tokenFile);
    if (found !== undefined) return undefined;
  }
  return undefined;
}

/** Where client-node looks, as kubectl does. */
function defaultFiles(): string[] {
  const named = (process.env["KUBECONFIG"] ?? "").split(delimiter);
  // Not os.homedir(), which throws for a user that the image does not know.
  const home = process.env["HOME"];
  const usual = home === undefined ? [] : [join(home, ".kube", "config")];
  const files = named.some((file) => file !== "") ? named : usual;
  return files.filter((file) => file !== "" && existsSync(file));
}

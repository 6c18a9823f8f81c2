import { parse } from "yaml";
import { z } from "zod";

/** The server's configuration file (`SLUICE_CONFIG`). Unknown keys are errors: a typo must not loosen anything. */
export const Configuration = z.strictObject({
  /** What executes runs. */
  engine: z.enum(["local", "argo"]).default("local"),
  /** The namespace that Workflow objects carry. */
  namespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "a namespace is a DNS label")
    .default("sluice"),
  local: z
    .strictObject({
      /**
       * `overlay`: each step in a file system of its own, which needs root; the server does not start without.
       * `serial`: one step at a time on the host's own files, as the server's own user: steps can then read the
       * App's key and change its state. Only where all who may push are trusted with both.
       */
      isolation: z.enum(["overlay", "serial"]).default("overlay"),
      /** Host folders or files that every step sees and may write: `PATH`, or `HOST:PATH`. */
      mounts: z.array(z.string().startsWith("/", "a mount is an absolute path")).default([]),
    })
    .default({ isolation: "overlay", mounts: [] }),
  /** Which cluster `engine: argo` hands runs to; all of it has defaults that fit a pod of that cluster. */
  argo: z
    .strictObject({
      /** Further namespaces with runs, besides `namespace`. */
      namespaces: z.array(z.string()).default([]),
      /** The `instanceID` of the Argo controller, when its configuration has one. */
      instanceId: z.string().min(1).optional(),
      /** A kubeconfig file, and one of its contexts; by default KUBECONFIG, ~/.kube/config or the pod's account. */
      kubeconfig: z.string().min(1).optional(),
      context: z.string().min(1).optional(),
      /** The Lease by which one of several replicas leads; it lies in this namespace, by default the pod's own. */
      leaseNamespace: z.string().min(1).optional(),
    })
    .optional(),
});
export type Configuration = z.infer<typeof Configuration>;

/** Thrown when the configuration cannot be used; the message names the key and what it should be. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export function parseConfiguration(text: string, source: string): Configuration {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    throw new ConfigurationError(`failed to read ${source}: ${String(error)}`, { cause: error });
  }
  const result = Configuration.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`,
  );
  throw new ConfigurationError(`failed to use ${source}: ${faults.join("; ")}`);
}

import type { Workflow } from "../../manifest/argo.js";
import type { Definition } from "../../policy/compile-definition.js";
import { EngineError, type Unsupported } from "../engine.js";
import { engineError, hasStatus } from "./api-error.js";
import type { ClusterOptions } from "./kubeconfig.js";
import { KubernetesClient } from "./kubernetes-client.js";
import { refusalOf } from "./refusal.js";
import { argoLabel, definitionsPath, managedBy, workflowsPath } from "./resources.js";
import { mountToken } from "./token-mount.js";

export interface DryRun {
  /** What the cluster would not take of an object; nothing is created. Throws an EngineError when it may not be asked. */
  ask(object: Workflow | Definition): Promise<Unsupported[]>;
  close(): void;
}

/** Asks a cluster whether it would take objects, with its own schema and rules. */
export function openDryRun(options: ClusterOptions & { instanceId?: string }): DryRun {
  const client = new KubernetesClient(options);
  const { instanceId } = options;
  const ours = {
    [managedBy.name]: managedBy.value,
    ...(instanceId === undefined ? {} : { [argoLabel.instanceId]: instanceId }),
  };
  return {
    async ask(object) {
      const { namespace = "", name = "", labels } = object.metadata;
      const sent = object.kind === "Workflow" ? mountToken(object) : object;
      const body = { ...sent, metadata: { ...object.metadata, labels: { ...labels, ...ours } } };
      const path =
        object.kind === "Workflow" ? workflowsPath(namespace) : definitionsPath(object.kind, namespace);
      const query = { dryRun: "All", fieldManager: "sluice", fieldValidation: "Strict" };
      try {
        await client.request({ method: "POST", path, query, body });
        return [];
      } catch (error) {
        // It stands there already: the schema has let it pass.
        if (hasStatus(error, 409)) return [];
        if (hasStatus(error, 403, 404)) throw mayNot(namespace, error);
        const refused = refusalOf(`try ${object.kind} ${name}`, error)?.refused;
        if (refused === undefined) throw engineError("ask the cluster", error);
        return [...refused];
      }
    },
    close: () => client.close(),
  };
}

function mayNot(namespace: string, cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : "it does not say why";
  const hint = `is Argo there, and may you: kubectl -n ${namespace} auth can-i create workflows; where an admission policy keeps runs Sluice's, name another namespace with --namespace`;
  return new EngineError(`the cluster lets nothing be tried in namespace ${namespace}: ${why} (${hint})`, {
    cause,
    retryable: false,
  });
}

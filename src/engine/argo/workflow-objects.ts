import type { Workflow, WorkflowPhase } from "../../manifest/argo.js";
import type { RunKey, WriteResult } from "../engine.js";
import { hasStatus } from "./api-error.js";
import { metadataListOnly, type KubernetesClient } from "./kubernetes-client.js";
import { hydrate } from "./node-codec.js";
import {
  argoLabel,
  managedBy,
  selectorOf,
  workflowsPath,
  type ArgoEngineOptions,
  type ObjectList,
} from "./resources.js";
import type { RunNamespaces } from "./run-namespaces.js";
import { mountToken } from "./token-mount.js";
import { patchWorkflow, type Plan } from "./workflow-patch.js";

const pageSize = "50";
/** Keys come from events too: what is no name must not become a part of a path. */
const objectName = /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

/** The Workflows that Sluice created in its namespaces. Methods throw ApiErrors. */
export class WorkflowObjects {
  readonly #client: KubernetesClient;
  readonly #namespaces: Pick<RunNamespaces, "ready" | "has">;
  /** Labels of all of them. */
  readonly ours: Record<string, string>;

  constructor(
    client: KubernetesClient,
    namespaces: Pick<RunNamespaces, "ready" | "has">,
    { instanceId }: Pick<ArgoEngineOptions, "instanceId">,
  ) {
    this.#client = client;
    this.#namespaces = namespaces;
    this.ours = {
      [managedBy.name]: managedBy.value,
      ...(instanceId === undefined ? {} : { [argoLabel.instanceId]: instanceId }),
    };
  }

  async create({ apiVersion, kind, metadata, spec }: Workflow): Promise<Workflow> {
    const { name, namespace = "", labels, annotations } = metadata;
    const body = mountToken({
      apiVersion,
      kind,
      metadata: {
        ...(name === undefined ? {} : { name }),
        namespace,
        labels: { ...labels, ...this.ours },
        ...(annotations === undefined ? {} : { annotations }),
      },
      spec,
    });
    const query = { fieldManager: "sluice", fieldValidation: "Strict" };
    return this.#client.request({ method: "POST", path: workflowsPath(namespace), query, body });
  }

  /** As it is stored, nodes perhaps compressed; undefined also when it is somebody else's. */
  async read(key: RunKey): Promise<Workflow | undefined> {
    if (!this.#namespaces.has(key.namespace) || !objectName.test(key.name)) return undefined;
    try {
      const path = workflowsPath(key.namespace, key.name);
      const found = await this.#client.request<Workflow>({ path });
      return found.metadata.labels?.[managedBy.name] === managedBy.value ? found : undefined;
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async list(selector: {
    labels?: Record<string, string>;
    unfinished?: boolean;
    outline?: boolean;
  }): Promise<Workflow[]> {
    const labelSelector = selectorOf(
      { ...selector.labels, ...this.ours },
      ...(selector.unfinished === true ? [`${argoLabel.completed}!=true`] : []),
    );
    const found: Workflow[] = [];
    for (const namespace of this.#namespaces.ready)
      found.push(...(await this.#list(namespace, labelSelector, selector.outline === true)));
    return found;
  }

  /** Removes exactly what was read; the Secret and the pods that it owns go with it. */
  async remove({ metadata }: Workflow): Promise<WriteResult> {
    const { name, namespace = "", uid, resourceVersion } = metadata;
    try {
      await this.#client.request({
        method: "DELETE",
        path: workflowsPath(namespace, name),
        body: { propagationPolicy: "Background", preconditions: { uid, resourceVersion } },
      });
      return "done";
    } catch (error) {
      if (hasStatus(error, 404) || hasStatus(error, 409)) return "moved";
      throw error;
    }
  }

  /** See `patchWorkflow`. */
  async patch(key: RunKey, plan: Plan): Promise<WriteResult> {
    return patchWorkflow(this.#client, key, () => this.read(key), plan);
  }

  async #list(namespace: string, labelSelector: string, outline: boolean): Promise<Workflow[]> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.#pages(namespace, labelSelector, outline);
      } catch (error) {
        // The list went on for longer than the API server keeps its version: from the beginning.
        if (!hasStatus(error, 410) || tries >= 2) throw error;
      }
    }
  }

  async #pages(namespace: string, labelSelector: string, outline: boolean): Promise<Workflow[]> {
    const found: Workflow[] = [];
    let from: string | undefined;
    do {
      const page: ObjectList<Workflow> = await this.#client.list({
        path: workflowsPath(namespace),
        query: { labelSelector, limit: outline ? "500" : pageSize, continue: from },
        ...(outline ? { accept: metadataListOnly } : {}),
      });
      found.push(...page.items.map(outline ? outlineOf : listed));
      from = page.metadata.continue || undefined;
    } while (from !== undefined);
    return found;
  }
}

/** Items of a list do not say what they are. */
function listed(item: Workflow): Workflow {
  return hydrate({ ...item, apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" });
}

function outlineOf({ metadata }: Workflow): Workflow {
  const phase = metadata.labels?.[argoLabel.phase] as WorkflowPhase | undefined;
  return hydrate({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata,
    spec: {},
    ...(phase === undefined ? {} : { status: { phase } }),
  });
}

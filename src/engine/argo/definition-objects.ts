import { isDeepStrictEqual } from "node:util";
import type { Definition } from "../../policy/compile-definition.js";
import { label } from "../../run/metadata.js";
import type { DefinitionRefusal, Definitions, Unsupported } from "../engine.js";
import { hasStatus } from "./api-error.js";
import { metadataListOnly, type KubernetesClient } from "./kubernetes-client.js";
import { refusalOf } from "./refusal.js";
import {
  argoLabel,
  definitionsPath,
  managedBy,
  selectorOf,
  type ArgoEngineOptions,
  type Named,
  type ObjectList,
} from "./resources.js";
import type { RunNamespaces } from "./run-namespaces.js";

const kinds: readonly Definition["kind"][] = ["WorkflowTemplate", "CronWorkflow"];
const objectName = /^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/;
const mostTries = 6;

/** The WorkflowTemplates and CronWorkflows that Sluice keeps in its namespaces. Methods throw ApiErrors. */
export class DefinitionObjects implements Definitions {
  readonly #client: KubernetesClient;
  readonly #namespaces: Pick<RunNamespaces, "ready" | "has">;
  readonly #ours: Record<string, string>;

  constructor(
    client: KubernetesClient,
    namespaces: Pick<RunNamespaces, "ready" | "has">,
    { instanceId }: Pick<ArgoEngineOptions, "instanceId">,
  ) {
    this.#client = client;
    this.#namespaces = namespaces;
    this.#ours = {
      [managedBy.name]: managedBy.value,
      ...(instanceId === undefined ? {} : { [argoLabel.instanceId]: instanceId }),
    };
  }

  async settle(
    repositoryId: number,
    wanted: readonly Definition[],
    keep: (kind: Definition["kind"], name: string) => boolean,
  ): Promise<DefinitionRefusal[]> {
    const refused: DefinitionRefusal[] = [];
    for (const definition of wanted) {
      const parts = await this.#ensure(withLabels(definition, this.#ours));
      refused.push(...parts.map((part) => ({ definition, ...part })));
    }
    const stays = new Set(wanted.map((each) => placeOf(each.kind, each.metadata)));
    for (const { kind, metadata } of await this.#owned({ [label.repositoryId]: String(repositoryId) })) {
      if (stays.has(placeOf(kind, metadata)) || keep(kind, metadata.name ?? "")) continue;
      await this.#remove(kind, metadata);
    }
    return refused;
  }

  async owners(): Promise<number[]> {
    const ids = (await this.#owned({})).map(({ metadata }) => Number(metadata.labels?.[label.repositoryId]));
    return [...new Set(ids.filter((id) => Number.isSafeInteger(id)))];
  }

  /** Creates it, or makes the present one like it when that is the repository's own. */
  async #ensure(wanted: Definition): Promise<Unsupported[]> {
    const { name = "", namespace = "" } = wanted.metadata;
    if (!objectName.test(name))
      return [{ path: ["metadata", "name"], message: `\`${name}\` cannot be the name of an object.` }];
    if (!this.#namespaces.has(namespace))
      return [{ path: [], message: `The namespace ${namespace} cannot be read by Sluice yet.` }];
    for (let tries = 0; ; tries++) {
      try {
        const present = await this.#read(wanted.kind, namespace, name);
        if (present === undefined) await this.#create(wanted);
        else {
          const foreign = foreignTo(wanted, present);
          if (foreign !== undefined) return [{ path: ["metadata", "name"], message: foreign }];
          await this.#update(wanted, present);
        }
        return [];
      } catch (error) {
        // Made, changed or removed by somebody meanwhile: look again.
        if (hasStatus(error, 404, 409, 422) && tries < mostTries && !isInvalid(error)) continue;
        const refusal = refusalOf(`apply ${wanted.kind} ${name}`, error)?.refused;
        if (refusal === undefined) throw error;
        return [...refusal];
      }
    }
  }

  async #read(kind: Definition["kind"], namespace: string, name: string): Promise<Definition | undefined> {
    try {
      return await this.#client.request<Definition>({ path: definitionsPath(kind, namespace, name) });
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async #create(wanted: Definition): Promise<void> {
    const path = definitionsPath(wanted.kind, wanted.metadata.namespace ?? "");
    const query = { fieldManager: "sluice", fieldValidation: "Strict" };
    await this.#client.request({ method: "POST", path, query, body: wanted });
  }

  async #update(wanted: Definition, present: Definition): Promise<void> {
    const { uid, resourceVersion, labels, annotations, name, namespace = "" } = present.metadata;
    const next = {
      labels: { ...labels, ...wanted.metadata.labels },
      annotations: { ...annotations, ...wanted.metadata.annotations },
      spec: wanted.spec,
    };
    if (isDeepStrictEqual({ labels, annotations, spec: present.spec }, plain(next))) return;
    await this.#client.request({
      method: "PATCH",
      path: definitionsPath(wanted.kind, namespace, name),
      query: { fieldManager: "sluice", fieldValidation: "Strict" },
      contentType: "application/json-patch+json",
      body: [
        { op: "test", path: "/metadata/uid", value: uid },
        { op: "test", path: "/metadata/resourceVersion", value: resourceVersion },
        { op: "add", path: "/metadata/labels", value: next.labels },
        { op: "add", path: "/metadata/annotations", value: next.annotations },
        { op: "add", path: "/spec", value: next.spec },
      ],
    });
  }

  async #owned(
    labels: Record<string, string>,
  ): Promise<{ kind: Definition["kind"]; metadata: Named["metadata"] }[]> {
    const labelSelector = selectorOf({ ...labels, ...this.#ours }, label.repositoryId);
    const found: { kind: Definition["kind"]; metadata: Named["metadata"] }[] = [];
    for (const namespace of this.#namespaces.ready)
      for (const kind of kinds) {
        let from: string | undefined;
        do {
          const page: ObjectList<Named> = await this.#client.list({
            path: definitionsPath(kind, namespace),
            accept: metadataListOnly,
            query: { labelSelector, limit: "500", continue: from },
          });
          found.push(...page.items.map(({ metadata }) => ({ kind, metadata: { ...metadata, namespace } })));
          from = page.metadata.continue || undefined;
        } while (from !== undefined);
      }
    return found;
  }

  async #remove(
    kind: Definition["kind"],
    { name = "", namespace = "", uid }: Named["metadata"],
  ): Promise<void> {
    try {
      await this.#client.request({
        method: "DELETE",
        path: definitionsPath(kind, namespace, name),
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid } },
      });
    } catch (error) {
      if (!hasStatus(error, 404, 409)) throw error;
    }
  }
}

function withLabels(definition: Definition, labels: Record<string, string>): Definition {
  const { metadata } = definition;
  return {
    ...definition,
    metadata: { ...metadata, labels: { ...metadata.labels, ...labels } },
  } as Definition;
}

/** Why the object that stands there is not this repository's; undefined when it is. */
function foreignTo(wanted: Definition, present: Definition): string | undefined {
  const { labels = {}, annotations = {}, name, namespace } = present.metadata;
  const place = `The namespace ${namespace} has a ${wanted.kind} \`${name}\``;
  if (labels[managedBy.name] !== managedBy.value || labels[label.repositoryId] === undefined)
    return `${place} that Sluice did not make; it is left as it is.`;
  if (labels[label.repositoryId] === wanted.metadata.labels?.[label.repositoryId]) return undefined;
  const { repository = "another repository" } = sourceOf(annotations["sluice.dev/source"]);
  return `${place} of ${repository} already; it is left as it is.`;
}

function sourceOf(text = "{}"): { repository?: string } {
  try {
    return JSON.parse(text) as { repository?: string };
  } catch {
    return {};
  }
}

/** 422 of the object itself, and not of a patch whose test failed. */
function isInvalid(error: unknown): boolean {
  return hasStatus(error, 422) && (error as { causes?: unknown[] }).causes?.length !== 0;
}

function placeOf(kind: Definition["kind"], { namespace, name }: Named["metadata"]): string {
  return `${kind} ${namespace}/${name}`;
}

/** As it comes back from a server: without what is undefined. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

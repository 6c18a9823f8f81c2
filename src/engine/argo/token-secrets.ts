import { EngineError, type RunKey, type RunToken } from "../engine.js";
import { hasStatus } from "./api-error.js";
import { metadataOnly, type KubernetesClient } from "./kubernetes-client.js";
import {
  argoLabel,
  managedBy,
  secretsPath,
  workflowApi,
  workflowsPath,
  type Named,
  type Secret,
} from "./resources.js";
import { tokenSecretName } from "./token-mount.js";

/** On a run's Secret: RFC 3339. */
const expiryAnnotation = "sluice.dev/token-expires-at";
const mostTries = 5;

/** The runs' GitHub tokens: a Secret for each run, owned by its Workflow so that it goes with it. */
export class TokenSecrets {
  readonly #client: KubernetesClient;
  readonly #clock: () => number;

  constructor(client: KubernetesClient, clock: () => number) {
    this.#client = client;
    this.#clock = clock;
  }

  /**
   * Writes the Secret. One that has expired is written without its value: a pod that needs it then waits, as it
   * does when there is no Secret at all.
   */
  async put(key: RunKey, token: RunToken): Promise<void> {
    const { metadata: owner } = await this.#client.request<Named>({
      path: workflowsPath(key.namespace, key.name),
      accept: metadataOnly,
    });
    const good = Date.parse(token.expiresAt) > this.#clock();
    const value = good ? Buffer.from(token.value).toString("base64") : null;
    const metadata = {
      name: tokenSecretName(key.name),
      namespace: key.namespace,
      labels: { [managedBy.name]: managedBy.value },
      annotations: { [expiryAnnotation]: token.expiresAt },
      ownerReferences: [
        { apiVersion: workflowApi, kind: "Workflow", name: key.name, uid: owner.uid ?? "", controller: true },
      ],
    };
    for (let tries = 0; ; tries++) {
      try {
        const present = await this.#find(key);
        if (present === undefined) await this.#create(metadata, value);
        else await this.#replace(present, metadata, value);
        // The run may have ended meanwhile, and its token have been removed before this one was there.
        return await this.dropOfEnded(key);
      } catch (error) {
        if (!hasStatus(error, 404, 409) || tries >= mostTries) throw error;
      }
    }
  }

  async expiry(key: RunKey): Promise<string | undefined> {
    return (await this.#find(key))?.metadata.annotations?.[expiryAnnotation];
  }

  /** Removes the Secret of a run if that has ended. */
  async dropOfEnded(key: RunKey): Promise<void> {
    const path = workflowsPath(key.namespace, key.name);
    try {
      const { metadata } = await this.#client.request<Named>({ path, accept: metadataOnly });
      if (metadata.labels?.[argoLabel.completed] === "true") await this.drop(key);
    } catch (error) {
      // Where there is no Workflow any more, its Secret has gone with it.
      if (!hasStatus(error, 404)) throw error;
    }
  }

  /** Removes the Secret of a run that has ended; one that Sluice did not write stays. */
  async drop(key: RunKey): Promise<void> {
    const present = await this.#find(key);
    if (present?.metadata.labels?.[managedBy.name] !== managedBy.value) return;
    const { uid } = present.metadata;
    try {
      await this.#client.request({
        method: "DELETE",
        path: secretsPath(key.namespace, tokenSecretName(key.name)),
        body: { kind: "DeleteOptions", apiVersion: "v1", preconditions: { uid } },
      });
    } catch (error) {
      if (!hasStatus(error, 404, 409)) throw error;
    }
  }

  /** Without its content: nobody here needs to read a token back. */
  async #find(key: RunKey): Promise<Named | undefined> {
    try {
      const path = secretsPath(key.namespace, tokenSecretName(key.name));
      return await this.#client.request<Named>({ path, accept: metadataOnly });
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async #create(metadata: Named["metadata"], value: string | null): Promise<void> {
    const data: Secret["data"] = value === null ? {} : { token: value };
    await this.#client.request({
      method: "POST",
      path: secretsPath(metadata.namespace ?? ""),
      query: { fieldManager: "sluice", fieldValidation: "Strict" },
      body: { apiVersion: "v1", kind: "Secret", type: "Opaque", metadata, data },
    });
  }

  async #replace(present: Named, metadata: Named["metadata"], value: string | null): Promise<void> {
    if (present.metadata.labels?.[managedBy.name] !== managedBy.value) {
      throw new EngineError(
        `failed to write Secret ${metadata.name}: there is one that Sluice did not create`,
        {
          retryable: false,
        },
      );
    }
    const { resourceVersion } = present.metadata;
    const { annotations, ownerReferences } = metadata;
    await this.#client.request({
      method: "PATCH",
      path: secretsPath(metadata.namespace ?? "", metadata.name),
      query: { fieldManager: "sluice" },
      contentType: "application/merge-patch+json",
      body: { metadata: { resourceVersion, annotations, ownerReferences }, data: { token: value } },
    });
  }
}

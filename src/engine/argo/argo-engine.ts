import type { Workflow, WorkflowPhase } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import {
  EngineError,
  type Engine,
  type GateAnswer,
  type GateKey,
  type NodeLog,
  type RunKey,
  type RunToken,
  type Submission,
  type WatchHandle,
  type WriteResult,
} from "../engine.js";
import { engineError, hasStatus } from "./api-error.js";
import { annotationPatch, type Operation } from "./json-patch.js";
import { KubernetesClient, metadataListOnly } from "./kubernetes-client.js";
import { MetadataWatch } from "./metadata-watch.js";
import { hydrate } from "./node-codec.js";
import { PodLogs } from "./pod-log.js";
import { isAnswered, isWaiting, releasePatch } from "./release-patch.js";
import {
  argoLabel,
  defaultTimings,
  managedBy,
  selectorOf,
  workflowsPath,
  type ArgoEngineOptions,
  type Named,
  type ObjectList,
} from "./resources.js";
import { RunAnnouncer } from "./run-announcer.js";
import { stopPatch } from "./stop-patch.js";
import { mountToken } from "./token-mount.js";
import { TokenSecrets } from "./token-secrets.js";
import { patchWorkflow } from "./workflow-patch.js";

export type { ArgoEngineOptions };

/**
 * Opens the engine that hands runs to the Argo controller of a cluster, through the Kubernetes API alone. Throws an
 * EngineError when the API server cannot be reached or refuses to list the namespaces' Workflows.
 */
export async function openArgoEngine(options: ArgoEngineOptions): Promise<Engine> {
  const engine = new ArgoEngine(options);
  try {
    await engine.start();
    return engine;
  } catch (error) {
    await engine.close();
    throw engineError("list the Workflows of the cluster", error);
  }
}

const pageSize = "50";

class ArgoEngine implements Engine {
  readonly kind = "argo";
  readonly #options: ArgoEngineOptions;
  readonly #clock: () => number;
  readonly #client: KubernetesClient;
  readonly #tokens: TokenSecrets;
  readonly #logs: PodLogs;
  readonly #announcer = new RunAnnouncer();
  readonly #watches: MetadataWatch[];
  #closing: Promise<void> | undefined;

  constructor(options: ArgoEngineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#client = new KubernetesClient(options);
    this.#tokens = new TokenSecrets(this.#client, this.#clock);
    this.#logs = new PodLogs(this.#client);
    this.#watches = options.namespaces.map((namespace) => this.#watchOf(namespace));
  }

  async start(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.start()));
  }

  /** Argo runs whatever is a valid Workflow; what is not, the API server or the controller refuses. */
  supports(): [] {
    return [];
  }

  async submit(workflow: Workflow): Promise<Submission> {
    this.#assertOpen();
    const { name, namespace = "" } = workflow.metadata;
    if (name === undefined || !this.#options.namespaces.includes(namespace)) {
      const fault = name === undefined ? "it has no name" : `namespace "${namespace}" is none of Sluice's`;
      throw new EngineError(`failed to submit a workflow: ${fault}`, { retryable: false });
    }
    return this.#asking(`submit ${namespace}/${name}`, async () => {
      try {
        const created = await this.#create(workflow);
        return { created: true, workflow: hydrate(created) };
      } catch (error) {
        if (!hasStatus(error, 409)) throw error;
        const stored = await this.#stored({ namespace, name });
        if (stored === undefined || !isSame(stored, workflow)) {
          const fault = `there is a Workflow of the name ${namespace}/${name} that is not this run`;
          throw new EngineError(`failed to submit: ${fault}`, { cause: error, retryable: false });
        }
        return { created: false, workflow: hydrate(stored) };
      }
    });
  }

  async get(key: RunKey): Promise<Workflow | undefined> {
    return this.#asking(`read ${key.name}`, async () => {
      const stored = await this.#stored(key);
      return stored && hydrate(stored);
    });
  }

  async list(selector: {
    labels?: Record<string, string>;
    unfinished?: boolean;
    outline?: boolean;
  }): Promise<Workflow[]> {
    const labelSelector = selectorOf(
      { ...selector.labels, ...this.#ours() },
      ...(selector.unfinished === true ? [`${argoLabel.completed}!=true`] : []),
    );
    return this.#asking("list runs", async () => {
      const found: Workflow[] = [];
      for (const namespace of this.#options.namespaces)
        found.push(...(await this.#list(namespace, labelSelector, selector.outline === true)));
      return found;
    });
  }

  watch(onChange: (key: RunKey) => void): WatchHandle {
    return this.#announcer.watch(onChange);
  }

  async release(key: RunKey, gate: GateKey, answer: GateAnswer): Promise<WriteResult> {
    return this.#patch(key, `release a gate of ${key.name}`, (stored, unsure) => {
      const readable = hydrate(stored);
      if (unsure && isAnswered(readable, gate, answer)) return "done";
      if (!isWaiting(readable, gate)) return "moved";
      return releasePatch(stored, readable, gate, answer, this.#now());
    });
  }

  async stop(key: RunKey, strategy: "Stop" | "Terminate"): Promise<WriteResult> {
    return this.#patch(key, `stop ${key.name}`, (stored) =>
      isFinished(stored.status?.phase) ? "moved" : stopPatch(stored, strategy),
    );
  }

  async annotate(
    key: RunKey,
    annotations: Record<string, string | null>,
    ifEquals: Record<string, string | null> = {},
  ): Promise<WriteResult> {
    return this.#patch(key, `annotate ${key.name}`, (stored, unsure) => {
      const { uid, resourceVersion, annotations: present } = stored.metadata;
      const has = (values: Record<string, string | null>) =>
        Object.entries(values).every(([name, value]) => (present?.[name] ?? null) === value);
      if (unsure && has(annotations)) return "done";
      if (!has(ifEquals)) return "moved";
      const { operations, needsVersion } = annotationPatch(present, annotations);
      if (operations.length === 0) return "done";
      const compares = needsVersion || Object.keys(ifEquals).length > 0;
      const version = { op: "test", path: "/metadata/resourceVersion", value: resourceVersion } as const;
      return [
        { op: "test", path: "/metadata/uid", value: uid },
        ...(compares ? [version] : []),
        ...operations,
      ];
    });
  }

  async putToken(key: RunKey, token: RunToken): Promise<void> {
    await this.#asking(`write the token of ${key.name}`, () => this.#tokens.put(key, token));
  }

  async tokenExpiry(key: RunKey): Promise<string | undefined> {
    return this.#asking(`read the token of ${key.name}`, () => this.#tokens.expiry(key));
  }

  async log(key: RunKey, nodeId: string, tailBytes: number): Promise<NodeLog | undefined> {
    return this.#asking(`read a log of ${key.name}`, () =>
      this.#logs.tail(key, nodeId, tailBytes, () => this.get(key)),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.close()));
    this.#announcer.close();
    this.#client.close();
  }

  #watchOf(namespace: string): MetadataWatch {
    const log = this.#options.log ?? (() => undefined);
    const isCompleted = ({ metadata }: Named) => metadata.labels?.[argoLabel.completed] === "true";
    return new MetadataWatch({
      client: this.#client,
      path: workflowsPath(namespace),
      labelSelector: selectorOf(this.#ours()),
      timings: { ...defaultTimings, ...this.#options.timings },
      clock: this.#clock,
      log,
      isCompleted,
      onChange: (now, before) => {
        const key = { namespace, name: now.metadata.name ?? "" };
        this.#announcer.note(key);
        if (!isCompleted(now) || before?.completed === true) return;
        this.#tokens.drop(key).catch((error: unknown) => {
          log({ run: key.name, err: String(error) }, "a finished run's token could not be removed");
        });
      },
    });
  }

  async #create({ apiVersion, kind, metadata, spec }: Workflow): Promise<Workflow> {
    const { name, namespace = "", labels, annotations } = metadata;
    const body = mountToken({
      apiVersion,
      kind,
      metadata: {
        ...(name === undefined ? {} : { name }),
        namespace,
        labels: { ...labels, ...this.#ours() },
        ...(annotations === undefined ? {} : { annotations }),
      },
      spec,
    });
    const query = { fieldManager: "sluice", fieldValidation: "Strict" };
    return this.#client.request({ method: "POST", path: workflowsPath(namespace), query, body });
  }

  /** As it is stored, nodes perhaps compressed; undefined also when it is somebody else's. */
  async #stored(key: RunKey): Promise<Workflow | undefined> {
    try {
      const path = workflowsPath(key.namespace, key.name);
      const found = await this.#client.request<Workflow>({ path });
      return found.metadata.labels?.[managedBy.name] === managedBy.value ? found : undefined;
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
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
      const page: ObjectList<Workflow> = await this.#client.request({
        path: workflowsPath(namespace),
        query: { labelSelector, limit: outline ? "500" : pageSize, continue: from },
        ...(outline ? { accept: metadataListOnly } : {}),
      });
      found.push(...page.items.map(outline ? outlineOf : listed));
      from = page.metadata.continue || undefined;
    } while (from !== undefined);
    return found;
  }

  async #patch(
    key: RunKey,
    what: string,
    plan: (stored: Workflow, unsure: boolean) => Operation[] | WriteResult,
  ): Promise<WriteResult> {
    return this.#asking(what, () => patchWorkflow(this.#client, key, () => this.#stored(key), plan));
  }

  async #asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    try {
      return await ask();
    } catch (error) {
      throw engineError(what, error);
    }
  }

  #ours(): Record<string, string> {
    const { instanceId } = this.#options;
    return {
      [managedBy.name]: managedBy.value,
      ...(instanceId === undefined ? {} : { [argoLabel.instanceId]: instanceId }),
    };
  }

  #now(): string {
    return `${new Date(this.#clock()).toISOString().slice(0, 19)}Z`;
  }

  #assertOpen(): void {
    if (this.#closing) throw new EngineError("the engine is closed", { retryable: false });
  }
}

/** The same run: names are made of what a run is, and the labels say it once more. */
function isSame(stored: Workflow, submitted: Workflow): boolean {
  const own = Object.entries(submitted.metadata.labels ?? {}).filter(([name]) =>
    name.startsWith("sluice.dev/"),
  );
  return own.every(([name, value]) => stored.metadata.labels?.[name] === value);
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

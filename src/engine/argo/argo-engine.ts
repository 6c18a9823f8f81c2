import type { Workflow } from "../../manifest/argo.js";
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
import { annotationPatch } from "./json-patch.js";
import { KubernetesClient } from "./kubernetes-client.js";
import { MetadataWatch } from "./metadata-watch.js";
import { hydrate } from "./node-codec.js";
import { PodLogs } from "./pod-log.js";
import { isAnswered, isWaiting, releasePatch } from "./release-patch.js";
import {
  argoLabel,
  defaultTimings,
  selectorOf,
  workflowsPath,
  type ArgoEngineOptions,
  type Named,
} from "./resources.js";
import { RunAnnouncer } from "./run-announcer.js";
import { stopPatch } from "./stop-patch.js";
import { TokenSecrets } from "./token-secrets.js";
import { WorkflowObjects } from "./workflow-objects.js";

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
    const hint = hasStatus(error, 404) ? " (is Argo Workflows installed there?)" : "";
    throw engineError(`list the Workflows of the cluster${hint}`, error);
  }
}

class ArgoEngine implements Engine {
  readonly kind = "argo";
  readonly #options: ArgoEngineOptions;
  readonly #clock: () => number;
  readonly #client: KubernetesClient;
  readonly #objects: WorkflowObjects;
  readonly #tokens: TokenSecrets;
  readonly #logs: PodLogs;
  readonly #announcer = new RunAnnouncer();
  readonly #watches: MetadataWatch[];
  #closing: Promise<void> | undefined;

  constructor(options: ArgoEngineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#client = new KubernetesClient(options);
    this.#objects = new WorkflowObjects(this.#client, options);
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
        const created = await this.#objects.create(workflow);
        return { created: true, workflow: hydrate(created) };
      } catch (error) {
        if (!hasStatus(error, 409)) throw error;
        const stored = await this.#objects.read({ namespace, name });
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
      const stored = await this.#objects.read(key);
      return stored && hydrate(stored);
    });
  }

  async list(selector: {
    labels?: Record<string, string>;
    unfinished?: boolean;
    outline?: boolean;
  }): Promise<Workflow[]> {
    return this.#asking("list runs", () => this.#objects.list(selector));
  }

  watch(onChange: (key: RunKey) => void): WatchHandle {
    return this.#announcer.watch(onChange);
  }

  async release(key: RunKey, gate: GateKey, answer: GateAnswer): Promise<WriteResult> {
    return this.#asking(`release a gate of ${key.name}`, () =>
      this.#objects.patch(key, (stored, unsure) => {
        const readable = hydrate(stored);
        if (unsure && isAnswered(readable, gate, answer)) return "done";
        if (!isWaiting(readable, gate)) return "moved";
        return releasePatch(stored, readable, gate, answer, this.#now());
      }),
    );
  }

  async stop(key: RunKey, strategy: "Stop" | "Terminate"): Promise<WriteResult> {
    return this.#asking(`stop ${key.name}`, () =>
      this.#objects.patch(key, (stored) =>
        isFinished(stored.status?.phase) ? "moved" : stopPatch(stored, strategy),
      ),
    );
  }

  async annotate(
    key: RunKey,
    annotations: Record<string, string | null>,
    ifEquals: Record<string, string | null> = {},
  ): Promise<WriteResult> {
    return this.#asking(`annotate ${key.name}`, () =>
      this.#objects.patch(key, (stored, unsure) => {
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
      }),
    );
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
      labelSelector: selectorOf(this.#objects.ours),
      timings: { ...defaultTimings, ...this.#options.timings },
      clock: this.#clock,
      log,
      onRestart: this.#options.onWatchRestart,
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

  async #asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    try {
      return await ask();
    } catch (error) {
      throw engineError(what, error);
    }
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

import type { Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import {
  EngineError,
  type Definitions,
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
import { ApiError, engineError, hasStatus } from "./api-error.js";
import { beginPatch } from "./begin-patch.js";
import { DefinitionObjects } from "./definition-objects.js";
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
import { refusalOf } from "./refusal.js";
import { RunAnnouncer } from "./run-announcer.js";
import { RunNamespaces } from "./run-namespaces.js";
import { stopPatch } from "./stop-patch.js";
import { TokenSecrets } from "./token-secrets.js";
import { WorkflowObjects } from "./workflow-objects.js";

export type { ArgoEngineOptions };

export interface ClusterEngine extends Engine {
  /** Carries the runs of these namespaces too, from when they can be read. */
  follow(namespaces: readonly string[]): void;
}

/**
 * Opens the engine that hands runs to the Argo controller of a cluster, through the Kubernetes API alone. Throws an
 * EngineError when the API server cannot be reached or refuses to list the namespaces' Workflows.
 */
export async function openArgoEngine(options: ArgoEngineOptions): Promise<ClusterEngine> {
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

class ArgoEngine implements ClusterEngine {
  readonly kind = "argo";
  readonly definitions: Definitions;
  readonly #options: ArgoEngineOptions;
  readonly #clock: () => number;
  readonly #client: KubernetesClient;
  readonly #objects: WorkflowObjects;
  readonly #tokens: TokenSecrets;
  readonly #logs: PodLogs;
  readonly #announcer = new RunAnnouncer();
  readonly #namespaces: RunNamespaces;
  #closing: Promise<void> | undefined;

  constructor(options: ArgoEngineOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
    this.#client = new KubernetesClient(options);
    const timings = { ...defaultTimings, ...options.timings };
    this.#namespaces = new RunNamespaces({
      open: (namespace, tellFirst) => this.#watchOf(namespace, tellFirst),
      timings,
      log: options.log ?? (() => undefined),
    });
    this.#objects = new WorkflowObjects(this.#client, this.#namespaces, options);
    const definitions = new DefinitionObjects(this.#client, this.#namespaces, options);
    this.definitions = {
      settle: (...given) => this.#asking("apply definitions", () => definitions.settle(...given)),
      owners: () => this.#asking("list definitions", () => definitions.owners()),
    };
    this.#tokens = new TokenSecrets(this.#client, this.#clock);
    this.#logs = new PodLogs(this.#client);
  }

  async start(): Promise<void> {
    await this.#namespaces.start(this.#options.namespaces);
  }

  follow(namespaces: readonly string[]): void {
    this.#namespaces.follow(namespaces);
  }

  /** Argo runs whatever is a valid Workflow; what is not, the API server or the controller refuses. */
  supports(): [] {
    return [];
  }

  async submit(workflow: Workflow): Promise<Submission> {
    this.#assertOpen();
    const { name, namespace = "" } = workflow.metadata;
    if (name === undefined) throw new EngineError("failed to submit: it has no name", { retryable: false });
    if (!this.#namespaces.has(namespace)) throw this.#notFollowed(namespace);
    return this.#asking(`submit ${namespace}/${name}`, async () => {
      try {
        const created = await this.#objects.create(workflow);
        return { created: true, workflow: hydrate(created) };
      } catch (error) {
        if (!hasStatus(error, 409)) throw refusalOf(`submit ${namespace}/${name}`, error) ?? error;
        const stored = await this.#objects.read({ namespace, name });
        // Another conflict than over the name, such as one over a quota.
        if (stored === undefined && error instanceof ApiError && error.reason !== "AlreadyExists")
          throw new EngineError(`failed to submit ${namespace}/${name}: ${error.message}`, {
            cause: error,
            retryable: true,
          });
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

  async begin(key: RunKey, annotations: Record<string, string | null>): Promise<WriteResult> {
    return this.#asking(`begin ${key.name}`, () =>
      this.#objects.patch(key, (stored, unsure) => {
        const has = Object.entries(annotations).every(
          ([name, value]) => (stored.metadata.annotations?.[name] ?? null) === value,
        );
        if (unsure && has && stored.spec.suspend === undefined) return "done";
        return beginPatch(stored, annotations, this.#clock());
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

  async dropToken(key: RunKey): Promise<void> {
    await this.#asking(`remove the token of ${key.name}`, () => this.#tokens.dropOfEnded(key));
  }

  async tokenExpiry(key: RunKey): Promise<string | undefined> {
    return this.#asking(`read the token of ${key.name}`, () => this.#tokens.expiry(key));
  }

  async log(key: RunKey, nodeId: string, tailBytes: number): Promise<NodeLog | undefined> {
    return this.#asking(`read a log of ${key.name}`, () =>
      this.#logs.tail(key, nodeId, tailBytes, () => this.get(key)),
    );
  }

  async readLog(key: RunKey, nodeId: string): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#asking(`read a log of ${key.name}`, () =>
      this.#logs.whole(key, nodeId, () => this.get(key)),
    );
  }

  async remove(key: RunKey): Promise<WriteResult> {
    return this.#asking(`remove ${key.name}`, async () => {
      const stored = await this.#objects.read(key);
      return stored && isFinished(stored.status?.phase) ? this.#objects.remove(stored) : "moved";
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#namespaces.close();
    this.#announcer.close();
    this.#client.close();
  }

  #watchOf(namespace: string, tellFirst: boolean): MetadataWatch {
    const log = this.#options.log ?? (() => undefined);
    const isCompleted = ({ metadata }: Named) => metadata.labels?.[argoLabel.completed] === "true";
    return new MetadataWatch({
      client: this.#client,
      path: workflowsPath(namespace),
      labelSelector: selectorOf(this.#objects.ours),
      tellFirst,
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

  /** A namespace that cannot be read is said on the check: trying again mends no right that is missing. */
  #notFollowed(namespace: string): EngineError {
    const fault = this.#namespaces.fault(namespace);
    if (fault === undefined)
      return new EngineError(`failed to submit: namespace "${namespace}" is none of Sluice's`, {
        retryable: false,
      });
    const why = fault instanceof Error ? fault.message : "no reason is known";
    const message = `Runs in the namespace ${namespace} cannot be read by Sluice yet: ${why}.`;
    return new EngineError(`failed to submit: ${message}`, {
      cause: fault,
      retryable: false,
      refused: [{ path: [], message }],
    });
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

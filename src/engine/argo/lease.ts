import { setTimeout as sleep } from "node:timers/promises";
import { hasStatus } from "./api-error.js";
import type { ClusterOptions } from "./kubeconfig.js";
import { KubernetesClient, podNamespace } from "./kubernetes-client.js";
import { leasesPath, type Metadata } from "./resources.js";

export interface LeaseOptions extends ClusterOptions {
  /** By default the namespace of this pod, and outside of a cluster `fallbackNamespace`. */
  namespace?: string;
  fallbackNamespace: string;
  name: string;
  /** Unique among the candidates, such as the pod's name. */
  identity: string;
  clock?: () => number;
  log?: (event: object, message: string) => void;
  timings?: Partial<LeaseTimings>;
}

export interface LeaseTimings {
  /** Another candidate takes over when it has seen no renewal for this long. Whole seconds. */
  leaseMs: number;
  /** The leader stops leading by itself when it could not renew for this long: less than `leaseMs`. */
  renewMs: number;
  /** How often each candidate looks, and the leader renews. */
  everyMs: number;
}

/** An answer that takes longer is as good as none: the next look asks again. */
const once = { tries: 1, timeoutMs: 3000 };

/** A lost leader is replaced within `leaseMs` and two looks: 14 s. */
const defaultTimings: LeaseTimings = { leaseMs: 10_000, renewMs: 7_000, everyMs: 2_000 };

export interface LeaseHold {
  /** True only as long as no other candidate can have taken over, by this process's clock. */
  isLeader(): boolean;
  /** Called after each gain and loss. */
  onChange(listener: (leads: boolean) => void): void;
  /** Gives the lease back, so that the next leader need not wait for its end. */
  close(): Promise<void>;
}

interface Lease {
  apiVersion: "coordination.k8s.io/v1";
  kind: "Lease";
  metadata: Metadata;
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

/**
 * Stands as a candidate for a Lease until it is closed. As client-go does it: times in the Lease are never compared
 * with the own clock, only how long the same record has been seen; writes carry the version that was read.
 */
export function holdLease(options: LeaseOptions): LeaseHold {
  const candidate = new Candidate(options);
  const running = candidate.run();
  return {
    isLeader: () => candidate.isLeader(),
    onChange: (listener) => void candidate.listeners.add(listener),
    async close() {
      candidate.closing.abort();
      await running;
    },
  };
}

class Candidate {
  readonly closing = new AbortController();
  readonly listeners = new Set<(leads: boolean) => void>();
  readonly #options: LeaseOptions;
  readonly #timings: LeaseTimings;
  readonly #clock: () => number;
  readonly #client: KubernetesClient;
  readonly #namespace: string;
  /** The other holder's record as it was first seen, and when. */
  #observed: { record: string; at: number } | undefined;
  #renewedAt: number | undefined;
  #told = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#timings = { ...defaultTimings, ...options.timings };
    this.#clock = options.clock ?? Date.now;
    this.#client = new KubernetesClient(options);
    this.#namespace = options.namespace ?? podNamespace() ?? options.fallbackNamespace;
  }

  isLeader(): boolean {
    return this.#renewedAt !== undefined && this.#clock() < this.#renewedAt + this.#timings.renewMs;
  }

  async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        this.#options.log?.({ err: String(error) }, "the lease could not be renewed");
      }
      this.#tell();
      await sleep(this.#timings.everyMs * (0.9 + 0.1 * Math.random()), undefined, { signal }).catch(
        () => undefined,
      );
    }
    await this.#giveBack().catch(() => undefined);
    this.#client.close();
  }

  async #look(): Promise<void> {
    // The time before the request: a renewal holds from when it was asked for, at the latest.
    const now = this.#clock();
    const lease = await this.#read();
    const holder = lease?.spec.holderIdentity ?? "";
    if (lease !== undefined && holder !== "" && holder !== this.#options.identity) {
      this.#renewedAt = undefined;
      const record = JSON.stringify([lease.metadata.uid, lease.metadata.resourceVersion]);
      if (this.#observed?.record !== record) this.#observed = { record, at: now };
      const leaseMs = (lease.spec.leaseDurationSeconds ?? 0) * 1000 || this.#timings.leaseMs;
      if (now < this.#observed.at + leaseMs) return;
    }
    const written = await this.#write(lease, now);
    // A renewal that came too late ends one term and begins another: what came in between was left to nobody.
    this.#tell();
    this.#renewedAt = written ? now : undefined;
  }

  async #read(): Promise<Lease | undefined> {
    const { name } = this.#options;
    try {
      return await this.#client.request<Lease>({ path: leasesPath(this.#namespace, name), ...once });
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  /** False when another candidate was faster. */
  async #write(lease: Lease | undefined, now: number): Promise<boolean> {
    const { name, identity } = this.#options;
    const namespace = this.#namespace;
    const mine = lease?.spec.holderIdentity === identity;
    const renewTime = microTime(now);
    const body: Lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: lease?.metadata ?? { name, namespace },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#timings.leaseMs / 1000),
        acquireTime: (mine ? lease?.spec.acquireTime : undefined) ?? renewTime,
        renewTime,
        leaseTransitions: (lease?.spec.leaseTransitions ?? 0) + (lease === undefined || mine ? 0 : 1),
      },
    };
    try {
      await this.#client.request({
        method: lease === undefined ? "POST" : "PUT",
        path: lease === undefined ? leasesPath(namespace) : leasesPath(namespace, name),
        body,
        ...once,
      });
      return true;
    } catch (error) {
      if (hasStatus(error, 409)) return false;
      throw error;
    }
  }

  async #giveBack(): Promise<void> {
    const led = this.isLeader();
    this.#renewedAt = undefined;
    this.#tell();
    const lease = led ? await this.#read() : undefined;
    if (lease?.spec.holderIdentity !== this.#options.identity) return;
    const { name } = this.#options;
    const { holderIdentity: _mine, ...spec } = lease.spec;
    const body: Lease = { ...lease, spec: { ...spec, leaseDurationSeconds: 1 } };
    await this.#client.request({ method: "PUT", path: leasesPath(this.#namespace, name), body, ...once });
  }

  #tell(): void {
    const leads = this.isLeader();
    if (leads === this.#told) return;
    this.#told = leads;
    this.#options.log?.({ identity: this.#options.identity, leads }, "leadership");
    for (const listener of this.listeners) listener(leads);
  }
}

function microTime(now: number): string {
  return new Date(now).toISOString().replace("Z", "000Z");
}

import { randomUUID } from "node:crypto";
import type { JsonObject } from "../../../src/manifest/argo.js";
import type { Metadata } from "../../../src/engine/argo/resources.js";
import { Refusal } from "./refusal.js";

export interface StoredObject {
  apiVersion: string;
  kind: string;
  metadata: Metadata & { name: string; namespace: string; uid: string; resourceVersion: string };
  [field: string]: unknown;
}

/** One change; `object` is the last state of what was deleted. */
export interface StoreEvent {
  version: number;
  resource: string;
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: StoredObject;
  previous: StoredObject | undefined;
}

/** The objects of a cluster with etcd's versions and the watch cache's history. Objects in it are never changed. */
export class ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  #events: StoreEvent[] = [];
  #version = 1000;
  /** Versions before this one are forgotten: 410. */
  #oldest = 0;
  /** Everything that ever was in an object, for a grep. */
  readonly everything: { resource: string; text: string }[] = [];

  get version(): number {
    return this.#version;
  }
  get oldest(): number {
    return this.#oldest;
  }

  get(resource: string, namespace: string, name: string): StoredObject | undefined {
    return this.#objects.get(`${resource}/${namespace}/${name}`);
  }

  /** By name, as etcd has them. */
  list(resource: string, namespace: string): StoredObject[] {
    const prefix = `${resource}/${namespace}/`;
    const found = [...this.#objects].filter(([key]) => key.startsWith(prefix));
    return found.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, object]) => object);
  }

  create(resource: string, namespace: string, body: JsonObject, dryRun = false): StoredObject {
    const metadata = (body["metadata"] ?? {}) as Partial<Metadata>;
    const name = metadata.name ?? (metadata.generateName ? `${metadata.generateName}x${this.#version}` : "");
    if (name === "") throw new Refusal(422, "Invalid", "name or generateName is required");
    if (this.get(resource, namespace, name))
      throw new Refusal(409, "AlreadyExists", `${resource} "${name}" already exists`);
    const object = sortedCopy({
      ...body,
      metadata: {
        ...metadata,
        name,
        namespace,
        uid: randomUUID(),
        creationTimestamp: `${new Date().toISOString().slice(0, 19)}Z`,
        resourceVersion: String(this.#version + 1),
      },
    }) as unknown as StoredObject;
    if (!dryRun) this.#put(resource, "ADDED", object, undefined);
    return object;
  }

  /** Throws a 409 when the new state names another version or uid than the stored one has. */
  update(resource: string, namespace: string, name: string, body: JsonObject, dryRun = false): StoredObject {
    const present = this.#existing(resource, namespace, name);
    const wanted = (body["metadata"] ?? {}) as Partial<Metadata>;
    const { uid, resourceVersion, creationTimestamp } = present.metadata;
    if ((wanted.resourceVersion ?? resourceVersion) !== resourceVersion || (wanted.uid ?? uid) !== uid) {
      const why = "the object has been modified; please apply your changes to the latest version";
      throw new Refusal(409, "Conflict", `Operation cannot be fulfilled on ${resource} "${name}": ${why}`);
    }
    const fixed = { ...wanted, name, namespace, uid, creationTimestamp };
    const same = sortedCopy({ ...body, metadata: { ...fixed, resourceVersion } });
    // A write that changes nothing makes no new version.
    if (JSON.stringify(same) === JSON.stringify(present)) return present;
    const version = { resourceVersion: String(this.#version + 1) };
    const object = sortedCopy({
      ...body,
      metadata: { ...fixed, ...version },
    }) as unknown as StoredObject;
    if (!dryRun) this.#put(resource, "MODIFIED", object, present);
    return object;
  }

  /** What the object owns goes with it. */
  remove(resource: string, namespace: string, name: string, uid?: string): StoredObject {
    const present = this.#existing(resource, namespace, name);
    if (uid !== undefined && uid !== present.metadata.uid) {
      throw new Refusal(409, "Conflict", `Precondition failed: UID in precondition: ${uid}`);
    }
    this.#objects.delete(`${resource}/${namespace}/${name}`);
    this.#tell({ resource, type: "DELETED", object: present, previous: present });
    for (const [key, { metadata }] of this.#objects) {
      if (metadata.ownerReferences?.some((owner) => owner.uid === present.metadata.uid) !== true) continue;
      this.remove(key.split("/")[0] ?? "", metadata.namespace, metadata.name);
    }
    return present;
  }

  /** Changes from a version on; throws a 410 when they are forgotten. */
  since(version: number): StoreEvent[] {
    if (version < this.#oldest)
      throw new Refusal(410, "Expired", `too old resource version: ${version} (${this.#oldest})`);
    return this.#events.filter((event) => event.version > version);
  }

  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** As after a compaction, or a restart of the API server: earlier versions cannot be watched from. */
  forget(): void {
    this.#version++;
    this.#oldest = this.#version;
    this.#events = [];
  }

  #existing(resource: string, namespace: string, name: string): StoredObject {
    const present = this.get(resource, namespace, name);
    if (present === undefined) throw new Refusal(404, "NotFound", `${resource} "${name}" not found`);
    return present;
  }

  #put(
    resource: string,
    type: StoreEvent["type"],
    object: StoredObject,
    previous: StoredObject | undefined,
  ): void {
    const { namespace, name } = object.metadata;
    this.#objects.set(`${resource}/${namespace}/${name}`, object);
    this.everything.push({ resource, text: JSON.stringify(object) });
    this.#tell({ resource, type, object, previous });
  }

  #tell(event: Omit<StoreEvent, "version">): void {
    this.#version++;
    const { metadata } = event.object;
    const stamped =
      event.type === "DELETED"
        ? { ...event.object, metadata: { ...metadata, resourceVersion: String(this.#version) } }
        : event.object;
    const numbered = { ...event, object: stamped, version: this.#version };
    this.#events.push(numbered);
    for (const listener of this.#listeners) listener(numbered);
  }
}

/** Keys come back sorted from an API server, whatever order they were sent in: Go writes its maps so. */
function sortedCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedCopy);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, each]) => [key, sortedCopy(each)]),
  );
}

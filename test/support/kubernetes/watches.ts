import type { ServerResponse } from "node:http";
import type { ObjectStore, StoredObject, StoreEvent } from "./object-store.js";
import { Refusal } from "./refusal.js";
import { outline, selector, type Asked } from "./routes.js";

const bookmarkMs = 200;

/** The open watches of an API server. */
export class Watches {
  readonly #store: ObjectStore;
  readonly #open = new Set<ServerResponse>();
  readonly #dead = new WeakSet<ServerResponse>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#open.size;
  }

  serve(asked: Asked, response: ServerResponse): void {
    const { place, query } = asked;
    const matches = selector(query.get("labelSelector"));
    const partial = asked.accept.includes("as=PartialObjectMetadata");
    const version = query.get("resourceVersion") ?? "";
    response.writeHead(200, { "content-type": "application/json" });
    const send = (type: string, object: object) => {
      if (!this.#dead.has(response)) response.write(`${JSON.stringify({ type, object })}\n`);
    };
    const tell = (event: StoreEvent) => {
      const type = changeOf(event, place, matches);
      if (type !== undefined) send(type, partial ? outline(event.object) : event.object);
    };
    try {
      for (const event of this.#store.since(Number(version || this.#store.version))) tell(event);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send("ERROR", error.status);
      response.end();
      return;
    }
    const bookmark = setInterval(() => {
      const metadata = { resourceVersion: String(this.#store.version) };
      if (query.get("allowWatchBookmarks") === "true") send("BOOKMARK", { kind: place.kind, metadata });
    }, bookmarkMs);
    const seconds = Number(query.get("timeoutSeconds") ?? 0) || 1800;
    const end = setTimeout(() => response.end(), seconds * 1000);
    const stop = this.#store.onEvent(tell);
    this.#open.add(response);
    response.once("close", () => {
      clearInterval(bookmark);
      clearTimeout(end);
      stop();
      this.#open.delete(response);
    });
  }

  /** Nothing more is sent on the open ones and they are not closed: what a half-open connection looks like. */
  freeze(): void {
    for (const response of this.#open) this.#dead.add(response);
  }

  cut(): void {
    for (const response of this.#open) response.destroy();
  }
}

/** An object that begins or ceases to match comes or goes, for this watch. */
function changeOf(
  { resource, type, object, previous }: StoreEvent,
  place: Asked["place"],
  matches: (object: StoredObject) => boolean,
): string | undefined {
  if (resource !== place.resource || object.metadata.namespace !== place.namespace) return undefined;
  const before = previous !== undefined && matches(previous);
  const now = type !== "DELETED" && matches(object);
  if (before && now) return "MODIFIED";
  if (now) return "ADDED";
  return before ? "DELETED" : undefined;
}

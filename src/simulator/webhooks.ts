import { createHmac } from "node:crypto";
import { uuidOfTime } from "../lib/time-of-uuid.js";
import type { Faults } from "./server.js";
import { appEvents, nextId, timestamp } from "./state.js";
import type { Attempt, Delivery } from "./delivery.js";
import type { Repository, State, Webhooks } from "./state.js";

export interface WebhookTarget {
  url: string;
  secret: string;
}
type Outcome = Pick<Attempt, "status" | "statusCode" | "responseHeaders" | "responseBody">;

const timeoutMs = 10_000;

export interface WebhookOptions {
  /** Told of every event sent to the App, before its first attempt. */
  onDelivery?: ((delivery: { event: string; payload: Record<string, unknown> }) => void) | undefined;
  /** Deliveries do not wait for one another; each is attempted when this resolves. */
  atOnce?: ((delivery: Delivery) => Promise<void>) | undefined;
}

/**
 * Delivers each once: like GitHub it never tries again by itself. In the order sent, one at a time, unless told to
 * deliver all at once, as GitHub does.
 */
export class WebhookQueue implements Webhooks {
  readonly deliveries: Delivery[] = [];
  target: WebhookTarget | undefined;
  readonly #state: () => State;
  readonly #faults: Faults;
  readonly #options: WebhookOptions;
  readonly #hookId = 1;
  readonly #stop = new AbortController();
  #last: Promise<void> = Promise.resolve();

  constructor(state: () => State, faults: Faults, options: WebhookOptions) {
    this.#state = state;
    this.#faults = faults;
    this.#options = options;
  }

  send(event: string, repository: Repository, payload: Record<string, unknown>): void {
    const isInstalled = repository.owner.installationId !== 0;
    if (this.target === undefined || !isInstalled || !appEvents.includes(event)) return;
    const action = payload["action"];
    const delivery: Delivery = {
      guid: uuidOfTime(this.#state().clock()),
      event,
      action: typeof action === "string" ? action : null,
      installationId: repository.owner.installationId,
      repositoryId: repository.id,
      // A copy: the payload says how things were when they happened.
      payload: structuredClone(payload),
      attempts: [],
    };
    this.deliveries.push(delivery);
    this.#options.onDelivery?.({ event, payload: delivery.payload });
    this.#queue(delivery, false);
  }

  redeliver(attemptId: number): boolean {
    const delivery = this.deliveries.find(({ attempts }) => attempts.some(({ id }) => id === attemptId));
    if (delivery === undefined || this.target === undefined) return false;
    this.#queue(delivery, true);
    return true;
  }

  /** Resolves when nothing is queued or under way. */
  async idle(): Promise<void> {
    for (let seen; seen !== this.#last;) {
      seen = this.#last;
      await seen;
    }
  }

  /** Gives up what is under way; what is queued is not sent. */
  async close(): Promise<void> {
    this.target = undefined;
    this.#stop.abort();
    await this.idle();
  }

  #queue(delivery: Delivery, redelivery: boolean): void {
    const before = this.#last;
    const { atOnce } = this.#options;
    const attempt = () => this.#attempt(delivery, redelivery);
    if (atOnce === undefined) this.#last = before.then(attempt);
    else this.#last = Promise.all([before, atOnce(delivery).then(attempt)]).then(() => undefined);
  }

  async #attempt(delivery: Delivery, redelivery: boolean): Promise<void> {
    if (this.target === undefined) return;
    const { url, secret } = this.target;
    const state = this.#state();
    const body = JSON.stringify(delivery.payload);
    const requestHeaders = this.#headers(delivery, secret, body);
    const deliveredAt = timestamp(state);
    const start = performance.now();
    const outcome = await this.#post(url, requestHeaders, body);
    const duration = Number(((performance.now() - start) / 1000).toFixed(2));
    delivery.attempts.push({
      id: nextId(state),
      deliveredAt,
      redelivery,
      duration,
      url,
      requestHeaders,
      ...outcome,
    });
  }

  #headers(delivery: Delivery, secret: string, body: string): Record<string, string> {
    return {
      accept: "*/*",
      "content-type": "application/json",
      "user-agent": "GitHub-Hookshot/5a1f0e2",
      "x-github-delivery": delivery.guid,
      "x-github-event": delivery.event,
      "x-github-hook-id": String(this.#hookId),
      "x-github-hook-installation-target-id": String(this.#state().app.id),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    };
  }

  async #post(url: string, headers: Record<string, string>, body: string): Promise<Outcome> {
    const { pathname, search } = new URL(url);
    if ((await this.#faults.next?.({ method: "POST", path: pathname, query: search.slice(1) })) === "drop")
      return unanswered("failed to connect to host");
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
      return {
        status: response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`,
        statusCode: response.status,
        responseHeaders: Object.fromEntries(response.headers),
        responseBody: await response.text(),
      };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      return unanswered(timedOut ? "timed out" : "failed to connect to host");
    }
  }
}

function unanswered(status: string): Outcome {
  return { status, statusCode: 0, responseHeaders: {}, responseBody: null };
}

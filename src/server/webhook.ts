import { createHash } from "node:crypto";
import { verifyWithFallback } from "@octokit/webhooks-methods";
import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { GitHubError, type Log } from "../app/ports.js";
import { EngineError } from "../engine/engine.js";
import type { Event } from "../policy/event.js";
import { parseEvent, UnreadableDelivery } from "./events/parse-event.js";
import type { Delivery } from "./events/payload.js";
import { Overloaded, type Admission } from "./admission.js";
import { BodyTooLarge, NoRoomForBody, readBody, type BodyRoom } from "./read-body.js";
import { turnOf } from "./turn.js";

export interface WebhookOptions {
  /** The first is the present one; the others are accepted while GitHub is moved over. At least one. */
  secrets: readonly string[];
  /** Resolves when the event's effect is durable. */
  receive(event: Event): Promise<void>;
  /** Says whose turn it is, and refuses what there is no room for. */
  admission: Admission;
  bodyRoom: BodyRoom;
  /** Deliveries whose effect came after they were answered: GitHub sends them again, and there is nothing left to do. */
  doneLate: { has: (identity: string) => boolean; add: (identity: string) => unknown };
  log: Log;
  /** Milliseconds since the epoch. */
  clock(): number;
  /** GitHub gives up after 10 s; what takes longer is answered 503 so that GitHub keeps the delivery. */
  answerWithinMs?: number;
}

export interface Answer {
  status: number;
  text: string;
}

/** GitHub caps payloads at 25 MB (docs, "Webhook events and payloads"). */
const mostBytes = 25 * 1024 * 1024;

/** Answers one POST from GitHub. The signature is checked over the raw bytes before anything looks at them. */
export async function answerWebhook(request: IncomingMessage, options: WebhookOptions): Promise<Answer> {
  const receivedAt = options.clock();
  const id = String(request.headers["x-github-delivery"] ?? "");
  const name = String(request.headers["x-github-event"] ?? "");
  let body: string;
  try {
    body = await readBody(request, mostBytes, options.bodyRoom);
  } catch (error) {
    if (error instanceof BodyTooLarge) return { status: 413, text: "the payload is larger than 25 MB\n" };
    if (error instanceof NoRoomForBody) return { status: 503, text: "too much at once; deliver it again\n" };
    return { status: 400, text: "the body could not be read\n" };
  }
  const refusal = await verifySignature(request, body, options.secrets);
  if (refusal !== undefined) {
    options.log.warn(
      { delivery: id.slice(0, 64), status: refusal.status },
      `refused a delivery: ${refusal.text.trim()}`,
    );
    return refusal;
  }
  return effect(name, { id, receivedAt }, body, options);
}

async function verifySignature(
  request: IncomingMessage,
  body: string,
  secrets: readonly string[],
): Promise<Answer | undefined> {
  if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
    return { status: 415, text: "set the webhook's content type to application/json\n" };
  }
  const signature = request.headers["x-hub-signature-256"];
  if (typeof signature !== "string" || signature === "") {
    return { status: 400, text: "X-Hub-Signature-256 is missing: set the webhook's secret\n" };
  }
  const [first = "", ...others] = secrets;
  if (await verifyWithFallback(first, body, signature, others)) return undefined;
  return { status: 400, text: "the signature does not match: is WEBHOOK_SECRET the webhook's secret?\n" };
}

async function effect(
  name: string,
  { id, receivedAt }: Delivery,
  body: string,
  options: WebhookOptions,
): Promise<Answer> {
  const facts = { delivery: id, event: name };
  let event: Event | undefined;
  try {
    event = parseEvent(name, body, { id: id.slice(0, 64), receivedAt });
  } catch (error) {
    if (!(error instanceof UnreadableDelivery)) throw error;
    options.log.warn(facts, `unreadable delivery: ${error.message}`);
    return { status: 400, text: `${error.message}\n` };
  }
  if (event === undefined) return { status: 200, text: "nothing to do\n" };
  const identity = `${id} ${createHash("sha256").update(body).digest("hex")}`;
  if (options.doneLate.has(identity)) return { status: 202, text: "done already\n" };
  let isLate = false;
  const patience = new AbortController();
  const work = () => options.receive(event);
  const received = options.admission.admit(turnOf(event), work, patience.signal).then(
    (): Answer => {
      if (isLate) options.doneLate.add(identity);
      return { status: 202, text: "done\n" };
    },
    (error: unknown): Answer => {
      if (error instanceof Overloaded) {
        options.log.warn(facts, `a delivery was not taken: ${error.message}`);
        return { status: 503, text: `${error.message}\n` };
      }
      options.log.error({ ...facts, err: error }, "a delivery had no effect; GitHub keeps it as failed");
      const isOurs = !(error instanceof GitHubError || error instanceof EngineError);
      const what = isOurs ? "it met a fault of Sluice" : "GitHub or the engine could not do it now";
      return { status: 500, text: `${what}; deliver it again\n` };
    },
  );
  const timer = new AbortController();
  const late = sleep(options.answerWithinMs ?? 8000, undefined, { signal: timer.signal }).then(
    (): Answer => ({ status: 503, text: "it takes too long; deliver it again\n" }),
    (): Answer => ({ status: 503, text: "" }),
  );
  const answer = await Promise.race([received, late]);
  isLate = true;
  timer.abort();
  patience.abort();
  return answer;
}

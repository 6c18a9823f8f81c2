import { readFile } from "node:fs/promises";
import { checkManifests } from "../manifest/check.js";
import { explain as explainAll, type Explanation } from "../policy/explain.js";
import { lintPolicy } from "../policy/lint-policy.js";
import type { Occasion } from "../policy/match.js";
import { UnreadableDelivery } from "../server/events/parse-event.js";
import { openCheckout, type Checkout } from "./checkout.js";
import { guessEvent, planOf, type Plan } from "./explain-event.js";

/** What `sluice explain` found out; `--json` prints it. */
export interface Explained {
  heading: string;
  notes: string[];
  manifests: Explanation[];
}

/**
 * `sluice explain`: what a webhook's payload would start in a checkout, and why not the rest. It asks nobody and acts
 * on nothing; what only GitHub knows is said. Exit code 2 when the payload cannot be read.
 */
export async function explain(
  file: string,
  options: { event?: string; repo: string; json: boolean },
  io: { out: (text: string) => void; err: (text: string) => void },
): Promise<number> {
  try {
    const payload = readPayload(await readFile(file, "utf8"));
    const explained = await explainPayload(payload, options.event, openCheckout(options.repo));
    io.out(options.json ? `${JSON.stringify(explained, null, 2)}\n` : rendered(explained));
    return 0;
  } catch (error) {
    if (!(error instanceof UnreadableDelivery) && !isNodeError(error)) throw error;
    const hint =
      "Give it a webhook's payload as GitHub sent it: the App's settings show each under Advanced, Recent Deliveries.";
    io.err(`sluice explain: ${printable(file)}: ${printable(error.message)}\n  hint: ${hint}\n`);
    return 2;
  }
}

export async function explainPayload(
  payload: object,
  event: string | undefined,
  checkout: Checkout,
): Promise<Explained> {
  const name = event ?? guessEvent(payload);
  if (name === undefined) {
    const note =
      "It is not the payload of an event that Sluice follows, so it starts nothing; or name the event with --event.";
    return { heading: "unknown event", notes: [note], manifests: [] };
  }
  const plan = planOf(name, payload);
  if (plan.occasion === undefined) return { heading: plan.heading, notes: plan.notes, manifests: [] };
  return inCheckout(plan, plan.occasion, checkout);
}

async function inCheckout(plan: Plan, planned: Occasion, checkout: Checkout): Promise<Explained> {
  const notes = [...plan.notes];
  const sha = plan.sha === undefined ? undefined : await checkout.resolve(plan.sha);
  if (sha === undefined)
    notes.push(
      `The manifests are those of the working tree${plan.sha === undefined ? "" : `: ${short(plan.sha)} is not in this checkout`}.`,
    );
  const changedFiles =
    sha === undefined || plan.changes === undefined
      ? undefined
      : await checkout.changedFiles(plan.changes.base, sha, plan.changes.from);
  if (plan.changes !== undefined && changedFiles === undefined)
    notes.push("Which files changed is not known here, so every path filter counts as matching.");
  const { manifests, problems } = checkManifests(await checkout.manifests(sha));
  if (manifests.length === 0) notes.push("There are no manifests in .workflows/.");
  const surroundings = { problems: [...problems, ...lintPolicy(manifests)], changedFiles };
  const occasion = await withMessage(planned, sha, checkout);
  return { heading: plan.heading, notes, manifests: explainAll(manifests, occasion, surroundings) };
}

/** Only a push carries its commit's message. */
async function withMessage(
  occasion: Occasion,
  sha: string | undefined,
  checkout: Checkout,
): Promise<Occasion> {
  if (occasion.event !== "pull_request" || sha === undefined) return occasion;
  const message = await checkout.message(sha);
  return message === undefined ? occasion : { ...occasion, message };
}

function rendered({ heading, notes, manifests }: Explained): string {
  const width = Math.max(0, ...manifests.map(({ manifest }) => manifest.length));
  const words = { run: "runs", skipped: "skipped", problems: "problems", no: "no" };
  const lines = manifests.map(
    ({ manifest, result, reason }) => `  ${words[result].padEnd(8)}  ${manifest.padEnd(width)}  ${reason}`,
  );
  return [heading, ...notes.map((note) => `  (${note})`), ...lines]
    .map((line) => `${printable(line)}\n`)
    .join("");
}

/** A payload's texts are strangers': no control character of theirs reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "?");
}

function readPayload(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableDelivery(`the file is not JSON: ${String(error)}`, { cause: error });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new UnreadableDelivery("the file holds no JSON object");
}

function short(revision: string): string {
  return /^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision;
}

function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}

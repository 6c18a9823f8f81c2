import { between, pick, randomFor, type Random } from "./random.js";
import type { Hop, Twist } from "./link.js";

export type LinkName = "github" | "kubernetes" | "webhook";

/** Where in a round the App is killed: at its Nth request of a kind, before it is carried out, after, or long before it arrives. */
export interface KillSpot {
  link: LinkName;
  kind: string;
  nth: number;
  when: "before" | "after" | "late";
  /** Milliseconds that a late request is on its way without who sent it. */
  lateMs: number;
}

/** Of a request in a hundred, something goes wrong with so many. */
const rates = [2, 5, 10, 20] as const;

const killKinds: Record<LinkName, readonly string[]> = {
  github: [
    "POST check-runs",
    "PATCH check-runs",
    "POST comments",
    "POST reactions",
    "POST graphql",
    "POST access_tokens",
    "GET reviews",
    "GET pulls",
  ],
  kubernetes: ["POST workflows", "PATCH workflows", "POST secrets", "PUT secrets", "DELETE secrets"],
  webhook: [
    "push",
    "pull_request",
    "issue_comment",
    "pull_request_review",
    "check_run",
    "check_suite",
    "merge_group",
    "release",
  ],
};

/** Decides what goes wrong in one round: the same for the same seed, round, kind of request and count of these. */
export interface RoundFaults {
  rate: number;
  kill: KillSpot | undefined;
  /** `kind` as `kindOf` says it; `nth` counts from 1 within the round, the link and the kind. */
  twist(link: LinkName, kind: string, nth: number, hop: Hop): Exclude<Twist, { kind: "kill" }> | undefined;
  /** Milliseconds that GitHub sits on a delivery; undefined: it is forgotten for good. */
  delay(event: string, nth: number): number | undefined;
  duplicates(event: string, nth: number): boolean;
}

export function faultsOf(seed: number, round: number | "all", engine: "local" | "argo"): RoundFaults {
  const random = randomFor(seed, round, "faults");
  const rate = pick(random, rates) / 100;
  const kill = round !== "all" && random() < 0.4 ? killSpot(random, engine) : undefined;
  return {
    rate,
    kill,
    twist(link, kind, nth, hop) {
      const chance = randomFor(seed, round, link, kind, nth);
      if (chance() >= rate) return undefined;
      if (link === "github") return gitHubTwist(chance, kind, hop);
      return link === "kubernetes" ? kubernetesTwist(chance, kind, hop) : webhookTwist(chance);
    },
    delay(event, nth) {
      const chance = randomFor(seed, round, "delay", event, nth);
      if (chance() < rate / 4 && forgettable.has(event)) return undefined;
      return chance() < rate * 2 ? between(chance, 0, 45_000) : 0;
    },
    duplicates: (event, nth) => randomFor(seed, round, "twice", event, nth)() < rate * 2,
  };
}

/** Events that GitHub may lose altogether: what they tell can be read. What a comment or a button says cannot. */
const forgettable = new Set(["push", "pull_request", "pull_request_review"]);

function killSpot(random: Random, engine: "local" | "argo"): KillSpot {
  const link = pick(
    random,
    engine === "argo" ? (["github", "kubernetes", "webhook"] as const) : (["github", "webhook"] as const),
  );
  const kind = pick(random, killKinds[link]);
  const [nth, chance] = [between(random, 1, 4), random()];
  const lateMs = between(random, 0, mostLateMs);
  const isWrite = link !== "github" || /^(POST (?!access_tokens|graphql)|PATCH )/.test(kind);
  const when = chance < 0.6 ? (chance < 0.3 && isWrite ? "late" : "before") : "after";
  return { link, kind, nth, when, lateMs };
}

/** GitHub ends a request that takes longer. */
const mostLateMs = 10_000;

const cuts = ["cut", "lost", "lost", "half"] as const;

function gitHubTwist(chance: Random, kind: string, hop: Hop): Exclude<Twist, { kind: "kill" }> {
  const seconds = String(between(chance, 1, 8));
  const json = (message: string) =>
    JSON.stringify({ message, documentation_url: "https://docs.github.com/rest" });
  const limit = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  switch (pick(chance, ["cut", "cut", "slow", "500", "502", "403", "429", "missing"] as const)) {
    case "cut":
      return { kind: pick(chance, cuts) };
    case "slow":
      return { kind: "slow", before: between(chance, 0, 6000), after: between(chance, 0, 6000) };
    case "500":
      return { kind: "answer", status: 500, body: json("Server Error") };
    case "502":
      return {
        kind: "answer",
        status: 502,
        headers: { "content-type": "text/html" },
        body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
      };
    case "403":
      return { kind: "answer", status: 403, headers: { "retry-after": seconds }, body: json(limit) };
    case "429":
      return { kind: "answer", status: 429, headers: { "retry-after": seconds }, body: json(limit) };
    case "missing":
      return (
        missing(kind, hop, json("Not Found")) ?? { kind: "answer", status: 500, body: json("Server Error") }
      );
  }
}

/** What GitHub answers about a thing that not all of its machines know yet. */
function missing(kind: string, hop: Hop, body: string): Exclude<Twist, { kind: "kill" }> | undefined {
  if (["GET pulls", "PATCH check-runs", "GET commits"].includes(kind))
    return { kind: "answer", status: 404, body };
  if (kind !== "POST graphql" || !hop.body.includes(".workflows")) return undefined;
  return {
    kind: "rewrite",
    change: () => JSON.stringify({ data: { repository: { commit: null, object: null } } }),
  };
}

function kubernetesTwist(chance: Random, kind: string, hop: Hop): Exclude<Twist, { kind: "kill" }> {
  const status = (code: number, reason: string, headers = {}): Twist & { kind: "answer" } => ({
    kind: "answer",
    status: code,
    headers,
    body: JSON.stringify({
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason,
      code,
      message: reason,
    }),
  });
  switch (pick(chance, ["cut", "cut", "slow", "500", "503", "429", "409", "410"] as const)) {
    case "cut":
      return { kind: pick(chance, cuts) };
    case "slow":
      return { kind: "slow", before: between(chance, 0, 4000), after: between(chance, 0, 4000) };
    case "500":
      return status(500, "InternalError");
    case "503":
      return status(503, "ServiceUnavailable");
    case "429":
      return status(429, "TooManyRequests", { "retry-after": "1" });
    case "409":
      return /^(PATCH|PUT) /.test(kind) ? status(409, "Conflict") : { kind: "cut" };
    case "410":
      return /watch=true|continue=/.test(hop.query) ? status(410, "Expired") : { kind: "lost" };
  }
}

function webhookTwist(chance: Random): Exclude<Twist, { kind: "kill" }> {
  const kind = pick(chance, ["cut", "cut", "lost", "half", "slow"] as const);
  return kind === "slow"
    ? { kind, before: between(chance, 0, 9000), after: between(chance, 0, 9000) }
    : { kind };
}

/** A request's kind: method and what it is about. */
export function kindOf(link: LinkName, hop: Hop): string {
  if (link === "webhook") return String(hop.headers["x-github-event"] ?? "");
  const path = link === "github" ? hop.path.replace(/^\/repos\/[^/]+\/[^/]+/, "") : hop.path;
  const kinds = link === "github" ? gitHubKinds : kubernetesKinds;
  return `${hop.method} ${kinds.find(([pattern]) => pattern.test(path))?.[1] ?? "other"}`;
}

const gitHubKinds: [RegExp, string][] = [
  [/\/access_tokens$/, "access_tokens"],
  [/\/check-runs/, "check-runs"],
  [/\/reactions/, "reactions"],
  [/\/comments/, "comments"],
  [/\/reviews$/, "reviews"],
  [/^\/pulls$/, "pull list"],
  [/^\/pulls\/\d+$/, "pulls"],
  [/^\/pulls\/\d+\/commits$/, "pull commits"],
  [/^\/pulls\/\d+\/files$/, "files"],
  [/^\/commits\/[^/]+\/pulls$/, "commit pulls"],
  [/^\/commits\/.+$/, "commits"],
  [/^\/activity/, "activity"],
  [/^\/graphql$/, "graphql"],
  [/\/permission$/, "permission"],
  [/^\/app\/hook/, "deliveries"],
  [/^\/(app|installation)/, "app"],
];
const kubernetesKinds: [RegExp, string][] = [
  [/\/workflows/, "workflows"],
  [/\/secrets/, "secrets"],
  [/\/leases/, "leases"],
  [/\/pods/, "pods"],
];

import type { Delivery } from "../../src/simulator/delivery.js";
import { faultsOf, kindOf, type LinkName, type RoundFaults } from "./faults.js";
import type { Hop, Twist } from "./link.js";
import type { Record } from "./record.js";
import type { Intercept } from "./scene.js";

/** Says of each request what goes wrong with it, as the seed has it, while the storm lasts. */
export class Storm {
  blows = true;
  readonly intercepts = new Map<number, Intercept>();
  readonly #seed: number;
  readonly #engine: "local" | "argo";
  readonly #record: Record;
  readonly #faults = new Map<number | "all", RoundFaults>();
  readonly #counts = new Map<string, number>();
  /** Round by repository id. */
  readonly repositories = new Map<number, number>();
  /** Deliveries that GitHub forgets, and the commits of pushes among them. */
  readonly forgotten = new Set<string>();
  readonly forgottenPushes = new Set<string>();

  constructor(seed: number, engine: "local" | "argo", record: Record) {
    this.#seed = seed;
    this.#engine = engine;
    this.#record = record;
  }

  async twist(link: LinkName, hop: Hop, kill: () => void): Promise<Twist | undefined> {
    const kind = kindOf(link, hop);
    const round = this.roundOf(link, hop);
    const special = round === undefined ? undefined : await this.intercepts.get(round)?.(link, kind, hop);
    if (special !== undefined || !this.blows) return special;
    const key = round ?? "all";
    const nth = this.#count(`${key} ${link} ${kind}`);
    const faults = this.faults(key);
    const spot = faults.kill;
    const isSpot = spot?.link === link && spot.kind === kind && spot.nth === nth;
    const twist: Twist | undefined = isSpot
      ? { kind: "kill", when: spot.when, lateMs: spot.lateMs, kill }
      : faults.twist(link, kind, nth, hop);
    if (twist !== undefined)
      this.#record.note(round, "fault", `${link}: ${describe(twist)} ${kind} (${nth}) ${hop.path}`);
    return twist;
  }

  /** How long GitHub sits on a delivery, in milliseconds. */
  delay(delivery: Delivery): number {
    if (!this.blows || delivery.attempts.length > 0) return 0;
    const round = roundOfName(nameOf(delivery.payload));
    const nth = this.#count(`${round} delay ${delivery.event}`);
    const delay = this.faults(round ?? "all").delay(delivery.event, nth);
    if (delay === undefined) this.forgotten.add(delivery.guid);
    if (delay === undefined && delivery.event === "push")
      this.forgottenPushes.add(String(delivery.payload["after"]));
    if (delay !== 0)
      this.#record.note(
        round,
        "fault",
        `GitHub ${delay === undefined ? "forgets" : `delays by ${delay} ms`} ${delivery.event}`,
      );
    return delay ?? 0;
  }

  duplicates(hop: Hop): boolean {
    const round = this.roundOf("webhook", hop);
    const event = kindOf("webhook", hop);
    if (!this.blows || round === undefined) return false;
    return this.faults(round).duplicates(event, this.#count(`${round} twice ${event}`));
  }

  faults(round: number | "all"): RoundFaults {
    const known = this.#faults.get(round) ?? faultsOf(this.#seed, round, this.#engine);
    this.#faults.set(round, known);
    return known;
  }

  roundOf(link: LinkName, { path, body }: Hop): number | undefined {
    if (link === "kubernetes")
      return roundOfName(/-(r\d+)-[0-9a-f]{15}/.exec(path + body.slice(0, 4000))?.[1]);
    if (link === "webhook") return roundOfName(/"full_name":"acme\/(r\d+)"/.exec(body)?.[1]);
    const ids = /"repository_ids":\[(\d+)\]/.exec(body)?.[1];
    if (ids !== undefined) return this.repositories.get(Number(ids));
    return roundOfName(/^\/repos\/acme\/(r\d+)\//.exec(path)?.[1] ?? /"repo":"(r\d+)"/.exec(body)?.[1]);
  }

  #count(what: string): number {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    return count;
  }
}

function describe(twist: Twist): string {
  if (twist.kind === "answer") return String(twist.status);
  if (twist.kind === "kill") return `kill -9 ${twist.when}`;
  return twist.kind;
}

function nameOf(payload: { [field: string]: unknown }): string | undefined {
  return (payload["repository"] as { name?: string } | undefined)?.name;
}

function roundOfName(name: string | undefined): number | undefined {
  const digits = /^r(\d+)$/.exec(name ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

import type { Exchange } from "../../simulator/simulator.js";

/** The requests for one run's check. */
export interface RunRequests {
  /** `NAMESPACE/NAME`. */
  run: string;
  legs: number;
  requests: number;
}

/** Counts what the App asks of the simulated GitHub, by run where it is about a run's check. */
export class RequestCount {
  #total = 0;
  #checks = 0;
  readonly #runs = new Map<string, { legs: Set<string>; requests: number }>();
  readonly #runOfCheck = new Map<string, string>();

  note({ agent, method, path, requestBody, responseBody }: Exchange): void {
    // Octokit names itself; who only observes does not.
    if (!agent.includes("octokit")) return;
    this.#total += 1;
    if (!/\/check-runs(\/\d+)?$/.test(path)) return;
    this.#checks += 1;
    const id = /\/check-runs\/(\d+)$/.exec(path)?.[1];
    const [run, leg] = fieldOf(requestBody, "external_id").split("#");
    const known = leg === undefined ? this.#runOfCheck.get(id ?? "") : run;
    if (known === undefined || known === "") return;
    const created = id ?? fieldOf(responseBody, "id");
    if (created !== "") this.#runOfCheck.set(created, known);
    const counted = this.#runs.get(known) ?? { legs: new Set(), requests: 0 };
    counted.requests += 1;
    if (method === "POST") counted.legs.add(leg ?? "");
    this.#runs.set(known, counted);
  }

  summary(): { total: number; checks: number; runs: RunRequests[] } {
    const runs = [...this.#runs].map(([run, { legs, requests }]) => ({ run, legs: legs.size, requests }));
    return { total: this.#total, checks: this.#checks, runs };
  }
}

function fieldOf(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

import { createFairLine, type Waiting } from "../lib/fair-line.js";

/** There is no room for one more; GitHub keeps what is answered so as failed, and it is delivered again. */
export class Overloaded extends Error {
  override readonly name = "Overloaded";
}

export interface AdmissionLimits {
  /** Deliveries that are worked on at a time, in all and of one repository. */
  underWay: number;
  underWayPerRepository: number;
  /** Deliveries that wait for that, in all and of one repository. */
  waiting: number;
  waitingPerRepository: number;
}

/** What waits is a parsed event, some kilobytes; what is under way makes up to a few hundred requests to GitHub. */
export const usualLimits: AdmissionLimits = {
  underWay: 64,
  underWayPerRepository: 16,
  waiting: 2000,
  waitingPerRepository: 500,
};

export interface Admission {
  /**
   * Works when it is the turn of the repository and nothing else of the key is under way. Rejects with Overloaded at
   * once when there is no room, and when the signal ends the waiting; work that has begun is never cut off.
   */
  admit(turn: Waiting, work: () => Promise<void>, signal: AbortSignal): Promise<void>;
  /** Deliveries that wait. */
  waiting(): number;
}

interface Entry extends Waiting {
  begin(): Promise<void>;
}

export function createAdmission(limits: AdmissionLimits = usualLimits): Admission {
  const line = createFairLine<Entry>(limits.underWayPerRepository);
  let underWay = 0;

  function pump(): void {
    while (underWay < limits.underWay) {
      const entry = line.take();
      if (entry === undefined) return;
      underWay += 1;
      void entry.begin().finally(() => {
        underWay -= 1;
        line.end(entry);
        pump();
      });
    }
  }

  function admit({ group, key }: Waiting, work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const full = line.size() >= limits.waiting || line.size(group) >= limits.waitingPerRepository;
    if (full) return Promise.reject(new Overloaded("too much waits; deliver it again later"));
    return new Promise<void>((resolve, reject) => {
      const giveUp = () => line.drop(entry) && reject(new Overloaded("it waited too long; deliver it again"));
      const entry: Entry = {
        group,
        key,
        begin() {
          signal.removeEventListener("abort", giveUp);
          return work().then(resolve, reject);
        },
      };
      signal.addEventListener("abort", giveUp, { once: true });
      line.push(entry);
      pump();
    });
  }

  return { admit, waiting: () => line.size() };
}

/** Everything that happened, in order, as seen from outside the App. */
export interface Entry {
  seq: number;
  /** By the drill's clock, milliseconds since the epoch. */
  at: number;
  /** Undefined where it concerns all rounds. */
  round: number | undefined;
  what: "act" | "request" | "delivery" | "fault" | "app" | "workflow" | "note";
  text: string;
}

/** A request of the App that was answered by GitHub itself; `begun` and `seq` order it among all entries. */
export interface Answered extends Entry {
  what: "request";
  begun: number;
  method: string;
  path: string;
  status: number;
  requestBody: unknown;
  responseBody: unknown;
}

/** What a person did. */
export interface Act extends Entry {
  what: "act";
  by: string;
  /** When it began, in the order of all entries; `seq` is when it was done. */
  began: number;
  kind:
    | "push"
    | "open"
    | "approve"
    | "request changes"
    | "dismiss"
    | "comment"
    | "press"
    | "run all again"
    | "queue"
    | "leave the queue"
    | "release"
    | "close"
    | "reopen";
  sha?: string;
  number?: number;
  /** Of the comment, or of the check run whose button was pressed. */
  id?: number;
  body?: string;
}

export class Record {
  readonly entries: (Entry | Answered | Act)[] = [];
  #seq = 0;

  next(): number {
    return (this.#seq += 1);
  }

  note(round: number | undefined, what: Entry["what"], text: string): void {
    this.entries.push({ seq: this.next(), at: Date.now(), round, what, text });
  }

  answered(round: number | undefined, given: Omit<Answered, keyof Entry> & { text: string }): void {
    this.entries.push({ seq: this.next(), at: Date.now(), round, what: "request", ...given });
  }

  act(round: number, given: Omit<Act, keyof Entry>): Act {
    const { by, kind, sha, number, body } = given;
    const said = body === undefined ? "" : ` ${JSON.stringify(body)}`;
    const text = `${by}: ${kind}${number === undefined ? "" : ` #${number}`} ${sha?.slice(0, 7) ?? ""}${said}`;
    const act: Act = { seq: this.next(), at: Date.now(), round, what: "act", text, ...given };
    this.entries.push(act);
    return act;
  }

  of(round: number): (Entry | Answered | Act)[] {
    return this.entries.filter((entry) => entry.round === round || entry.round === undefined);
  }

  acts(round: number): Act[] {
    return this.entries.filter((entry): entry is Act => entry.round === round && "kind" in entry);
  }

  requests(round: number): Answered[] {
    return this.entries.filter((entry): entry is Answered => entry.round === round && "begun" in entry);
  }

  /** One line an entry, for whoever looks for the cause of a failure. */
  timeline(round: number, start: number): string {
    return this.of(round)
      .map(
        ({ at, what, text }) =>
          `${((at - start) / 1000).toFixed(1).padStart(8)} s  ${what.padEnd(8)} ${text}`,
      )
      .join("\n");
  }
}

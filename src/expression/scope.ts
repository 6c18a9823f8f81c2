/**
 * Flat variable names, such as `steps.a.outputs.result`; null is a present but absent optional output. `now` is the
 * time that expressions see, in milliseconds since the epoch; without it they have none.
 */
export interface Scope extends ReadonlyMap<string, string | null> {
  readonly now?: number | undefined;
}

/** Variables as of a time. */
export class Variables extends Map<string, string | null> implements Scope {
  readonly now: number | undefined;

  constructor(now: number | undefined) {
    super();
    this.now = now;
  }
}

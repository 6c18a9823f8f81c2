interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** What the API server answers as a `Status` object. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly Cause[];

  constructor(code: number, reason: string, message: string, causes: readonly Cause[] = []) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.causes = causes;
  }

  get status(): object {
    const { code, reason, message, causes } = this;
    const details = causes.length === 0 ? {} : { details: { causes } };
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      reason,
      ...details,
      code,
    };
  }
}

/** A text that cannot be parsed or evaluated; the message is what Argo would report. */
export class ExpressionError extends Error {
  override readonly name: string = "ExpressionError";
  /** Index in the text of the expression. */
  readonly position?: number;

  constructor(message: string, options: { position?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    if (options.position !== undefined) this.position = options.position;
  }
}

/** A reference that must resolve is not in scope yet: Argo tries again later. */
export class UnresolvedReference extends ExpressionError {
  override readonly name = "UnresolvedReference";
  readonly reference: string;

  constructor(reference: string, message = `failed to resolve {{${reference}}}`) {
    super(message);
    this.reference = reference;
  }
}

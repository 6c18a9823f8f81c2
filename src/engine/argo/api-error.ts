import { EngineError } from "../engine.js";

/** What the API server answered instead of what was asked; `status` is undefined when it did not answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number | undefined;
  /** Kubernetes' reason, such as AlreadyExists, Conflict, Expired; empty when there is none. */
  readonly reason: string;

  constructor(
    message: string,
    { status, reason = "", cause }: { status?: number; reason?: string; cause?: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.reason = reason;
  }

  /** Whether the same request may succeed later. A 401 is how a rotated token shows until it is read again. */
  get transient(): boolean {
    return this.status === undefined || [401, 408, 429].includes(this.status) || this.status >= 500;
  }
}

/** Reads a `Status` object; the text is kept when it is none, cut to a line. */
export function apiErrorOf(status: number, body: string): ApiError {
  try {
    const { message, reason } = JSON.parse(body) as { message?: unknown; reason?: unknown };
    if (typeof message === "string") {
      return new ApiError(message, { status, ...(typeof reason === "string" ? { reason } : {}) });
    }
  } catch {
    // A proxy's page, or nothing.
  }
  return new ApiError(`HTTP ${status}${body === "" ? "" : `: ${body.slice(0, 200)}`}`, { status });
}

export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof ApiError && error.status !== undefined && statuses.includes(error.status);
}

/** The error that an Engine method throws for what went wrong on the way. */
export function engineError(what: string, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const retryable = cause instanceof ApiError && cause.transient;
  return new EngineError(`failed to ${what}: ${text}`, { cause, retryable });
}

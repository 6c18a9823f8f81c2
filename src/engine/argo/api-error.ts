import { EngineError } from "../engine.js";

/** One of `details.causes` of a `Status`; `field` such as `spec.templates[0].name`. */
export interface ApiCause {
  field: string;
  message: string;
}

interface ApiErrorOptions {
  status?: number;
  reason?: string;
  causes?: readonly ApiCause[];
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** What the API server answered instead of what was asked; `status` is undefined when it did not answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number | undefined;
  /** Kubernetes' reason, such as AlreadyExists, Conflict, Expired; empty when there is none. */
  readonly reason: string;
  /** What is wrong with which fields of the object that was sent. */
  readonly causes: readonly ApiCause[];
  /** How long the API server asks to be left alone, when it does. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, reason = "", causes = [], retryAfterMs, cause }: ApiErrorOptions) {
    super(message, { cause });
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed later. A 401 is how a rotated token shows until it is read again. */
  get transient(): boolean {
    return this.status === undefined || [401, 408, 429].includes(this.status) || this.status >= 500;
  }
}

/** Reads a `Status` object; the text is kept when it is none, cut to a line. */
export function apiErrorOf(status: number, body: string, retryAfter?: string): ApiError {
  const seconds = Number(retryAfter ?? Number.NaN);
  const retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
  try {
    const { message, reason, details } = JSON.parse(body) as Record<string, unknown>;
    if (typeof message === "string") {
      const causes = causesOf(details);
      return new ApiError(message, {
        status,
        causes,
        retryAfterMs,
        ...(typeof reason === "string" ? { reason } : {}),
      });
    }
  } catch {
    // A proxy's page, or nothing.
  }
  const text = `HTTP ${status}${body === "" ? "" : `: ${body.slice(0, 200)}`}`;
  return new ApiError(text, { status, retryAfterMs });
}

function causesOf(details: unknown): ApiCause[] {
  const { causes } = (details ?? {}) as { causes?: unknown };
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((each: { field?: unknown; message?: unknown }) =>
    typeof each.field === "string" && typeof each.message === "string"
      ? [{ field: each.field, message: each.message }]
      : [],
  );
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

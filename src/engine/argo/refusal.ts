import type { Path } from "../../manifest/problem.js";
import { EngineError, type Unsupported } from "../engine.js";
import { ApiError, hasStatus } from "./api-error.js";

/**
 * The error for an object that the cluster will not take, whoever asks again; undefined when it is none of that. 400 is
 * what strict field validation answers, 422 the schema and its rules, 403 a quota, an admission policy or a right that
 * is missing, 404 an Argo or a namespace that is not there, 413 a size.
 */
export function refusalOf(what: string, error: unknown): EngineError | undefined {
  if (!(error instanceof ApiError) || !hasStatus(error, 400, 403, 404, 413, 422)) return undefined;
  return new EngineError(`failed to ${what}: ${error.message}`, {
    cause: error,
    retryable: false,
    refused: refusedParts(error),
  });
}

/** The fields that an answer names, each with what is wrong with it; the whole object when it names none. */
export function refusedParts(error: ApiError): Unsupported[] {
  // `<nil>` is what the API server names where there is no field: such as that further rules were not looked at.
  const named = error.causes.filter(({ field }) => field !== "<nil>");
  if (named.length > 0)
    return named.map(({ field, message }) => ({ path: pathOf(field), message: sentence(message) }));
  // strict decoding error: unknown field "spec.templates[0].suspned", duplicate field "..."
  const unknown = [...error.message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
  if (unknown.length > 0)
    return unknown.map(([, kind = "", field = ""]) => ({
      path: pathOf(field),
      message: `The cluster's Argo knows no ${kind === "unknown" ? "" : "second "}field \`${field}\` (${kind} field).`,
    }));
  return [{ path: [], message: sentence(error.message) }];
}

/** `spec.templates[0].name` as a path; keys of maps, which stand in brackets too, stay texts. */
function pathOf(field: string): Path {
  return [...field.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, index]) => {
    if (index === undefined) return whole;
    return /^\d+$/.test(index) ? Number(index) : index;
  });
}

function sentence(text: string): string {
  return `The cluster refuses it: ${text.replace(/\.$/, "")}.`;
}

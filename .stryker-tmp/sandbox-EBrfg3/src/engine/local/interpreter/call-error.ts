import { ExpressionError } from "../../../expression/expression-error.js";

/** A template that cannot be called as it is written: becomes an Error node, with Argo's message. */
export class CallError extends Error {
  override readonly name = "CallError";
}

/** Not an error: a limit on parallelism holds the node back; the next pass tries again. */
export class Blocked extends Error {
  override readonly name = "Blocked";
}

/** The message of a fault in the user's manifest; throws anything else on. */
export function faultOf(error: unknown): string {
  if (error instanceof CallError || error instanceof ExpressionError) return error.message;
  throw error;
}

import { ExpressionError } from "../../../expression/expression-error.js";

/** A template that cannot be called as it is written: becomes an Error node, with Argo's message. */
export class CallError extends Error {
  override readonly name: string = "CallError";
}

/** Templates call each other too deep: the node is an Error node, and what called it goes on to its own end. */
export class TooDeep extends CallError {
  constructor() {
    super("Maximum recursion depth exceeded. See https://argo-workflows.readthedocs.io/en/latest/scaling/");
  }
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

import { EngineError } from "../engine/engine.js";
import { GitHubError } from "./ports.js";

/** Whether the same may go through later: GitHub or the engine could not be asked. */
export function isRetryable(error: unknown): boolean {
  return (error instanceof GitHubError || error instanceof EngineError) && error.retryable;
}

import { z } from "zod";
import type { Event } from "../../policy/event.js";
import { checkRun } from "./check-run.js";
import { checkSuite } from "./check-suite.js";
import { issueComment } from "./issue-comment.js";
import { mergeGroup } from "./merge-group.js";
import type { Delivery } from "./payload.js";
import { pullRequest } from "./pull-request.js";
import { pullRequestReview } from "./pull-request-review.js";
import { push } from "./push.js";
import { release } from "./release.js";

/** By the name in `X-GitHub-Event`. Each returns undefined for an action that Sluice does not follow. */
const events = new Map<string, (payload: unknown, delivery: Delivery) => Event | undefined>([
  ["push", push],
  ["pull_request", pullRequest],
  ["pull_request_review", pullRequestReview],
  ["issue_comment", issueComment],
  ["check_run", checkRun],
  ["check_suite", checkSuite],
  ["merge_group", mergeGroup],
  ["release", release],
]);

/** The events that Sluice follows. */
export const eventNames: readonly string[] = [...events.keys()];

/** A delivery whose body is not what GitHub documents for its event. */
export class UnreadableDelivery extends Error {
  override readonly name = "UnreadableDelivery";
}

/** What a delivery means; undefined when it means nothing to Sluice. */
export function parseEvent(name: string, body: string, delivery: Delivery): Event | undefined {
  let payload: unknown;
  try {
    payload = JSON.parse(body);
  } catch (error) {
    throw new UnreadableDelivery("the body is not JSON", { cause: error });
  }
  const parse = events.get(name);
  if (parse === undefined) return undefined;
  try {
    return parse(payload, delivery);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const [issue] = error.issues;
    throw new UnreadableDelivery(
      `${name}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected"}`,
    );
  }
}

import { attemptsToRepeat, oldestWithoutEffect, redeliveryWindowMs } from "../policy/redelivery.js";
import type { Dependencies } from "./dependencies.js";

/** Looks again this far behind the last look: an attempt is listed some time after it was made. */
const overlapMs = 2 * 60 * 60_000;

/**
 * GitHub delivers nothing again by itself: asks it for what had no effect, because this server was down, slow or
 * mistaken. The first look goes back as far as GitHub does.
 */
export function openRecovery({ github, clock, log }: Dependencies): { look(): Promise<void> } {
  let since = clock() - redeliveryWindowMs;
  return {
    async look() {
      const now = clock();
      const attempts = await github.deliveries.since(since);
      const wanted = attemptsToRepeat(attempts, now);
      for (const { id, guid, statusCode } of wanted) {
        await github.deliveries.redeliver(id);
        log.info({ delivery: guid, statusCode }, "asked GitHub to deliver again");
      }
      // What had no effect yet stays in view.
      since = Math.max(now - redeliveryWindowMs, Math.min(now - overlapMs, oldestWithoutEffect(attempts)));
    },
  };
}

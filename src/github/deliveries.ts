import type { Deliveries } from "../app/ports.js";
import type { DeliveryAttempt } from "../policy/redelivery.js";
import { ask } from "./ask.js";
import type { Octokits } from "./octokits.js";

/** A hundred deliveries a page; what is beyond is found by a later look. */
const mostPages = 50;

export function openDeliveries(octokits: Octokits): Deliveries {
  async function list(time: number): Promise<{ attempts: DeliveryAttempt[]; complete: boolean }> {
    const octokit = await octokits.app();
    return ask("list webhook deliveries", async () => {
      const attempts: DeliveryAttempt[] = [];
      const pages = octokit.paginate.iterator(octokit.rest.apps.listWebhookDeliveries, { per_page: 100 });
      let count = 0;
      for await (const { data } of pages) {
        for (const { id, guid, delivered_at: deliveredAt, status_code: statusCode } of data) {
          attempts.push({ id, guid, deliveredAt, statusCode });
        }
        const oldest = Date.parse(attempts.at(-1)?.deliveredAt ?? "");
        if (!(oldest >= time)) break;
        if ((count += 1) >= mostPages) return { attempts, complete: false };
      }
      return {
        attempts: attempts.filter(({ deliveredAt }) => Date.parse(deliveredAt) >= time),
        complete: true,
      };
    });
  }
  return {
    since: async (time) => (await list(time)).attempts,
    async firstTried(guid, time) {
      const { attempts, complete } = await list(time);
      const first = attempts.findLast((attempt) => attempt.guid === guid);
      return first?.deliveredAt ?? (complete ? "never" : "unknown");
    },
    async redeliver(id) {
      const octokit = await octokits.app();
      await ask(`redeliver ${id}`, () => octokit.rest.apps.redeliverWebhookDelivery({ delivery_id: id }));
    },
  };
}

import type { AppStatus } from "../../compose.js";
import { fail, ok, warn, type Check, type Finding } from "../../lib/check-up.js";
import { webhookPath } from "../../server/server.js";
import type { RegisteredApp } from "./app-checks.js";

type WebhookSettings = Awaited<ReturnType<AppStatus["webhook"]>>;
type DeliveryAttempt = Awaited<ReturnType<AppStatus["deliveries"]>>[number];

/** Where GitHub sends events, and how the last ones were answered. */
export function webhookChecks(status: AppStatus, app: RegisteredApp): Check[] {
  return [
    { name: "webhook", run: async () => explainSettings(await status.webhook(), app.settingsUrl) },
    { name: "deliveries", run: async () => explainDeliveries(await status.deliveries(), app.settingsUrl) },
  ];
}

function explainSettings(webhook: WebhookSettings, page: string): Finding {
  const { url, contentType, insecureSsl, hasSecret } = webhook;
  if (url === undefined)
    return fail("the App has no webhook URL", `set it at ${page}: https://YOUR-ADDRESS${webhookPath}`);
  if (!hasSecret)
    return fail("the webhook has no secret", `set WEBHOOK_SECRET's value as the webhook secret at ${page}`);
  if (contentType !== "json")
    return fail(
      `the webhook sends ${contentType ?? "form"}, which is refused`,
      `set its content type to application/json at ${page}`,
    );
  if (insecureSsl)
    return fail(
      "GitHub does not verify the certificate of the webhook's address",
      `enable SSL verification at ${page}`,
    );
  if (!url.endsWith(webhookPath)) {
    const mend = `unless a proxy rewrites it, set ${new URL(url).origin}${webhookPath} at ${page}`;
    return warn(`${url} does not end in ${webhookPath}`, mend);
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !["localhost", "127.0.0.1"].includes(hostname))
    return warn(`${url} is not encrypted`, `put TLS in front and set the https address at ${page}`);
  return ok(url);
}

function explainDeliveries(attempts: DeliveryAttempt[], page: string): Finding {
  const [newest] = attempts;
  const log = `${page}/advanced`;
  if (newest === undefined)
    return warn("GitHub has sent nothing in three days", `push a commit, then look at ${log}`);
  const failed = attempts.filter(({ status }) => status !== "OK");
  const latest = failed[0];
  if (latest === undefined) return ok(`the last ${attempts.length} were taken, newest ${newest.deliveredAt}`);
  const { event, deliveredAt, status, statusCode } = latest;
  const text = `${failed.length} of the last ${attempts.length} failed, ${event} at ${deliveredAt}: ${status}`;
  const mend = `${adviceFor(statusCode)}; then redeliver at ${log}`;
  return newest === latest ? fail(text, mend) : warn(text, mend);
}

/** What the server means by its answers: see `answerWebhook`. */
function adviceFor(statusCode: number): string {
  if (statusCode === 0) return "let GitHub reach the webhook's address (curl -i it from outside)";
  if (statusCode === 400) return "set WEBHOOK_SECRET to the webhook's secret, the same on GitHub";
  if (statusCode === 404 || statusCode === 405) return `let the address end in ${webhookPath}`;
  if (statusCode === 415) return "set the content type to application/json";
  if (statusCode === 502 || statusCode === 504)
    return "the proxy in front does not reach Sluice: is it running";
  return "the server's log says why, by the delivery's id";
}

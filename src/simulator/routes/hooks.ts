import { appRoute, pageUrl, type Context, type Reply, type Route } from "../router.js";
import type { Attempt, Delivery } from "../delivery.js";
import { HttpRefusal, type State } from "../state.js";

const keptMs = 3 * 24 * 60 * 60 * 1000;

/** The App's webhook, and what was delivered to it, attempt by attempt, for three days. */
export const routes: Route[] = [
  appRoute("GET /app/hook/config", ({ state }) => {
    const { target } = state.webhooks;
    const body = { content_type: "json", insecure_ssl: "0" };
    if (target === undefined) return { status: 200, body };
    const secret = target.secret === "" ? {} : { secret: "********" };
    return { status: 200, body: { ...body, url: target.url, ...secret } };
  }),
  appRoute("GET /app/hook/deliveries", list),
  appRoute("GET /app/hook/deliveries/:id", ({ state, params }) => {
    const { delivery, attempt } = find(state, params["id"]);
    const { requestHeaders, responseHeaders, responseBody, url } = attempt;
    const request = { headers: requestHeaders, payload: delivery.payload };
    const response = { headers: responseHeaders, payload: responseBody };
    return { status: 200, body: { ...render(delivery, attempt), url, request, response } };
  }),
  appRoute("POST /app/hook/deliveries/:id/attempts", ({ state, params }) => {
    state.webhooks.redeliver(find(state, params["id"]).attempt.id);
    return { status: 202, body: {} };
  }),
];

function list(context: Context): Reply {
  const { state, request } = context;
  const status = request.query.get("status");
  const cursor = Number(request.query.get("cursor")?.replace(/^v1_/, "") ?? Infinity);
  const size = Math.min(100, Number(request.query.get("per_page") ?? 30));
  const found = attempts(state)
    .filter(({ attempt }) => attempt.id < cursor)
    .filter(({ attempt }) => status === null || (attempt.status === "OK") === (status === "success"))
    .toSorted((a, b) => b.attempt.id - a.attempt.id);
  const page = found.slice(0, size);
  const last = page.at(-1);
  const body = page.map(({ delivery, attempt }) => render(delivery, attempt));
  if (last === undefined || found.length <= size) return { status: 200, body };
  const next = pageUrl(context, { cursor: `v1_${last.attempt.id}` });
  return { status: 200, body, headers: { link: `<${next}>; rel="next"` } };
}

function attempts(state: State): { delivery: Delivery; attempt: Attempt }[] {
  const oldest = state.clock() - keptMs;
  return state.webhooks.deliveries
    .flatMap((delivery) => delivery.attempts.map((attempt) => ({ delivery, attempt })))
    .filter(({ attempt }) => Date.parse(attempt.deliveredAt) >= oldest);
}

function find(state: State, id: string | undefined): { delivery: Delivery; attempt: Attempt } {
  const found = attempts(state).find(({ attempt }) => String(attempt.id) === id);
  if (found === undefined) throw new HttpRefusal(404, "Not Found");
  return found;
}

function render(delivery: Delivery, attempt: Attempt) {
  return {
    id: attempt.id,
    guid: delivery.guid,
    delivered_at: attempt.deliveredAt,
    redelivery: attempt.redelivery,
    duration: attempt.duration,
    status: attempt.status,
    status_code: attempt.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

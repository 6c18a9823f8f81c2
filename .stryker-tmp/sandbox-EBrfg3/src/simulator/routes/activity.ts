import { nodeId, renderAccount } from "../resources/account.js";
import { pageUrl, repositoryRoute, type Reply, type RepositoryContext, type Route } from "../router.js";
import type { Activity, State } from "../state.js";

/** Who moved which branch, newest first. */
export const routes: Route[] = [repositoryRoute("GET /activity", ["contents:read"], list)];

function list(context: RepositoryContext): Reply {
  const { query } = context.request;
  const [ref, actor, type] = [query.get("ref"), query.get("actor"), query.get("activity_type")];
  const after = Number(query.get("after") ?? Infinity);
  const size = Math.min(100, Number(query.get("per_page") ?? 30));
  const found = context.repository.activities
    .filter((each) => each.id < after)
    .filter((each) => ref === null || each.ref === ref || each.ref === `refs/heads/${ref}`)
    .filter((each) => actor === null || each.actor.login.toLowerCase() === actor.toLowerCase())
    .filter((each) => type === null || each.type === type)
    .toReversed();
  const page = found.slice(0, size);
  const body = page.map((activity) => render(context.state, activity));
  const last = page.at(-1);
  if (last === undefined || found.length <= size) return { status: 200, body };
  const next = pageUrl(context, { after: String(last.id) });
  return { status: 200, body, headers: { link: `<${next}>; rel="next"` } };
}

function render(state: State, activity: Activity) {
  return {
    id: activity.id,
    node_id: nodeId("PSH", activity.id),
    before: activity.before,
    after: activity.after,
    ref: activity.ref,
    timestamp: activity.at,
    activity_type: activity.type,
    actor: renderAccount(state, activity.actor),
  };
}

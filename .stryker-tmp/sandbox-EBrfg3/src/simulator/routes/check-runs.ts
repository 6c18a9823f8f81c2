import { readChange, type CheckRunChange } from "../check-run-rules.js";
import { announceCheckRun } from "../payloads.js";
import { resolve } from "../git.js";
import { renderCheckRun } from "../resources/check-run.js";
import { numberParam, paginate, repositoryRoute } from "../router.js";
import type { Reply, RepositoryContext, Route } from "../router.js";
import { botAccount, findCheckRun, HttpRefusal, nextId, timestamp } from "../state.js";
import type { CheckRun, Repository, State } from "../state.js";
import { commitOf } from "./repository.js";

/** Check runs: the App's own, as there is no other App. */
export const routes: Route[] = [
  repositoryRoute("POST /check-runs", ["checks:write"], create),
  repositoryRoute("PATCH /check-runs/:id", ["checks:write"], update),
  repositoryRoute("GET /check-runs/:id", ["checks:read"], (context) => reply(context, checkOf(context))),
  repositoryRoute("GET /check-runs/:id/annotations", ["checks:read"], (context) => {
    const { items, headers } = paginate(context, checkOf(context).annotations);
    return { status: 200, headers, body: items };
  }),
  repositoryRoute("GET /commits/:ref/check-runs", ["checks:read"], list),
];

function checkOf(context: RepositoryContext): CheckRun {
  return findCheckRun(context.repository, numberParam(context, "id"));
}

function reply({ state, repository }: RepositoryContext, check: CheckRun, status = 200): Reply {
  return { status, body: renderCheckRun(state, repository, check) };
}

async function create(context: RepositoryContext): Promise<Reply> {
  const { state, repository, body } = context;
  const { head_sha: sha, name } = body;
  if (typeof name !== "string" || name === "") throw missing("name");
  if (typeof sha !== "string" || sha === "") throw missing("head_sha");
  if ((await resolve(repository.git, `${sha}^{commit}`)) !== sha)
    throw new HttpRefusal(422, `No commit found for SHA: ${sha}`);
  const change = readChange(body, blobUrl(state, repository, sha));
  const check: CheckRun = {
    id: nextId(state),
    name,
    headSha: sha,
    suiteId: suiteOf(state, repository, sha),
    externalId: "",
    detailsUrl: `${state.url}/apps/${state.app.slug}`,
    status: "queued",
    conclusion: null,
    startedAt: timestamp(state),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
  repository.checkRuns.push(check);
  apply(state, check, change);
  announceCheckRun(state, repository, check, botAccount(state), "created");
  if (check.status === "completed")
    announceCheckRun(state, repository, check, botAccount(state), "completed");
  return reply(context, check, 201);
}

function update(context: RepositoryContext): Reply {
  const { state, repository, body } = context;
  const check = checkOf(context);
  const change = readChange(body, blobUrl(state, repository, check.headSha));
  const completed = check.status === "completed";
  if (completed && change.status !== undefined && change.status !== "completed")
    throw new HttpRefusal(422, "Invalid request. A completed check run cannot go back to another status.");
  apply(state, check, change);
  if (!completed && check.status === "completed")
    announceCheckRun(state, repository, check, botAccount(state), "completed");
  return reply(context, check);
}

function apply(state: State, check: CheckRun, change: CheckRunChange): void {
  check.name = change.name ?? check.name;
  check.externalId = change.externalId ?? check.externalId;
  check.detailsUrl = change.detailsUrl ?? check.detailsUrl;
  check.startedAt = change.startedAt ?? check.startedAt;
  check.actions = change.actions ?? check.actions;
  check.annotations.push(...change.annotations);
  if (change.output !== undefined) {
    const { title, summary, text } = change.output;
    check.output = { title: title ?? check.output.title, summary, text: text ?? check.output.text };
  }
  check.conclusion = change.conclusion ?? check.conclusion;
  // A conclusion completes the run, whatever status is said beside it.
  check.status = check.conclusion === null ? (change.status ?? check.status) : "completed";
  if (check.status === "completed")
    check.completedAt = change.completedAt ?? check.completedAt ?? timestamp(state);
}

async function list(context: RepositoryContext): Promise<Reply> {
  const { state, repository, params, request } = context;
  const sha = await commitOf(repository, params["ref"] ?? "");
  const { query } = request;
  const [name, status, app] = [query.get("check_name"), query.get("status"), query.get("app_id")];
  const newest = repository.checkRuns.filter(({ headSha }) => headSha === sha).toReversed();
  const found = newest
    .filter((each, index) => query.get("filter") === "all" || isLatest(newest, each, index))
    .filter((each) => name === null || each.name === name)
    .filter((each) => status === null || each.status === status)
    .filter(() => app === null || app === String(state.app.id));
  const { items, headers } = paginate(context, found);
  const check_runs = items.map((each) => renderCheckRun(state, repository, each));
  return { status: 200, headers, body: { total_count: found.length, check_runs } };
}

/** Of the check runs with one name on a commit, the newest. */
function isLatest(newestFirst: CheckRun[], check: CheckRun, index: number): boolean {
  return newestFirst.findIndex(({ name }) => name === check.name) === index;
}

function suiteOf(state: State, repository: Repository, sha: string): number {
  const id = repository.suites.get(sha) ?? nextId(state);
  repository.suites.set(sha, id);
  return id;
}

function blobUrl(state: State, repository: Repository, sha: string): string {
  return `${state.url}/${repository.slug}/blob/${sha}`;
}

function missing(field: string): HttpRefusal {
  return new HttpRefusal(422, "Validation Failed", [{ resource: "CheckRun", code: "missing_field", field }]);
}

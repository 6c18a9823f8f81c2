import { resolve } from "../git.js";
import { renderDeployment, renderDeploymentStatus } from "../resources/deployment.js";
import {
  numberParam,
  paginate,
  repositoryRoute,
  type Reply,
  type RepositoryContext,
  type Route,
} from "../router.js";
import { botAccount, HttpRefusal, nextId, timestamp, type Deployment } from "../state.js";

const states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
const longestDescription = 140;
const longestEnvironment = 255;

/** Deployments and their statuses, the App's own. */
export const routes: Route[] = [
  repositoryRoute("POST /deployments", ["deployments:write"], create),
  repositoryRoute("GET /deployments", ["deployments:read"], list),
  repositoryRoute("POST /deployments/:id/statuses", ["deployments:write"], setState),
  repositoryRoute("GET /deployments/:id/statuses", ["deployments:read"], (context) => {
    const { state, repository } = context;
    const deployment = deploymentOf(context);
    const { items, headers } = paginate(context, deployment.statuses.toReversed());
    const body = items.map((status) => renderDeploymentStatus(state, repository, deployment, status));
    return { status: 200, headers, body };
  }),
];

async function create(context: RepositoryContext): Promise<Reply> {
  const { state, repository, body } = context;
  const { ref, payload = {}, required_contexts: contexts } = body;
  if (typeof ref !== "string" || ref === "") throw invalid("ref", "is missing");
  const sha = await resolve(repository.git, `${ref}^{commit}`);
  if (sha === undefined) throw new HttpRefusal(422, `No ref found for: ${ref}`);
  // Without a list of its own GitHub wants every check of the commit to have succeeded.
  const unfinished = repository.checkRuns.some(
    (check) => check.headSha === sha && check.conclusion !== "success",
  );
  if (contexts === undefined && unfinished)
    throw new HttpRefusal(409, `Conflict: Commit status checks failed for ${ref}.`);
  const now = timestamp(state);
  const deployment: Deployment = {
    id: nextId(state),
    sha,
    ref,
    task: text(body, "task") ?? "deploy",
    environment: text(body, "environment", longestEnvironment) ?? "production",
    payload,
    description: text(body, "description", longestDescription) ?? null,
    creator: botAccount(state),
    createdAt: now,
    updatedAt: now,
    statuses: [],
  };
  repository.deployments.push(deployment);
  return { status: 201, body: renderDeployment(state, repository, deployment) };
}

function list(context: RepositoryContext): Reply {
  const { state, repository, request } = context;
  const fields = ["sha", "ref", "task", "environment"] as const;
  const found = repository.deployments
    .toReversed()
    .filter((each) => fields.every((field) => (request.query.get(field) ?? each[field]) === each[field]));
  const { items, headers } = paginate(context, found);
  return { status: 200, headers, body: items.map((each) => renderDeployment(state, repository, each)) };
}

function setState(context: RepositoryContext): Reply {
  const { state, repository, body } = context;
  const deployment = deploymentOf(context);
  const given = text(body, "state");
  if (given === undefined || !states.includes(given))
    throw invalid("state", `must be one of ${states.join(", ")}`);
  const status = {
    id: nextId(state),
    state: given,
    description: text(body, "description", longestDescription) ?? "",
    logUrl: text(body, "log_url") ?? "",
    creator: botAccount(state),
    createdAt: timestamp(state),
  };
  deployment.statuses.push(status);
  deployment.updatedAt = status.createdAt;
  return { status: 201, body: renderDeploymentStatus(state, repository, deployment, status) };
}

function deploymentOf(context: RepositoryContext): Deployment {
  const id = numberParam(context, "id");
  const deployment = context.repository.deployments.find((each) => each.id === id);
  if (deployment === undefined) throw new HttpRefusal(404, "Not Found");
  return deployment;
}

function text(body: Record<string, unknown>, field: string, most?: number): string | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw invalid(field, "must be a string");
  if (most !== undefined && value.length > most) throw invalid(field, `is longer than ${most}`);
  return value;
}

function invalid(field: string, message: string): HttpRefusal {
  return new HttpRefusal(422, "Validation Failed", [
    { resource: "Deployment", code: "invalid", field, message },
  ]);
}

import type { Deployment, DeploymentStatus, Repository, State } from "../state.js";
import { nodeId, renderAccount } from "./account.js";

export function renderDeployment(state: State, repository: Repository, deployment: Deployment) {
  const url = `${state.url}/repos/${repository.slug}`;
  const { id, sha, ref, task, environment, payload, description, creator, createdAt, updatedAt } = deployment;
  return {
    url: `${url}/deployments/${id}`,
    id,
    node_id: nodeId("DE", id),
    sha,
    ref,
    task,
    payload,
    original_environment: environment,
    environment,
    description,
    creator: renderAccount(state, creator),
    created_at: createdAt,
    updated_at: updatedAt,
    statuses_url: `${url}/deployments/${id}/statuses`,
    repository_url: url,
    transient_environment: false,
    production_environment: environment === "production",
  };
}

export function renderDeploymentStatus(
  state: State,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
) {
  const repositoryUrl = `${state.url}/repos/${repository.slug}`;
  const url = `${repositoryUrl}/deployments/${deployment.id}`;
  return {
    url: `${url}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DES", status.id),
    state: status.state,
    creator: renderAccount(state, status.creator),
    description: status.description,
    environment: deployment.environment,
    target_url: status.logUrl || url,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: url,
    repository_url: repositoryUrl,
    ...(status.logUrl === "" ? {} : { log_url: status.logUrl }),
  };
}

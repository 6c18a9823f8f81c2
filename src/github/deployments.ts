import type { Deployments } from "../app/ports.js";
import { ask, ownerAndRepo } from "./ask.js";
import type { Octokits } from "./octokits.js";

export function openDeployments(octokits: Octokits): Deployments {
  return {
    async create(repository, { sha, environment, run }) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = {
        ...ownerAndRepo(repository.slug),
        ref: sha,
        environment,
        payload: { run },
        description: `Sluice run ${run}`.slice(0, 140),
        // The run's gates decide: GitHub must neither merge the base first nor wait for checks, its own among them.
        auto_merge: false,
        required_contexts: [],
        request: { retries: 0 },
      };
      const { data } = await ask(`create a deployment of ${repository.slug} to ${environment}`, () =>
        octokit.rest.repos.createDeployment(parameters),
      );
      if (!("id" in data))
        throw new Error(`GitHub created no deployment of ${repository.slug} to ${environment}`);
      return data.id;
    },
    async find(repository, { sha, environment, run }) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), sha, environment, per_page: 100 };
      const deployments = await ask(`list the deployments of ${repository.slug} to ${environment}`, () =>
        octokit.paginate(octokit.rest.repos.listDeployments, parameters),
      );
      const own = `${await octokits.slug()}[bot]`;
      return deployments.find(({ creator, payload }) => creator?.login === own && runOf(payload) === run)?.id;
    },
    async setState(repository, id, { state, description, logUrl }) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = {
        ...ownerAndRepo(repository.slug),
        deployment_id: id,
        state,
        description,
        ...(logUrl === undefined ? {} : { log_url: logUrl }),
      };
      await ask(`set the state of deployment ${id} of ${repository.slug}`, () =>
        octokit.rest.repos.createDeploymentStatus(parameters),
      );
    },
  };
}

/** GitHub gives a payload back as it was sent, or as the text of it. */
function runOf(payload: unknown): unknown {
  if (typeof payload === "object" && payload !== null) return (payload as { run?: unknown }).run;
  try {
    return typeof payload === "string" && payload !== "" ? runOf(JSON.parse(payload)) : undefined;
  } catch {
    return undefined;
  }
}

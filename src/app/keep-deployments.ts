import { checkUrl } from "../report/links.js";
import { environmentsOf, type EnvironmentReport } from "../report/environments.js";
import { annotation, type ReportedDeployment, type RunFacts } from "../run/metadata.js";
import { readRun, type Run } from "../run/read-run.js";
import type { Dependencies } from "./dependencies.js";
import { GitHubError } from "./ports.js";
import { repositoryOf } from "./repository-of.js";

/** What is to be said about deployments in the run's check. */
export interface KeptDeployments {
  notices: string[];
  /** GitHub could not be asked: to be tried again. */
  failure?: GitHubError;
}

/**
 * Makes GitHub's deployments say what the run says of its environments. Each is announced on the run before it is
 * created, so that one whose creation was cut off is found and not made twice. Where GitHub refuses, the run goes on.
 */
export async function keepDeployments(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
): Promise<KeptDeployments> {
  const reports = environmentsOf(run);
  let failure: GitHubError | undefined;
  const known = new Map(run.deployments);
  for (const report of reports) {
    try {
      const told = await keepOne(dependencies, run, facts, report);
      if (told !== undefined) known.set(report.environment, told);
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      failure = error;
    }
  }
  const notices = reports.flatMap(({ environment }) => noticeOf(environment, known.get(environment)));
  return { notices, ...(failure === undefined ? {} : { failure }) };
}

async function keepOne(
  dependencies: Dependencies,
  run: Run,
  facts: RunFacts,
  { environment, state, description }: EnvironmentReport,
): Promise<ReportedDeployment | undefined> {
  const { github } = dependencies;
  const known = run.deployments.get(environment);
  if (known?.state === state || known?.state === "refused") return known;
  if (known === undefined && state === "inactive") return undefined;
  const repository = repositoryOf(facts);
  const wanted = { sha: facts.headSha, environment, run: `${run.key.namespace}/${run.key.name}` };
  try {
    if (known === undefined) await remember(dependencies, run, environment, { state: "announced" });
    const found =
      known === undefined || known.id !== undefined
        ? known?.id
        : await github.deployments.find(repository, wanted);
    const id = found ?? (await github.deployments.create(repository, wanted));
    const check = checkUrl(facts, run.report.legs.at(-1)?.id);
    const logUrl = check === undefined ? {} : { logUrl: check };
    await github.deployments.setState(repository, id, { state, description, ...logUrl });
    return await remember(dependencies, run, environment, { id, state });
  } catch (error) {
    if (!(error instanceof GitHubError) || error.retryable) throw error;
    dependencies.log.warn({ run: run.key.name, environment, err: error }, "GitHub refuses a deployment");
    return remember(dependencies, run, environment, { state: "refused", reason: reasonOf(error) });
  }
}

function reasonOf({ status, message }: GitHubError): string {
  return status === 403 || status === 404 ? "not allowed" : message.slice(0, 300);
}

function noticeOf(environment: string, told: ReportedDeployment | undefined): string[] {
  if (told?.state !== "refused") return [];
  const why =
    told.reason === "not allowed"
      ? "the App may not write deployments. Whoever owns the App gives it the permission Deployments: read and write, and the repository's owner accepts it."
      : `GitHub refuses: ${told.reason}`;
  return [`GitHub does not show this run at the environment ${environment}: ${why}`];
}

/** Others may write on the run meanwhile; only the reconcile of this run writes deployments. */
async function remember(
  { engine }: Dependencies,
  run: Run,
  environment: string,
  told: ReportedDeployment,
): Promise<ReportedDeployment> {
  const workflow = await engine.get(run.key);
  const all = new Map(workflow === undefined ? run.deployments : readRun(workflow).deployments);
  all.set(environment, told);
  await engine.annotate(run.key, { [annotation.deployments]: JSON.stringify(Object.fromEntries(all)) });
  return told;
}

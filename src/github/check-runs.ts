import type { ProbotOctokit } from "probot";
import type { CheckRuns, RepositoryRef, StoredCheck } from "../app/ports.js";
import { limits, type CheckAnnotation, type CheckPayload } from "../report/check.js";
import { ask, ownerAndRepo } from "./ask.js";
import type { Octokits } from "./octokits.js";

interface CheckAnswer {
  id: number;
  name: string;
  external_id?: string | null;
  status: string;
  completed_at: string | null;
  output: { annotations_count: number };
}

export function openCheckRuns(octokits: Octokits, appId: number): CheckRuns {
  return {
    async create(repository, sha, check) {
      const octokit = await octokits.of(repository.installationId);
      // A POST repeated after a lost answer would make a second check run: the caller lists first and tries again.
      const parameters = {
        ...ownerAndRepo(repository.slug),
        head_sha: sha,
        ...toBody(check, check.annotations.slice(0, limits.annotationsPerRequest)),
        request: { retries: 0 },
      };
      const { data } = await ask(`create check ${check.name} on ${repository.slug}@${sha}`, () =>
        octokit.rest.checks.create(parameters as Parameters<typeof octokit.rest.checks.create>[0]),
      );
      await annotate(octokit, repository, data, check);
      return toStored(data);
    },
    async update(repository, id, check) {
      const octokit = await octokits.of(repository.installationId);
      // Of a text that is not given GitHub may keep the former one.
      const whole = toBody({ ...check, text: check.text ?? "" }, []);
      const parameters = { ...ownerAndRepo(repository.slug), check_run_id: id, ...whole };
      const began = performance.now();
      const { data, headers } = await ask(`update check ${check.name} of ${repository.slug}`, () =>
        octokit.rest.checks.update(parameters as Parameters<typeof octokit.rest.checks.update>[0]),
      );
      const before = wasBefore(data.completed_at, headers.date, performance.now() - began);
      await annotate(octokit, repository, data, check);
      return { ...toStored(data), ...(before ? { completedBefore: true } : {}) };
    },
    async get(repository, id) {
      const octokit = await octokits.of(repository.installationId);
      const { data } = await ask(`read check ${id} of ${repository.slug}`, () =>
        octokit.rest.checks.get({ ...ownerAndRepo(repository.slug), check_run_id: id }),
      );
      return toStored(data);
    },
    async ofAll(repository, sha) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = {
        ...ownerAndRepo(repository.slug),
        ref: sha,
        filter: "latest" as const,
        per_page: 100,
      };
      const checks = await ask(`list all checks on ${repository.slug}@${sha}`, () =>
        octokit.paginate(octokit.rest.checks.listForRef, parameters),
      );
      return checks.map(({ name, app, conclusion }) => ({
        name,
        app: app?.id,
        conclusion: conclusion ?? undefined,
      }));
    },
    async own(repository, sha) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = {
        ...ownerAndRepo(repository.slug),
        ref: sha,
        filter: "latest" as const,
        app_id: appId,
        per_page: 100,
      };
      const checks = await ask(`list the checks of Sluice on ${repository.slug}@${sha}`, () =>
        octokit.paginate(octokit.rest.checks.listForRef, parameters),
      );
      return checks.map(toStored);
    },
    async list(repository, sha, name) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = {
        ...ownerAndRepo(repository.slug),
        ref: sha,
        ...(name === undefined ? {} : { check_name: name }),
        filter: "all" as const,
        app_id: appId,
        per_page: 100,
      };
      const checks = await ask(`list checks ${name ?? ""} on ${repository.slug}@${sha}`, () =>
        octokit.paginate(octokit.rest.checks.listForRef, parameters),
      );
      return checks.map(toStored);
    },
  };
}

/**
 * GitHub adds annotations to those that a check run has, fifty a request. How many it has is in every answer: what a
 * try that was cut off has added is not added twice.
 */
async function annotate(
  octokit: ProbotOctokit,
  repository: RepositoryRef,
  { id, output }: CheckAnswer,
  check: CheckPayload,
): Promise<void> {
  const most = limits.annotationsPerRequest;
  for (let from = output.annotations_count; from < check.annotations.length; from += most) {
    const parameters = {
      ...ownerAndRepo(repository.slug),
      check_run_id: id,
      output: toOutput(check, check.annotations.slice(from, from + most)),
      // Octokit would repeat a request whose answer was lost, and GitHub would add its annotations twice.
      request: { retries: 0 },
    };
    await ask(`annotate check ${check.name} of ${repository.slug}`, () =>
      octokit.rest.checks.update(parameters as Parameters<typeof octokit.rest.checks.update>[0]),
    );
  }
}

/** Some seconds' leave, for GitHub tells times in whole ones. */
const leaveMs = 3000;

/** By GitHub's clock alone: its answer says what time it is, ours only how long the request has taken. */
function wasBefore(completedAt: string | null, answeredAt: string | undefined, tookMs: number): boolean {
  return Date.parse(completedAt ?? "") < Date.parse(answeredAt ?? "") - tookMs - leaveMs;
}

function toStored(check: CheckAnswer): StoredCheck {
  return {
    id: check.id,
    name: check.name,
    externalId: check.external_id ?? "",
    status: check.status === "completed" || check.status === "queued" ? check.status : "in_progress",
    completedAt: check.completed_at ?? undefined,
  };
}

/** REST API reference, "Create a check run" and "Update a check run". */
function toBody(
  check: CheckPayload,
  annotations: CheckAnnotation[],
): { name: string } & Record<string, unknown> {
  return {
    name: check.name,
    external_id: check.externalId,
    status: check.status,
    ...(check.conclusion === undefined ? {} : { conclusion: check.conclusion }),
    ...(check.detailsUrl === undefined ? {} : { details_url: check.detailsUrl }),
    ...(check.startedAt === undefined ? {} : { started_at: check.startedAt }),
    ...(check.completedAt === undefined ? {} : { completed_at: check.completedAt }),
    output: toOutput(check, annotations),
    actions: check.actions,
  };
}

function toOutput({ title, summary, text }: CheckPayload, annotations: CheckAnnotation[]) {
  return {
    title,
    summary,
    ...(text === undefined ? {} : { text }),
    ...(annotations.length === 0 ? {} : { annotations: annotations.map(toAnnotation) }),
  };
}

function toAnnotation(annotation: CheckAnnotation) {
  return {
    path: annotation.path,
    start_line: annotation.startLine,
    end_line: annotation.endLine,
    ...(annotation.startColumn === undefined ? {} : { start_column: annotation.startColumn }),
    ...(annotation.endColumn === undefined ? {} : { end_column: annotation.endColumn }),
    annotation_level: annotation.level,
    ...(annotation.title === undefined ? {} : { title: annotation.title }),
    message: annotation.message,
  };
}

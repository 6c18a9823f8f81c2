import type { CheckRun, Repository, State } from "../state.js";
import { nodeId, renderApp } from "./account.js";

export function renderCheckRun(state: State, repository: Repository, check: CheckRun) {
  const url = `${state.url}/repos/${repository.slug}`;
  const self = `${url}/check-runs/${check.id}`;
  return {
    id: check.id,
    name: check.name,
    node_id: nodeId("CR", check.id),
    head_sha: check.headSha,
    external_id: check.externalId,
    url: self,
    html_url: `${state.url}/${repository.slug}/runs/${check.id}`,
    details_url: check.detailsUrl,
    status: check.status,
    conclusion: check.conclusion,
    started_at: check.startedAt,
    completed_at: check.completedAt,
    output: {
      ...check.output,
      annotations_count: check.annotations.length,
      annotations_url: `${self}/annotations`,
    },
    check_suite: { id: check.suiteId },
    app: renderApp(state),
    pull_requests: repository.pulls
      // GitHub names no pull requests of forks.
      .filter((pull) => pull.state === "open" && pull.headSha === check.headSha)
      .filter((pull) => pull.headRepository === repository)
      .map((pull) => ({
        url: `${url}/pulls/${pull.number}`,
        id: pull.id,
        number: pull.number,
        head: { ref: pull.headRef, sha: pull.headSha, repo: renderShort(state, repository) },
        base: { ref: pull.baseRef, sha: pull.baseSha, repo: renderShort(state, repository) },
      })),
  };
}

function renderShort(state: State, repository: Repository) {
  return { id: repository.id, url: `${state.url}/repos/${repository.slug}`, name: repository.name };
}

/** A check run as webhooks carry it: with its suite in full. */
export function renderHookCheckRun(state: State, repository: Repository, check: CheckRun) {
  const rendered = renderCheckRun(state, repository, check);
  const pull = repository.pulls.find(
    (each) => each.headSha === check.headSha && each.headRepository === repository,
  );
  return {
    ...rendered,
    check_suite: {
      id: check.suiteId,
      node_id: nodeId("CS", check.suiteId),
      head_branch: pull?.headRef ?? repository.defaultBranch,
      head_sha: check.headSha,
      status: check.status,
      conclusion: check.conclusion,
      url: `${state.url}/repos/${repository.slug}/check-suites/${check.suiteId}`,
      before: null,
      after: check.headSha,
      pull_requests: rendered.pull_requests,
      app: rendered.app,
      created_at: check.startedAt,
      updated_at: check.completedAt ?? check.startedAt,
    },
  };
}

import type { RunFacts } from "../run/metadata.js";
import { stripControls } from "../lib/text.js";
import { shortSha } from "./plain.js";
import type { Quote } from "./quote.js";

/** What a run is of, as links: commit, manifest, pull request; who started it, which attempt, and its name. */
export function renderOrigin(
  run: { key: { namespace: string; name: string }; facts: RunFacts | undefined },
  quote: Quote,
): string {
  const name = `run ${quote.inline(`${run.key.namespace}/${run.key.name}`, 400)}`;
  const { facts } = run;
  if (facts === undefined) return name;
  const commit = link(`\`${shortSha(facts.headSha).replace(/[^\w]/g, "")}\``, commitUrl(facts));
  const file = quote.inline(facts.manifestFile, 400);
  const pullRequest = facts.pullRequest && `pull request ${pullRequestLink(facts, facts.pullRequest.number)}`;
  const by = `by ${quote.inline(facts.actor.login || "nobody", 100)}`;
  const event = `${quote.inline(facts.event.replaceAll("_", " "), 100)} ${by}`;
  return [
    `Commit ${commit}`,
    link(file, blobUrl(facts)),
    ...(pullRequest === undefined
      ? [event]
      : facts.event === "pull_request"
        ? [`${pullRequest} ${by}`]
        : [pullRequest, event]),
    ...(facts.attempt > 1 ? [`attempt ${facts.attempt}`] : []),
    name,
  ].join(" · ");
}

export function pullRequestLink(facts: RunFacts, number: number): string {
  return link(`#${number}`, join(facts.htmlUrl, "pull", String(number)));
}

/** The page of a pull request's checks. */
export function checksUrl(facts: RunFacts | undefined): string | undefined {
  if (facts?.pullRequest === undefined) return undefined;
  return join(facts.htmlUrl, "pull", String(facts.pullRequest.number), "checks");
}

/** The page of a check run. */
export function checkUrl(facts: RunFacts | undefined, checkRunId: number | undefined): string | undefined {
  if (facts === undefined || checkRunId === undefined) return undefined;
  return join(facts.htmlUrl, "runs", String(checkRunId));
}

export function commitUrl({ htmlUrl, headSha }: RunFacts): string | undefined {
  return join(htmlUrl, "commit", headSha);
}

function blobUrl({ htmlUrl, headSha, manifestFile }: RunFacts): string | undefined {
  return join(htmlUrl, "blob", headSha, ...manifestFile.split("/"));
}

/** Undefined where the repository's address is none that a link can hold. */
function join(base: string, ...parts: string[]): string | undefined {
  if (!/^https?:\/\/[\w.:/~-]+$/.test(base)) return undefined;
  const segments = parts.map((part) => encodeURIComponent(stripControls(part)).replace(/[()*!']/g, percent));
  return [base.replace(/\/+$/, ""), ...segments].join("/");
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function link(text: string, url: string | undefined): string {
  return url === undefined ? text : `[${text}](${url})`;
}

import type { GateDecision } from "../../../policy/gate.js";
import { renderCheck } from "../../../report/render-check.js";
import { standingOf, type Standing } from "../../../report/standing.js";
import { failingLeaf, openGates } from "../../../run/gates.js";
import { isFinished } from "../../../run/phases.js";
import type { Node, Run } from "../../../run/read-run.js";
import { sortNodes } from "../../../run/tree.js";
import { drawGraph } from "./draw-graph.js";
import { block, html, joined, line, safeHref, type Html } from "./html.js";
import { layoutGraph } from "./layout-graph.js";
import { renderDecidedGates, renderOpenGate } from "./gate-cards.js";
import { renderMarkdown } from "./markdown.js";
import { renderParameters } from "./parameters.js";
import { graphOf } from "./run-graph.js";
import { icon, stateOfPhase, type State } from "./state.js";
import { renderSteps } from "./step-rows.js";
import { moment, took } from "./times.js";

export interface RunView {
  run: Run;
  decisions: ReadonlyMap<string, GateDecision>;
  /** Milliseconds since the epoch. */
  now: number;
  /** The end of the failing step's log. */
  failingLog?: string | undefined;
}

/** The parts of the run's page that change while it goes on; each replaces the one of its id. */
export function renderRunParts(view: RunView): Html {
  const { run, now } = view;
  const gates = new Set(openGates(run).map(({ node }) => node.id));
  const standing = standingOf(run);
  const hrefOf = (nodeId: string) => stepHref(run, nodeId);
  const steps = renderSteps({ run, gates, now, hrefOf, allHref: `${runHref(run)}/steps` });
  return joined([
    part("standing", renderHeading(view, standing)),
    part("gates", renderGates(view, standing)),
    part("failure", renderFailure(view, hrefOf)),
    part("decided", renderDecided(run)),
    part("summaries", renderSummaries(run)),
    part("graph", renderGraph(run, hrefOf)),
    part(
      "steps",
      html`<h2>Steps</h2>
        ${steps}`,
    ),
    part("values", renderValues(run)),
  ]);
}

function part(id: string, content: Html | undefined): Html {
  return html`<section id="${id}" data-part>${content}</section> `;
}

export function runHref(run: Pick<Run, "key">): string {
  return `/runs/${run.key.namespace}/${run.key.name}`;
}

export function stepHref(run: Run, nodeId: string): string {
  return `${runHref(run)}/steps/${encodeURIComponent(nodeId)}`;
}

/** What the run is, in a word and a colour. */
export function standingState(run: Run, { state }: Standing): State {
  if (state === "waiting") return "waiting";
  if (state === "finished" && run.phase !== "Succeeded" && run.stopped !== undefined) return "skipped";
  return state === "queued" ? "pending" : stateOfPhase(run.phase);
}

function renderHeading({ run, now, decisions }: RunView, standing: Standing): Html {
  const { title } = renderCheck(run, { now, decisions, leg: 0, masks: [] });
  const state = standingState(run, standing);
  return html`<h1>${line(run.title, 200)}</h1>
    <p class="standing ${state}" data-standing="${title}">
      ${icon(state)}<strong>${line(title, 300)}</strong>
    </p>
    <p class="origin">${joined(originOf(run, now), html` <span aria-hidden="true">·</span> `)}</p>`;
}

function originOf(run: Run, now: number): (Html | undefined)[] {
  const { facts } = run;
  const duration = took(
    run.startedAt,
    isFinished(run.phase) ? (run.finishedAt ?? run.startedAt) : undefined,
    now,
  );
  const time = run.startedAt === undefined ? undefined : html`started ${moment(run.startedAt)}`;
  const raw = html`<a href="${runHref(run)}/workflow">Workflow object</a>`;
  if (facts === undefined) return [time, duration, raw];
  const { htmlUrl, headSha, pullRequest, manifestFile, repository, actor, event, attempt } = facts;
  const commit = safeHref(`${htmlUrl}/commit/${headSha}`);
  const file = safeHref(`${htmlUrl}/blob/${headSha}/${manifestFile}`);
  const pull = pullRequest && safeHref(`${htmlUrl}/pull/${pullRequest.number}`);
  return [
    html`<a href="${safeHref(htmlUrl)}">${line(repository, 120)}</a>`,
    pullRequest && html`<a href="${pull}">#${pullRequest.number}</a>`,
    html`commit <a href="${commit}"><code>${headSha.slice(0, 7)}</code></a>`,
    html`<a href="${file}">${line(manifestFile, 200)}</a>`,
    html`${line(event, 40)} by @${line(actor.login, 60)}`,
    attempt > 1 ? html`attempt ${attempt}` : undefined,
    time,
    duration,
    raw,
  ];
}

function renderGates({ run, decisions, now }: RunView, { gates }: Standing): Html | undefined {
  const open = gates.map((gate) =>
    renderOpenGate(gate, decisions.get(gate.node.id), {
      facts: run.facts,
      now,
      stepHref: stepHref(run, gate.node.id),
    }),
  );
  return open.length === 0 ? undefined : html`<h2 class="hidden">Waiting for approval</h2>${open}`;
}

function renderDecided(run: Run): Html | undefined {
  const decided = renderDecidedGates(run);
  return decided.text === "" ? undefined : html`<h2>Gates</h2>${decided}`;
}

const tailCharacters = 6000;

function renderFailure(
  { run, failingLog = "" }: RunView,
  hrefOf: (nodeId: string) => string,
): Html | undefined {
  const leaf = failingLeaf(run);
  const message = leaf?.message ?? (stateOfPhase(run.phase) === "failed" ? run.message : undefined);
  if (leaf === undefined && message === undefined) return undefined;
  const exitCode = leaf?.outputs?.exitCode;
  const clean = block(failingLog, failingLog.length).trimEnd();
  const tail = clean.slice(-tailCharacters).split("\n").slice(-20).join("\n");
  return html`<h2>
      ${leaf === undefined ? "Failed" : html`Failed at <a href="${hrefOf(leaf.id)}">${line(leaf.displayName, 120)}</a>`}
    </h2>
    ${message === undefined ? "" : html`<p>${line(message, 1000)}${exitCode === undefined || message.includes("exit code") ? "" : `, exit code ${exitCode}`}</p>`}
    ${tail === "" ? "" : html`<pre class="tail" tabindex="0" aria-label="The end of the log">${tail}</pre>`}
    ${leaf === undefined ? "" : html`<p class="more"><a href="${hrefOf(leaf.id)}">The whole log</a></p>`}`;
}

const summaryCharacters = 40_000;

/** What steps wrote into their output `summary`: the plan that a reviewer approves. The newest first. */
function renderSummaries(run: Run): Html | undefined {
  const steps = [...run.nodes.values()].filter(
    ({ type }) => type === "Pod" || type === "HTTP" || type === "Plugin",
  );
  const written = sortNodes(steps)
    .flatMap((node) => summaryOf(node) ?? [])
    .slice(-5)
    .toReversed();
  if (written.length === 0) return undefined;
  return html`${written.map(
    ({ name, text }) =>
      html`<article class="summary">
        <h2>${line(name, 120)}</h2>
        <div class="markdown">${renderMarkdown(block(text, summaryCharacters))}</div>
      </article>`,
  )}`;
}

function summaryOf(node: Node): { name: string; text: string } | undefined {
  const value = node.outputs?.parameters?.find(({ name }) => name === "summary")?.value;
  const text = value === undefined ? "" : String(value);
  return text.trim() === "" ? undefined : { name: node.displayName, text };
}

function renderGraph(run: Run, hrefOf: (nodeId: string) => string): Html | undefined {
  const graph = graphOf(run);
  if (graph === undefined || graph.boxes.length < 2) return undefined;
  const drawings = (["across", "down"] as const).map((direction) =>
    drawGraph(graph, layoutGraph(graph, direction), direction, hrefOf),
  );
  return html`<h2>Graph</h2>
    <div class="canvas" tabindex="0" role="region" aria-label="Graph">${drawings}</div>`;
}

/** Parameters that Sluice sets on every run. */
const ofGitHub = /^github-/;

function renderValues(run: Run): Html | undefined {
  const parameters = run.workflow.spec.arguments?.parameters ?? [];
  const own = parameters.filter(({ name }) => !ofGitHub.test(name));
  const given = parameters.filter(({ name }) => ofGitHub.test(name));
  const parts = [
    renderParameters("Parameters", own),
    renderParameters("Outputs", run.workflow.status?.outputs?.parameters),
    given.length === 0
      ? undefined
      : html`<details id="given">
          <summary>Parameters that Sluice sets</summary>
          ${renderParameters("From the event", given)}
        </details>`,
  ];
  return parts.every((each) => each === undefined)
    ? undefined
    : html`<h2>Values</h2>
        ${parts}`;
}

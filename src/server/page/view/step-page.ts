import { openGates } from "../../../run/gates.js";
import { isFulfilled } from "../../../run/phases.js";
import { isLeaf, type Node, type Run } from "../../../run/read-run.js";
import { compareNodes } from "../../../run/tree.js";
import { html, joined, line, type Html } from "./html.js";
import { renderArtifacts, renderParameters } from "./parameters.js";
import { runHref, stepHref } from "./run-page.js";
import { icon, stateOfNode, wordOf } from "./state.js";
import { tookOf } from "./step-rows.js";
import { moment } from "./times.js";

/** A step whose log there may be. */
export function hasLog(node: Node): boolean {
  return ["Pod", "Container", "HTTP", "Plugin"].includes(node.type);
}

/** One node: its state, what it was given and gave. The log stands beside this, see `renderLog`. */
export function renderStepParts(run: Run, node: Node, now: number): Html {
  const gates = new Set(openGates(run).map((gate) => gate.node.id));
  const state = stateOfNode(node, gates);
  const exitCode = node.outputs?.exitCode;
  const facts = [
    tookOf(node, now) && html`${tookOf(node, now)}`,
    node.startedAt === undefined ? undefined : html`started ${moment(node.startedAt)}`,
    exitCode === undefined ? undefined : html`exit code ${exitCode}`,
    node.templateName === undefined ? undefined : html`template <code>${line(node.templateName, 120)}</code>`,
  ];
  return html`<section id="standing" data-part>
      <h1>${line(node.displayName, 200)}</h1>
      <p class="standing ${state}" data-standing="${wordOf(node, gates)}">
        ${icon(state)}<strong>${wordOf(node, gates)}</strong>
      </p>
      <p class="origin">${joined(facts, html` <span aria-hidden="true">·</span> `)}</p>
      ${node.message === undefined ? "" : html`<p class="message-line">${line(node.message, 1000)}</p>`}
    </section>
    <section id="attempts" data-part>${renderAttempts(run, node, gates)}</section>`;
}

/** What the step was given and gave. */
export function renderStepValues(node: Node): Html {
  return html`<section id="values" data-part>
    ${renderParameters("Inputs", node.inputs?.parameters)}${renderArtifacts("Input artifacts", node.inputs?.artifacts)}${renderParameters("Outputs", node.outputs?.parameters)}${renderArtifacts("Output artifacts", node.outputs?.artifacts)}
  </section>`;
}

/** The nodes below: of a retry its attempts, of a loop its items. */
function renderAttempts(run: Run, node: Node, gates: ReadonlySet<string>): Html | undefined {
  if (isLeaf(node)) return undefined;
  const below = [...run.nodes.values()]
    .filter((each) => node.children?.includes(each.id) === true)
    .sort(compareNodes)
    .slice(0, 50);
  if (below.length === 0) return undefined;
  const items = below.map(
    (each) =>
      html`<li>
        ${icon(stateOfNode(each, gates))}
        <a href="${stepHref(run, each.id)}">${line(each.displayName, 120)}</a>
        <span class="quiet">${wordOf(each, gates)}</span>
      </li>`,
  );
  return html`<h2>${node.type === "Retry" ? "Attempts" : "Inside"}</h2>
    <ul class="inside">
      ${items}
    </ul>`;
}

/** The log that the page begins with; the script goes on from there. */
export interface LogView {
  lines: readonly string[];
  /** Begins in the middle of the log. */
  cut: boolean;
  /** Names the place up to which this is the log. */
  cursor: string;
}

/** The log, each line an element of its own, with what is needed to search it. */
export function renderLog(run: Run, node: Node, log: LogView | undefined): Html {
  const lines = log?.lines.map((text) => html`<code>${`${text}\n`}</code>`) ?? [];
  const live = !isFulfilled(node.phase);
  return html`<section class="log" aria-labelledby="log-heading">
      <div class="bar">
        <h2 id="log-heading">Log</h2>
        <form id="search" role="search">
          <label for="query">Search the log</label
          ><input id="query" type="search" autocomplete="off" spellcheck="false" />
          <output id="found" for="query"></output>
          <button type="button" id="previous">Previous</button><button id="next">Next</button>
        </form>
        <label class="check"><input type="checkbox" id="only" /> Only lines found</label
        ><label class="check"><input type="checkbox" id="wrap" checked /> Wrap</label>
        <label class="check"
          ><input type="checkbox" id="follow" ${live ? html` checked` : ""} /> Follow</label
        >
      </div>
      <p id="cut" class="quiet" ${log?.cut === true ? "" : html` hidden`}>
        Only the end of this log is shown.
      </p>
      <pre
        id="log"
        class="lines wrap"
        tabindex="0"
        role="log"
        aria-live="off"
        aria-label="Log lines"
        data-cursor="${log?.cursor ?? ""}"
        data-src="${stepHref(run, node.id)}"
      >
${lines}</pre>
      <p id="empty" class="quiet" ${lines.length > 0 ? html` hidden` : ""}>
        ${live ? "Nothing is written yet." : "There is no log: the step wrote nothing, or its log is gone."}
      </p>
    </section>
    <p class="more"><a href="${runHref(run)}">Back to the run</a></p>`;
}

import { openGates } from "../../../run/gates.js";
import type { Node, Run } from "../../../run/read-run.js";
import { compareNodes } from "../../../run/tree.js";
import { html, line, type Html } from "./html.js";
import { runHref, stepHref } from "./run-page.js";
import { icon, stateOfNode, wordOf, type State } from "./state.js";
import { tookOf } from "./step-rows.js";

export interface StepQuery {
  /** Part of the name, in any case. */
  text: string;
  state: State | undefined;
  /** From 1. */
  page: number;
}

const perPage = 100;
const states: readonly State[] = ["failed", "waiting", "running", "pending", "succeeded", "skipped"];

export function readStepQuery(query: URLSearchParams): StepQuery {
  const page = Number(query.get("page") ?? "1");
  return {
    text: (query.get("q") ?? "").slice(0, 200),
    state: states.find((state) => state === query.get("state")),
    page: Number.isInteger(page) && page >= 1 && page < 10_000 ? page : 1,
  };
}

/** All steps of a run as one list, by name and state, a hundred at a time. */
export function renderAllSteps(run: Run, query: StepQuery, now: number): Html {
  const gates = new Set(openGates(run).map(({ node }) => node.id));
  const wanted = query.text.toLowerCase();
  const found = [...run.nodes.values()]
    .filter((node) => !["StepGroup", "TaskGroup"].includes(node.type))
    .filter((node) => query.state === undefined || stateOfNode(node, gates) === query.state)
    .filter((node) => node.name.toLowerCase().includes(wanted))
    .sort(compareNodes);
  const pages = Math.max(1, Math.ceil(found.length / perPage));
  const page = Math.min(query.page, pages);
  const shown = found.slice((page - 1) * perPage, page * perPage);
  const options = states.map(
    (state) =>
      html`<option value="${state}" ${state === query.state ? html` selected` : ""}>${state}</option>`,
  );
  return html`<h1>Steps</h1>
    <form class="filter" method="get" role="search">
      <label for="q">Name</label><input id="q" name="q" type="search" value="${query.text}" />
      <label for="state">State</label
      ><select id="state" name="state">
        <option value="">any</option>
        ${options}</select
      ><button>Search</button>
    </form>
    <p role="status">
      ${found.length} of ${run.nodes.size} nodes${pages > 1 ? `, page ${page} of ${pages}` : ""}
    </p>
    <table class="steps">
      <caption class="hidden">
        Steps found
      </caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">State</th>
          <th scope="col" class="took">Took</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map((node) => renderFound(run, node, gates, now))}
      </tbody>
    </table>
    ${pages > 1 ? renderPages(run, query, page, pages) : ""}`;
}

function renderFound(run: Run, node: Node, gates: ReadonlySet<string>, now: number): Html {
  return html`<tr>
    <th scope="row">
      ${icon(stateOfNode(node, gates))}<a href="${stepHref(run, node.id)}"
        >${line(withoutRun(run, node), 200)}</a
      >
    </th>
    <td>${wordOf(node, gates)}</td>
    <td class="took">${tookOf(node, now)}</td>
  </tr>`;
}

/** Names of nodes begin with the name of their workflow, and count the groups of steps. */
function withoutRun(run: Run, node: Node): string {
  if (!node.name.startsWith(run.key.name)) return node.name;
  const inside = node.name
    .slice(run.key.name.length)
    .replace(/\[\d+\]/g, "")
    .replace(/^\./, "");
  return inside === "" ? node.name : inside;
}

function renderPages(run: Run, query: StepQuery, page: number, pages: number): Html {
  const to = (number: number) =>
    `${runHref(run)}/steps?${new URLSearchParams({ q: query.text, state: query.state ?? "", page: String(number) }).toString()}`;
  return html`<nav class="pages" aria-label="Pages">
    ${page > 1 ? html`<a href="${to(page - 1)}" rel="prev">Previous</a>` : ""}
    ${page < pages ? html`<a href="${to(page + 1)}" rel="next">Next</a>` : ""}
  </nav>`;
}

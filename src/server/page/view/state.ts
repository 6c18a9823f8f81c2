import type { NodePhase, WorkflowPhase } from "../../../manifest/argo.js";
import type { Node } from "../../../run/read-run.js";
import { Html, html } from "./html.js";

/** The states that the page tells apart, each with a word, a colour and a shape of its own. */
export type State = "waiting" | "running" | "pending" | "succeeded" | "failed" | "skipped";

/** `gates`: ids of the nodes that wait for approval. */
export function stateOfNode(node: Node, gates: ReadonlySet<string>): State {
  return gates.has(node.id) ? "waiting" : stateOfPhase(node.phase);
}

export function stateOfPhase(phase: NodePhase | WorkflowPhase | undefined): State {
  switch (phase) {
    case "Running":
      return "running";
    case "Succeeded":
      return "succeeded";
    case "Failed":
    case "Error":
      return "failed";
    case "Skipped":
    case "Omitted":
      return "skipped";
    case "Pending":
    case "":
    case undefined:
      return "pending";
  }
}

/** The word that people read: Argo's phase, but for a gate. */
export function wordOf(node: Node, gates: ReadonlySet<string>): string {
  return gates.has(node.id) ? "Waiting for approval" : (node.phase ?? "Pending");
}

/** What many nodes are together: the state that asks most for attention. */
export function worstState(states: Iterable<State>): State {
  const found = new Set(states);
  const order: State[] = ["waiting", "running", "failed", "pending", "succeeded", "skipped"];
  return order.find((state) => found.has(state)) ?? "pending";
}

const shapes: Record<State, string> = {
  succeeded: '<path d="M4.5 8.5l2.4 2.4 4.6-5"/>',
  failed: '<path d="M5.2 5.2l5.6 5.6M10.8 5.2l-5.6 5.6"/>',
  waiting: '<path d="M6.2 5v6M9.8 5v6"/>',
  running: '<path d="M8 4.2V8l2.6 1.6"/>',
  pending: '<path d="M5 8h.01M8 8h.01M11 8h.01"/>',
  skipped: '<path d="M5 8h6"/>',
};

/** A sign for the eye only: the word stands beside it. */
export function icon(state: State): Html {
  return html`<svg class="icon ${state}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <circle cx="8" cy="8" r="7.25" />
    ${new Html(shapes[state])}
  </svg>`;
}

/** The same inside a drawing, with its middle at a place. */
export function iconAt(state: State, x: number, y: number): Html {
  return html`<g class="icon ${state}" transform="translate(${x - 8} ${y - 8})"
    ><circle cx="8" cy="8" r="7.25" />${new Html(shapes[state])}</g
  >`;
}

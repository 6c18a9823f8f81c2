import { Html, html } from "./html.js";
import { boxHeight, boxWidth, jointSize, type Direction, type Layout, type Place } from "./layout-graph.js";
import type { Box, Graph } from "./run-graph.js";
import { iconAt } from "./state.js";

/** Drawings up to this width are made smaller rather than scrolled. */
const shrinks = 1500;

/** The graph as SVG without styles of its own: classes say what is what. Each box that is one node links to it. */
export function drawGraph(
  graph: Graph,
  layout: Layout,
  direction: Direction,
  hrefOf: (nodeId: string) => string,
): Html {
  const states = new Map(graph.boxes.map((box) => [box.id, box.state]));
  const lines = layout.lines.map(({ to, points }) => {
    const ahead = states.get(to) === "pending" && !to.startsWith("joint:");
    return html`<path class="${ahead ? "line ahead" : "line"}" d="${pathOf(points, direction)}" />`;
  });
  const boxes = graph.boxes.map((box) => drawBox(box, layout.places.get(box.id) ?? { x: 0, y: 0 }, hrefOf));
  const size = html`viewBox="0 0 ${layout.width} ${layout.height}" width="${layout.width}"
  height="${layout.height}"`;
  return html`<svg
    class="graph ${direction}${layout.width <= shrinks ? " shrinks" : ""}"
    ${size}
    role="group"
    aria-label="The steps in the order in which they run"
  >
    ${lines}${boxes}
  </svg>`;
}

function drawBox(box: Box, { x, y }: Place, hrefOf: (nodeId: string) => string): Html {
  if (box.kind === "joint")
    return html`<circle class="joint" cx="${x}" cy="${y}" r="${jointSize / 2 - 1}" />`;
  const [left, top] = [x - boxWidth / 2, y - boxHeight / 2];
  const round = box.kind === "gate" ? boxHeight / 2 : 7;
  const size = html`width="${boxWidth}" height="${boxHeight}" rx="${round}"`;
  const under = box.kind === "fold" ? html`<rect class="under" x="${left + 4}" y="${top + 4}" ${size}/>` : "";
  // An inner drawing cuts off what is too long, and the whole text stays for search and for screen readers.
  const words = html`<svg x="${left + 36}" y="${top}" width="${boxWidth - 44}" height="${boxHeight}"><text class="name" y="19">${box.label}</text> <text class="detail" y="36">${box.detail}</text></svg>`;
  const name = `${box.label} ${box.detail}`;
  const inside = html`<title>${name}</title>${under}<rect x="${left}" y="${top}" ${size}/>${iconAt(box.state, left + 20, y)}${words}`;
  const kind = `box ${box.kind} ${box.state}`;
  if (box.nodeId === undefined) return html`<g class="${kind}" role="img" aria-label="${name}">${inside}</g>`;
  return html`<a class="${kind}" href="${hrefOf(box.nodeId)}">${inside}</a>`;
}

/** Lines leave and enter a box straight, with a bend between. */
function pathOf(points: readonly Place[], direction: Direction): string {
  const [first, ...rest] = points;
  if (first === undefined) return "";
  let [from, path] = [first, `M${first.x} ${first.y}`];
  for (const to of rest) {
    const [mx, my] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    path +=
      direction === "across"
        ? `C${mx} ${from.y} ${mx} ${to.y} ${to.x} ${to.y}`
        : `C${from.x} ${my} ${to.x} ${my} ${to.x} ${to.y}`;
    from = to;
  }
  return path;
}

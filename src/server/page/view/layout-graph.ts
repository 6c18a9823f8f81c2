import { Graph as LayoutGraph, layout } from "@dagrejs/dagre";
import type { Graph } from "./run-graph.js";

export type Direction = "across" | "down";
export interface Place {
  /** The middle. */
  x: number;
  y: number;
}
export interface Layout {
  width: number;
  height: number;
  places: Map<string, Place>;
  lines: { from: string; to: string; points: Place[] }[];
}

export const boxWidth = 168;
export const boxHeight = 46;
export const jointSize = 8;

/** Where the boxes and the lines between them go. Takes some ten milliseconds for the largest graph that is drawn. */
export function layoutGraph(graph: Graph, direction: Direction): Layout {
  const drawing = new LayoutGraph();
  drawing.setGraph({
    rankdir: direction === "across" ? "LR" : "TB",
    nodesep: 18,
    ranksep: direction === "across" ? 32 : 28,
    marginx: 6,
    marginy: 6,
  });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const { id, kind } of graph.boxes) {
    const size =
      kind === "joint" ? { width: jointSize, height: jointSize } : { width: boxWidth, height: boxHeight };
    drawing.setNode(id, size);
  }
  for (const { from, to } of graph.edges) drawing.setEdge(from, to);
  layout(drawing);
  const { width = 0, height = 0 } = drawing.graph() as { width?: number; height?: number };
  const places = new Map(graph.boxes.map(({ id }) => [id, placeOf(drawing.node(id))]));
  const joints = new Set(graph.boxes.filter(({ kind }) => kind === "joint").map(({ id }) => id));
  const side = (id: string, by: 1 | -1) => sideOf(places.get(id), joints.has(id), direction, by);
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    places,
    lines: graph.edges.map(({ from, to }) => {
      const bends = ((drawing.edge(from, to) as { points?: Place[] }).points ?? []).slice(1, -1).map(placeOf);
      return { from, to, points: [side(from, 1), ...bends, side(to, -1)] };
    }),
  };
}

/** Where lines leave (1) or enter (-1) a box: in the middle of a side. */
function sideOf(place: Place | undefined, joint: boolean, direction: Direction, by: 1 | -1): Place {
  const { x, y } = place ?? { x: 0, y: 0 };
  if (joint) return { x, y };
  return direction === "across" ? { x: x + (by * boxWidth) / 2, y } : { x, y: y + (by * boxHeight) / 2 };
}

function placeOf(place: { x?: number; y?: number } | undefined): Place {
  return { x: Math.round(place?.x ?? 0), y: Math.round(place?.y ?? 0) };
}

import type { RunKey } from "../../engine/engine.js";

/** What of a run is asked for. `live`: by the script, for a page that is open. */
export interface RunRoute {
  key: RunKey;
  view: "run" | "steps" | "step" | "workflow";
  /** Of the view `step`. */
  nodeId: string;
  /** `page`: the whole document; `parts`: what changes; `events`: the stream that says so. */
  form: "page" | "parts" | "events";
  live: boolean;
  query: URLSearchParams;
}

const label = "[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?";
const pattern = new RegExp(
  `^/runs/(${label})/(${label})(?:/(workflow|steps)|/steps/([A-Za-z0-9._-]{1,300}))?(?:/(parts|events))?$`,
);

/** Undefined when the path names no view of a run. */
export function parseRoute(url: URL): RunRoute | undefined {
  const match = pattern.exec(url.pathname);
  if (match === null) return undefined;
  const [, namespace = "", name = "", list, nodeId = "", live] = match;
  const form = live === "parts" || live === "events" ? live : "page";
  if (list !== undefined && form !== "page") return undefined;
  const view = nodeId !== "" ? "step" : list === "workflow" || list === "steps" ? list : "run";
  return { key: { namespace, name }, view, nodeId, form, live: form !== "page", query: url.searchParams };
}

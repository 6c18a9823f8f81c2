import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../app/ports.js";
import { isFulfilled } from "../../run/phases.js";
import type { Node, Run } from "../../run/read-run.js";
import type { LogFeed, LogFeeds } from "./log-feeds.js";
import type { RunRoute } from "./route.js";
import { isOver, type Snapshot, type Snapshots } from "./snapshots.js";
import type { Message, Source, Streams } from "./streams.js";
import { readStepQuery, renderAllSteps } from "./view/all-steps-page.js";
import { renderDocument, renderMessage, type Page, type Viewer } from "./view/document.js";
import { html, joined, Html } from "./view/html.js";
import { runHref } from "./view/run-page.js";
import { hasLog, renderLog, renderStepParts, renderStepValues } from "./view/step-page.js";
import { renderWorkflow } from "./view/workflow-page.js";

/** What an allowed viewer asks for, and what it is made of. */
export interface Showing {
  snapshot: Snapshot;
  route: RunRoute;
  viewer: Viewer | undefined;
  /** Names the viewer for the bounds. */
  who: string;
  isAllowed: () => Promise<boolean>;
  snapshots: Snapshots;
  feeds: LogFeeds;
  streams: Streams;
  clock: Clock;
}

export async function answerRoute(
  showing: Showing,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<true> {
  const { route, snapshot } = showing;
  const node = snapshot.run.nodes.get(route.nodeId);
  if (route.view === "step" && node === undefined) return send(response, headers, 404, noStep(showing));
  if (route.form === "events") return openEvents(showing, node, response, headers);
  if (route.form === "parts") return sendParts(showing, node, request, response, headers);
  return send(response, headers, 200, renderDocument(await pageOf(showing, node)));
}

function noStep({ viewer, snapshot }: Showing): string {
  return renderMessage(
    "No such step",
    html`<p><a href="${runHref(snapshot.run)}">Back to the run</a></p>`,
    viewer,
  );
}

async function pageOf(showing: Showing, node: Node | undefined): Promise<Page> {
  const { route, snapshot, viewer, clock } = showing;
  const { run } = snapshot;
  const repository = run.facts === undefined ? [] : [{ text: run.facts.repository, href: run.facts.htmlUrl }];
  const trail = [...repository, { text: run.title, href: runHref(run) }];
  switch (route.view) {
    case "run":
      return {
        title: run.title,
        viewer,
        trail: unlinked(trail),
        body: live(await runParts(snapshot), route, run),
      };
    case "step":
      return {
        title: `${node?.displayName} · ${run.title}`,
        viewer,
        trail: [...trail, { text: node?.displayName ?? "" }],
        body: await stepBody(showing, node),
      };
    case "steps":
      return {
        title: `Steps · ${run.title}`,
        viewer,
        trail: [...trail, { text: "Steps" }],
        body: renderAllSteps(run, readStepQuery(route.query), clock()),
      };
    case "workflow":
      return {
        title: `Workflow · ${run.title}`,
        viewer,
        trail: [...trail, { text: "Workflow object" }],
        body: renderWorkflow(run),
      };
  }
}

/** The last of a trail is the page itself. */
function unlinked(trail: { text: string; href?: string }[]): { text: string; href?: string }[] {
  return trail.map((each, index) => (index === trail.length - 1 ? { text: each.text } : each));
}

interface Parts {
  html: Html;
  version: string;
}

async function runParts(snapshot: Snapshot): Promise<Parts> {
  const { html: text, version } = await snapshot.parts();
  return { html: new Html(text), version };
}

function stepParts(run: Run, node: Node, clock: Clock): Parts {
  const version = createHash("sha256").update(JSON.stringify(node)).digest("base64url").slice(0, 16);
  return { html: joined([renderStepParts(run, node, clock()), renderStepValues(node)]), version };
}

/** What the script keeps up to date: where from, and which version this is. */
function live(parts: Parts, { key, nodeId }: RunRoute, run: Run, after: Html = html``): Html {
  const base = runHref({ key });
  const source = nodeId === "" ? base : `${base}/steps/${nodeId}`;
  return html`<div
      id="live"
      data-src="${source}"
      data-version="${parts.version}"
      ${isOver(run) ? html` data-over` : ""}
    >
      ${parts.html}
    </div>
    ${after}
    <p id="stale" class="stale" role="alert" hidden></p>`;
}

const firstBytes = 512 * 1024;

async function stepBody({ snapshot, route, feeds, clock }: Showing, node: Node | undefined): Promise<Html> {
  if (node === undefined) return html``;
  const parts = stepParts(snapshot.run, node, clock);
  if (!hasLog(node)) return live(parts, route, snapshot.run);
  const { window } = await feeds.open(route.key, node.id);
  const piece = window.since("", firstBytes);
  const lines =
    isFulfilled(node.phase) && piece.partial !== "" ? [...piece.lines, piece.partial] : piece.lines;
  const log = renderLog(snapshot.run, node, { lines, cut: window.cut, cursor: piece.cursor });
  return live(parts, route, snapshot.run, log);
}

async function sendParts(
  { snapshot, clock }: Showing,
  node: Node | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<true> {
  const parts = node === undefined ? await runParts(snapshot) : stepParts(snapshot.run, node, clock);
  const etag = `"${parts.version}"`;
  const over: Record<string, string> = isOver(snapshot.run) ? { "x-run-over": "1" } : {};
  const known = request.headers["if-none-match"] === etag;
  return send(response, { ...headers, ...over, etag }, known ? 304 : 200, known ? "" : parts.html.text);
}

async function openEvents(
  showing: Showing,
  node: Node | undefined,
  response: ServerResponse,
  headers: Record<string, string>,
): Promise<true> {
  const { streams, who, isAllowed, route, feeds } = showing;
  const sources = [changes(showing, node)];
  if (node !== undefined && hasLog(node)) {
    sources.unshift(logLines(await feeds.open(route.key, node.id), route.query.get("after") ?? ""));
  }
  if (!streams.open(response, { viewer: who, sources, isAllowed })) send(response, headers, 503, "");
  return true;
}

/** Says that the page reads otherwise, never what: the browser then asks, and may be refused. */
function changes({ route, snapshots, clock }: Showing, node: Node | undefined): Source {
  let told = route.query.get("version") ?? "";
  return {
    async take(): Promise<Message[]> {
      const snapshot = await snapshots.read(route.key);
      if (snapshot === undefined) return [{ event: "end", data: "gone" }];
      const now = node && snapshot.run.nodes.get(node.id);
      const { version } = now === undefined ? await snapshot.parts() : stepParts(snapshot.run, now, clock);
      if (version === told) return [];
      told = version;
      return [{ event: "changed", data: version }];
    },
    follow: (changed) => snapshots.follow(route.key, changed),
  };
}

/** Of one message, so that a slow viewer has little under way. */
const messageBytes = 64 * 1024;

function logLines(feed: LogFeed, after: string): Source {
  let cursor = after;
  let told = "";
  return {
    take() {
      const piece = feed.window.since(cursor, messageBytes);
      const same = piece.cursor === cursor && piece.partial === told;
      cursor = piece.cursor;
      told = piece.partial;
      const { reset, lines, partial } = piece;
      if (same && !reset) return [];
      return [
        { event: "log", data: JSON.stringify({ reset, lines, partial, cursor, cut: feed.window.cut }) },
      ];
    },
    follow: (changed) => feed.follow(changed),
  };
}

function send(response: ServerResponse, headers: Record<string, string>, status: number, text: string): true {
  if (!response.headersSent) {
    response.writeHead(status, { ...headers, "content-type": "text/html; charset=utf-8" });
    response.end(text);
  }
  return true;
}

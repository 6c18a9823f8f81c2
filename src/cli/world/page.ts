import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { escapeHtml } from "../../server/page/view/html.js";
import { renderLive, renderPull, script, style, type CheckView, type PullView } from "./page-view.js";
import type { World } from "./world.js";

/** What the page needs to know of the repository it shows. */
export interface PageSubject {
  world: World;
  repository: string;
  number: number;
  people: string[];
  port: number;
}

const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** A page on localhost that looks like one pull request of the simulated GitHub. */
export async function openPage(subject: PageSubject): Promise<{ url: string; close(): Promise<void> }> {
  let message = "";
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      message = error instanceof Error ? error.message : String(error);
      redirect(response);
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOurs(request)) return send(response, 403, "text/plain", "this page is for localhost only\n");
    if (request.method === "POST") {
      message = "";
      await act(subject, new URL(request.url ?? "/", "http://localhost").pathname, await readForm(request));
      return redirect(response);
    }
    if (request.url === "/page.css") return send(response, 200, "text/css", style);
    if (request.url === "/page.js") return send(response, 200, "text/javascript", script);
    if (request.url === "/live") return send(response, 200, "text/html", renderLive(await view(subject)));
    if (request.url !== "/") return send(response, 404, "text/plain", "no such page\n");
    const body = renderPull(await view(subject), subject.people, message);
    send(response, 200, "text/html", page(subject.repository, body));
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(subject.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A page of another origin, or a host name that was rebound to 127.0.0.1, must not act here. */
function isOurs(request: IncomingMessage): boolean {
  const host = request.headers.host ?? "";
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return false;
  const origin = request.headers.origin;
  return origin === undefined || origin === `http://${host}`;
}

async function act(subject: PageSubject, path: string, form: URLSearchParams): Promise<void> {
  const { world, repository, number } = subject;
  const person = world.github.actAs(form.get("actor") ?? "");
  const check = /^\/check\/(\d+)$/.exec(path);
  if (check) return person.clickCheckAction(Number(check[1]), form.get("identifier") ?? "");
  if (path === "/push") {
    const head = world.github.pullRequest(repository, number).head.ref;
    const files = { [form.get("path") ?? ""]: (form.get("content") ?? "").replaceAll("\r\n", "\n") };
    await person.push(repository, head, { files, message: form.get("message") ?? "Change" });
  } else if (path === "/comment") {
    await person.comment(repository, number, form.get("body") ?? "");
  } else if (path === "/review") {
    const state = form.get("state");
    if (state !== "APPROVED" && state !== "CHANGES_REQUESTED" && state !== "COMMENTED")
      throw new Error("no such verdict");
    await person.review(repository, number, { state });
  }
}

async function view({ world, repository, number }: PageSubject): Promise<PullView> {
  const pull = world.github.pullRequest(repository, number);
  const checks = world.github.checkRuns(repository, pull.head.sha).map(toCheckView);
  const said = world.github.comments(repository, number).map((comment) => ({
    at: comment.created_at,
    who: comment.user.login,
    what: "commented",
    body: comment.body,
  }));
  const reviewed = world.github.reviews(repository, number).map((review) => ({
    at: review.submitted_at,
    who: review.user.login,
    what: `reviewed ${review.commit_id.slice(0, 7)}: ${review.state.toLowerCase().replace("_", " ")}`,
    body: review.body,
  }));
  return {
    repository,
    number,
    title: pull.title,
    state: pull.state,
    author: pull.user.login,
    head: pull.head.ref,
    base: pull.base.ref,
    sha: pull.head.sha,
    timeline: [...said, ...reviewed].toSorted((a, b) => a.at.localeCompare(b.at)),
    checks: checks.toSorted((a, b) => b.id - a.id),
  };
}

function toCheckView(check: ReturnType<World["github"]["checkRuns"]>[number]): CheckView {
  return {
    id: check.id,
    name: check.name,
    detailsUrl: check.details_url ?? "",
    status: check.status,
    conclusion: check.conclusion,
    title: check.output.title ?? "",
    summary: check.output.summary ?? "",
    text: check.output.text ?? "",
    actions: check.status === "completed" ? check.actions : [],
    annotations: check.annotations,
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 1_000_000) throw new Error("the form is too large");
  }
  return new URLSearchParams(text);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css"></head><body>${body}<script src="/page.js"></script></body></html>`;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": `${type}; charset=utf-8`, "content-security-policy": policy });
  response.end(body);
}

function redirect(response: ServerResponse): void {
  response.writeHead(303, { location: "/" }).end();
}

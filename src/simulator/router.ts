import { authenticate, type Access } from "./auth.js";
import { findRepository, HttpRefusal, type Repository, type State, type Token } from "./state.js";

/** One request to the REST API, after its body was read. */
export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  /** Parsed JSON; undefined when there was no body. */
  body: unknown;
}
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
/** What a route is given once access was granted. */
export interface Context {
  state: State;
  request: Request;
  params: Record<string, string>;
  /** The request's body, an object; empty when there was none. */
  body: Record<string, unknown>;
}
export interface TokenContext extends Context {
  token: Token;
}
export interface RepositoryContext extends TokenContext {
  repository: Repository;
}
export interface Route {
  method: string;
  /** `:name` matches one segment, `*name` the rest, an empty rest too. */
  pattern: string;
  /** Undefined: the request is for another route. */
  answer(state: State, request: Request, params: Record<string, string>): Promise<Reply> | Reply | undefined;
}

type Handler<C> = (context: C) => Promise<Reply> | Reply;

/** A route for the App itself, with its JWT. */
export function appRoute(spec: string, handle: Handler<Context>): Route {
  return route(spec, (state, request, params) => {
    authenticate(state, request.authorization, "app");
    return handle({ state, request, params, body: objectBody(request) });
  });
}

/** A route for an installation token that holds one of these permissions (`checks:write`). */
export function tokenRoute(spec: string, access: Access, handle: Handler<TokenContext>): Route {
  return route(spec, (state, request, params) => {
    const token = authenticate(state, request.authorization, "installation");
    requirePermission(token, access);
    return handle({ state, request, params, body: objectBody(request), token });
  });
}

/** As `tokenRoute`, below `/repos/:owner/:repo`; 404 when the token does not reach the repository. */
export function repositoryRoute(spec: string, access: Access, handle: Handler<RepositoryContext>): Route {
  const [method = "GET", path = ""] = spec.split(" ");
  return route(`${method} /repos/:owner/:repo${path}`, (state, request, params) => {
    const token = authenticate(state, request.authorization, "installation");
    const repository = findRepository(state, `${params["owner"]}/${params["repo"]}`);
    requireReach(token, repository);
    requirePermission(token, access);
    return handle({ state, request, params, body: objectBody(request), token, repository });
  });
}

function route(spec: string, answer: Route["answer"]): Route {
  const [method = "GET", pattern = "/"] = spec.split(" ");
  return { method, pattern, answer };
}

const ranks = ["read", "write", "admin"];

/** Whether `granted` includes `wanted` (`read` < `write` < `admin`). */
export function includesPermission(granted: string | undefined, wanted: string): boolean {
  return granted !== undefined && ranks.includes(wanted) && ranks.indexOf(granted) >= ranks.indexOf(wanted);
}

export function requirePermission(token: Token, access: Access): void {
  if (access.length === 0) return;
  const allowed = access.some((each) => {
    const [name = "", level = ""] = each.split(":");
    return includesPermission(token.permissions[name], level);
  });
  if (!allowed) throw new HttpRefusal(403, "Resource not accessible by integration");
}

export function requireReach(token: Token, repository: Repository): void {
  const installed = repository.owner.installationId === token.installationId;
  const selected = token.repositoryIds?.includes(repository.id) ?? true;
  if (!installed || !selected) throw new HttpRefusal(404, "Not Found");
}

function objectBody(request: Request): Record<string, unknown> {
  if (request.body === undefined) return {};
  if (typeof request.body !== "object" || request.body === null || Array.isArray(request.body))
    throw new HttpRefusal(400, "Body should be a JSON object");
  return request.body as Record<string, unknown>;
}

/** The reply of the first route that matches; undefined when none does. */
export function dispatch(
  routes: Route[],
  state: State,
  request: Request,
): Promise<Reply> | Reply | undefined {
  const segments = request.path.split("/").slice(1).map(decodeSegment);
  for (const each of routes) {
    if (each.method !== request.method) continue;
    const params = match(each.pattern.split("/").slice(1), segments);
    const reply = params && each.answer(state, request, params);
    if (reply !== undefined) return reply;
  }
  return undefined;
}

function match(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith("*")) return { ...params, [part.slice(1)]: segments.slice(index).join("/") };
    const segment = segments[index];
    if (segment === undefined || segment === "") return undefined;
    if (part.startsWith(":")) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return pattern.length === segments.length ? params : undefined;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new HttpRefusal(400, "Bad Request");
  }
}

/** A parameter that must be a number; 404 otherwise. */
export function numberParam(context: Context, name: string): number {
  const text = context.params[name] ?? "";
  if (!/^\d+$/.test(text)) throw new HttpRefusal(404, "Not Found");
  return Number(text);
}

/** One page of the list by `per_page` (at most 100) and `page`, with GitHub's Link header. */
export function paginate<T>(
  context: Context,
  list: T[],
  defaultSize = 30,
): { items: T[]; page: number; headers: Record<string, string> } {
  const { query } = context.request;
  const asked = query.get("per_page");
  const size = asked === null ? defaultSize : Math.min(100, positive(asked, defaultSize));
  const page = positive(query.get("page"), 1);
  const last = Math.max(1, Math.ceil(list.length / size));
  const links: [string, number][] = [];
  if (page > 1) links.push(["prev", Math.min(page - 1, last)]);
  if (page < last) links.push(["next", page + 1], ["last", last]);
  if (page > 1) links.push(["first", 1]);
  const link = links
    .map(([rel, to]) => `<${pageUrl(context, { page: String(to) })}>; rel="${rel}"`)
    .join(", ");
  const items = list.slice((page - 1) * size, page * size);
  return { items, page, headers: link === "" ? {} : { link } };
}

/** The address of this request with some query parameters changed. */
export function pageUrl(context: Context, change: Record<string, string>): string {
  const url = new URL(context.request.path, context.state.url);
  url.search = new URLSearchParams({ ...Object.fromEntries(context.request.query), ...change }).toString();
  return url.toString();
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text ?? "");
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

import { loadSchemas } from "./violations.js";

/** One REST call as the server saw it. `query` has no question mark; bodies are parsed JSON, undefined if empty. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly responseBody?: unknown;
}

/** One webhook: the X-GitHub-Event header and the parsed body. */
export interface Delivery {
  readonly event: string;
  readonly payload: unknown;
}

/** Names of schemas: null stands for a response without body. */
interface Operation {
  query: string;
  request?: string;
  requestRequired?: boolean;
  responses: Record<string, string | null>;
}

const rest = loadSchemas<{ operations: Record<string, Operation> }>("rest.json");
const hooks = loadSchemas<{ webhooks: Record<string, string> }>("webhooks.json");

/** Parameters whose value may contain slashes, like `path`. */
const spanning = new Set(["ref", "basehead", "tree_sha"]);
const routes = Object.entries(rest.index.operations)
  .map(([name, operation]) => {
    const [method = "", template = ""] = name.split(" ");
    return { method, operation, pattern: patternOf(template), literals: literalsOf(template) };
  })
  .sort((a, b) => b.literals - a.literals);

/** GitHub takes an empty path, and no path at all, as the root folder. */
function patternOf(template: string): RegExp {
  const pattern = template
    .replaceAll(".", "\\.")
    .replace("/{path}", "(?:/.*)?")
    .replaceAll(/\{(\w+)\}/g, (_, name: string) => (spanning.has(name) ? ".+" : "[^/]+"));
  return new RegExp(`^${pattern}$`);
}

function literalsOf(template: string): number {
  return template.split("/").filter((segment) => segment !== "" && !segment.startsWith("{")).length;
}

/**
 * What in the exchange is not as GitHub's OpenAPI description has it; empty when all is. Of an answer of 400 and
 * above only `message` is checked, of a GraphQL call only that the request has a `query`.
 */
export function validateExchange(exchange: Exchange): string[] {
  const method = exchange.method.toUpperCase();
  const call = `${method} ${exchange.path}`;
  if (call === "POST /graphql")
    return prefixed(`${call} request`, missingString(exchange.requestBody, "query"));
  const route = routes.find(
    (candidate) => candidate.method === method && candidate.pattern.test(exchange.path),
  );
  if (route === undefined) return [`${call} is not an operation of GitHub's API`];
  const query = Object.fromEntries(new URLSearchParams(exchange.query));
  return [
    ...prefixed(`${call} query`, rest.check(route.operation.query, query, { coerce: true })),
    ...requestViolations(call, route.operation, exchange),
    ...responseViolations(call, route.operation, exchange),
  ];
}

function requestViolations(call: string, operation: Operation, { requestBody }: Exchange): string[] {
  if (operation.request === undefined) {
    return isEmpty(requestBody) ? [] : [`${call} request: must not have a body`];
  }
  if (isEmpty(requestBody) && !operation.requestRequired) return [];
  return prefixed(`${call} request`, rest.check(operation.request, requestBody ?? null));
}

function responseViolations(
  call: string,
  operation: Operation,
  { status, responseBody }: Exchange,
): string[] {
  const where = `${call} ${status} response`;
  if (status >= 400) return prefixed(where, missingString(responseBody, "message"));
  const schema = operation.responses[status];
  if (schema === undefined) return [`${where}: this status is not documented`];
  if (status === 202 && isEmpty(responseBody)) return [];
  if (schema === null) return isEmpty(responseBody) ? [] : [`${where}: must not have a body`];
  return prefixed(where, rest.check(schema, responseBody ?? null));
}

/** What in the webhook is not as GitHub's OpenAPI description of the event and action has it; empty when all is. */
export function validateDelivery({ event, payload }: Delivery): string[] {
  const action = (payload as { action?: unknown } | null)?.action;
  const name = typeof action === "string" ? `${event}.${action}` : event;
  const schema = hooks.index.webhooks[name];
  if (schema === undefined) return [`webhook ${name} is not in webhooks.json`];
  return prefixed(`webhook ${name}`, hooks.check(schema, payload));
}

function missingString(value: unknown, property: string): string[] {
  const found = typeof value === "object" && value !== null && (value as Record<string, unknown>)[property];
  return typeof found === "string" ? [] : [`must be an object with a string '${property}'`];
}

function isEmpty(body: unknown): boolean {
  if (body === undefined || body === null || body === "") return true;
  return typeof body === "object" && Object.keys(body).length === 0;
}

function prefixed(where: string, messages: string[]): string[] {
  return messages.map((message) => `${where}: ${message}`);
}

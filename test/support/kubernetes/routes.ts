import type { JsonObject, ManifestObject } from "../../../src/manifest/argo.js";
import type { Path } from "../../../src/manifest/problem.js";
import { checkSchema } from "../../../src/manifest/schema/check-schema.js";
import { jsonPatch, mergePatch } from "./patches.js";
import type { ObjectStore, StoredObject } from "./object-store.js";
import { Refusal } from "./refusal.js";

/** A collection or one object of it. */
export interface Place {
  resource: string;
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string | undefined;
  subresource: string | undefined;
}

export interface Asked {
  method: string;
  place: Place;
  query: URLSearchParams;
  contentType: string;
  accept: string;
  body: JsonObject | undefined;
}

const kinds: Record<string, { apiVersion: string; kind: string }> = {
  workflows: { apiVersion: "argoproj.io/v1alpha1", kind: "Workflow" },
  secrets: { apiVersion: "v1", kind: "Secret" },
  pods: { apiVersion: "v1", kind: "Pod" },
  leases: { apiVersion: "coordination.k8s.io/v1", kind: "Lease" },
  workflowtemplates: { apiVersion: "argoproj.io/v1alpha1", kind: "WorkflowTemplate" },
  cronworkflows: { apiVersion: "argoproj.io/v1alpha1", kind: "CronWorkflow" },
  namespaces: { apiVersion: "v1", kind: "Namespace" },
  serviceaccounts: { apiVersion: "v1", kind: "ServiceAccount" },
  events: { apiVersion: "v1", kind: "Event" },
  configmaps: { apiVersion: "v1", kind: "ConfigMap" },
  roles: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" },
  rolebindings: { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding" },
};
/** Namespaces lie in none. */
const namespacePath = /^\/api\/v1\/namespaces(?:\/([^/]+))?$/;
const paths = /^\/(?:api|apis)\/([a-z0-9./]+)\/namespaces\/([^/]+)\/([a-z]+)(?:\/([^/]+)(?:\/([^/]+))?)?$/;

export function placeOf(path: string): Place | undefined {
  const own = namespacePath.exec(path);
  if (own !== null && kinds["namespaces"] !== undefined)
    return {
      resource: "namespaces",
      ...kinds["namespaces"],
      namespace: "",
      name: own[1],
      subresource: undefined,
    };
  const [, apiVersion, namespace = "", resource = "", name, subresource] = paths.exec(path) ?? [];
  const known = kinds[resource];
  if (known === undefined || known.apiVersion !== apiVersion) return undefined;
  return { resource, ...known, namespace: decodeURIComponent(namespace), name, subresource };
}

/** Everything but watches and logs. */
export function answer(store: ObjectStore, asked: Asked): { code: number; body: object } {
  const { method, place, query, body = {} } = asked;
  const { resource, namespace, name } = place;
  const dryRun = query.get("dryRun") === "All";
  const partial = asked.accept.includes("as=PartialObjectMetadata");
  const one = (object: StoredObject) => (partial ? outline(object) : object);
  if (name === undefined) {
    if (method === "GET") return { code: 200, body: list(store, asked, partial) };
    if (method !== "POST")
      throw new Refusal(405, "MethodNotAllowed", "the server does not allow this method");
    checkBody(asked);
    return { code: 201, body: one(store.create(resource, namespace, body, dryRun)) };
  }
  const present = store.get(resource, namespace, name);
  if (present === undefined) throw new Refusal(404, "NotFound", `${resource} "${name}" not found`);
  switch (method) {
    case "GET":
      return { code: 200, body: one(present) };
    case "PUT":
      checkBody(asked);
      return { code: 200, body: one(store.update(resource, namespace, name, body, dryRun)) };
    case "PATCH":
      return {
        code: 200,
        body: one(store.update(resource, namespace, name, patched(present, asked), dryRun)),
      };
    case "DELETE": {
      const { uid } = (body["preconditions"] ?? {}) as { uid?: string };
      store.remove(resource, namespace, name, uid);
      return { code: 200, body: { kind: "Status", apiVersion: "v1", status: "Success" } };
    }
    default:
      throw new Refusal(405, "MethodNotAllowed", "the server does not allow this method");
  }
}

function patched(present: StoredObject, { contentType, body, place }: Asked): JsonObject {
  const object = present as unknown as JsonObject;
  switch (contentType) {
    case "application/json-patch+json": {
      const result = jsonPatch(object, body);
      // The version that the patch was applied to is not one that it asks for.
      const { resourceVersion: _version, ...metadata } = result["metadata"] as JsonObject;
      return { ...result, metadata };
    }
    case "application/merge-patch+json": {
      const asked = (body?.["metadata"] as JsonObject | undefined)?.["resourceVersion"];
      const merged = mergePatch(object, body ?? {}) as JsonObject;
      const { resourceVersion: _version, ...metadata } = merged["metadata"] as JsonObject;
      return {
        ...merged,
        metadata: { ...metadata, ...(asked === undefined ? {} : { resourceVersion: asked }) },
      };
    }
    default:
      throw new Refusal(
        415,
        "UnsupportedMediaType",
        `the body of the request was in an unknown format - accepted media types for ${place.kind} include: application/json-patch+json, application/merge-patch+json`,
      );
  }
}

function list(store: ObjectStore, { place, query }: Asked, partial: boolean): object {
  const matches = selector(query.get("labelSelector"));
  const all = store.list(place.resource, place.namespace).filter(matches);
  const token = query.get("continue");
  const from = token === null ? undefined : (JSON.parse(token) as { version: number; after: string });
  if (from !== undefined && from.version < store.oldest)
    throw new Refusal(410, "Expired", "The provided continue parameter is too old");
  const rest = from === undefined ? all : all.filter(({ metadata }) => metadata.name > from.after);
  const limit = Number(query.get("limit") ?? 0) || rest.length;
  const items = rest.slice(0, limit);
  const version = from?.version ?? store.version;
  const more =
    rest.length > limit
      ? { continue: JSON.stringify({ version, after: items.at(-1)?.metadata.name ?? "" }) }
      : {};
  return {
    kind: partial ? "PartialObjectMetadataList" : `${place.kind}List`,
    apiVersion: partial ? "meta.k8s.io/v1" : place.apiVersion,
    metadata: { resourceVersion: String(version), ...more },
    // An empty list of metadata has null for its items, unlike one of whole objects.
    items: partial ? (items.length === 0 ? null : items.map(outline)) : items,
  };
}

export function outline({ metadata }: StoredObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

/** Equality, inequality and existence; what is not equal may be absent. */
export function selector(text: string | null): (object: StoredObject) => boolean {
  const terms = (text ?? "").split(",").filter((term) => term !== "");
  return ({ metadata: { labels = {} } }) =>
    terms.every((term) => {
      const [, name = "", operator, value] = /^([^=!]+)(?:(!=|==?)(.*))?$/.exec(term) ?? [];
      if (operator === undefined) return Object.hasOwn(labels, name);
      return operator === "!=" ? labels[name] !== value : labels[name] === value;
    });
}

/** With Strict, fields that the CRD does not know are a 400; otherwise they would be dropped. */
function checkBody({ query, body, place }: Asked): void {
  if (body?.["kind"] !== place.kind || body["apiVersion"] !== place.apiVersion)
    throw new Refusal(400, "BadRequest", "the object provided is unrecognized");
  const { namespace = place.namespace } = (body["metadata"] ?? {}) as { namespace?: string };
  if (namespace !== place.namespace)
    throw new Refusal(400, "BadRequest", "the namespace of the object does not match the request");
  checkLabels(body);
  if (place.apiVersion !== "argoproj.io/v1alpha1" || query.get("fieldValidation") !== "Strict") return;
  const { apiVersion, kind, metadata, spec } = structuredClone(body);
  const known = { apiVersion, kind, metadata, spec } as JsonObject;
  const position = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1 };
  const { problems } = checkSchema(place.kind as ManifestObject["kind"], known, (path) => ({
    position,
    text: fieldOf(path),
  }));
  const unknown = problems.filter(({ rule }) => rule === "unknown-field").map(({ text = "" }) => text);
  if (unknown.length > 0) {
    const faults = unknown.map((field) => `unknown field "${field}"`).join(", ");
    throw new Refusal(
      400,
      "BadRequest",
      `${place.kind} in version "v1alpha1" cannot be handled as a ${place.kind}: strict decoding error: ${faults}`,
    );
  }
}

function fieldOf(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .slice(1);
}

/** As apimachinery's ValidateLabels. */
function checkLabels(body: JsonObject): void {
  const { labels = {} } = (body["metadata"] ?? {}) as { labels?: Record<string, string> };
  const invalid = Object.values(labels).find(
    (value) => !/^(?:[A-Za-z0-9][-\w.]{0,61})?[A-Za-z0-9]?$/.test(value),
  );
  if (invalid === undefined) return;
  const message = `Invalid value: "${invalid}": must be no more than 63 characters`;
  const name = (body["metadata"] as { name?: string }).name ?? "";
  throw new Refusal(422, "Invalid", `"${name}" is invalid: metadata.labels: ${message}`, [
    { reason: "FieldValueInvalid", message, field: "metadata.labels" },
  ]);
}

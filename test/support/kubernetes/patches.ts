import { isDeepStrictEqual } from "node:util";
import type { Json, JsonObject } from "../../../src/manifest/argo.js";
import { Refusal } from "./refusal.js";

interface Operation {
  op?: unknown;
  path?: unknown;
  value?: Json;
}

/** RFC 6902 as the API server applies it: whatever cannot be applied, a failed test too, is a 422 that says no more. */
export function jsonPatch(object: JsonObject, patch: unknown): JsonObject {
  if (!Array.isArray(patch))
    throw new Refusal(
      400,
      "BadRequest",
      "json: cannot unmarshal object into Go value of type jsonpatch.Patch",
    );
  const changed = structuredClone(object);
  for (const operation of patch as Operation[]) apply(changed, operation);
  return changed;
}

function apply(root: JsonObject, { op, path, value }: Operation): void {
  const fail = (): never => {
    throw new Refusal(422, "Invalid", "the server rejected our request due to an error in our request");
  };
  const keys = String(path)
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? fail();
  let parent: Json | undefined = root;
  for (const key of keys) parent = child(parent, key) ?? fail();
  if (typeof parent !== "object" || parent === null) return fail();
  const present = child(parent, last);
  switch (op) {
    case "test":
      if (!isDeepStrictEqual(present ?? null, value ?? null)) fail();
      return;
    case "remove":
      if (present === undefined) fail();
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
      return;
    case "replace":
      if (present === undefined) fail();
      break;
    case "add":
      break;
    default:
      fail();
  }
  const put = structuredClone(value ?? null);
  if (!Array.isArray(parent)) parent[last] = put;
  else if (op === "replace") parent[Number(last)] = put;
  else parent.splice(last === "-" ? parent.length : Number(last), 0, put);
}

function child(parent: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(parent)) return parent[Number(key)];
  if (typeof parent !== "object" || parent === null) return undefined;
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

/** RFC 7386. */
export function mergePatch(object: Json | undefined, patch: Json): Json {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return structuredClone(patch);
  const isMap = typeof object === "object" && object !== null && !Array.isArray(object);
  const merged: JsonObject = isMap ? structuredClone(object) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import formats from "ajv-formats";

const schema = JSON.parse(readFileSync(join(import.meta.dirname, "v1.30.json"), "utf8")) as {
  kinds: Record<string, string>;
};
const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false }).addSchema(
  schema,
  "kubernetes",
);
formats.default(ajv);
const compiled = new Map<string, ValidateFunction>();

/** How an object is not as Kubernetes' OpenAPI description has its kind; undefined when the slice has no such kind. */
export function validateObject(object: { apiVersion: string; kind: string }): string[] | undefined {
  const kind = `${object.apiVersion} ${object.kind}`;
  const name = schema.kinds[kind];
  if (name === undefined) return undefined;
  const validate = compiled.get(kind) ?? ajv.compile({ $ref: `kubernetes#/$defs/${name}` });
  compiled.set(kind, validate);
  if (validate(object)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${kind} ${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

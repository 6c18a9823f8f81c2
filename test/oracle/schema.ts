import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { kindOf, type Manifest } from "./mutations.js";

interface Definition {
  properties?: Record<string, unknown>;
  additionalProperties?: unknown;
  [keyword: string]: unknown;
}

export type Oracle = (manifest: Manifest) => string[];

const PREFIX = "io.argoproj.workflow.v1alpha1.";

/**
 * Argo's own JSON schema as a judge: what it has against a manifest. The schema forbids no unknown fields, which Argo
 * does when it reads strictly (`argo lint`, `argo submit`): here an object has the fields that its definition names.
 */
export function openOracle(file: string): Oracle {
  const schema = JSON.parse(readFileSync(file, "utf8")) as { definitions: Record<string, Definition> };
  for (const definition of Object.values(schema.definitions)) {
    if (definition.properties) definition.additionalProperties ??= false;
  }
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: false });
  ajv.addSchema(schema, "argo");
  return (manifest) => {
    const validate = ajv.getSchema(`argo#/definitions/${PREFIX}${kindOf(manifest)}`);
    if (!validate) throw new Error(`no definition of ${kindOf(manifest)}`);
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const what = (params as { additionalProperty?: string }).additionalProperty ?? "";
      return `${instancePath} ${message ?? ""} ${what}`.trim();
    });
  };
}

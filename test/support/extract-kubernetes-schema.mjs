// Writes kubernetes-schema/v1.30.json: the slice of Kubernetes' OpenAPI description that deploy/ uses, as JSON Schema.
// 1.30 is the oldest release that has all of it (ValidatingAdmissionPolicy v1); what is valid there stays valid.
//
//   pip download --no-deps kubernetes-validate==1.37.0 && unzip kubernetes_validate-*.whl -d /tmp/kubernetes-validate
//   node test/support/extract-kubernetes-schema.mjs \
//     /tmp/kubernetes-validate/kubernetes_validate/kubernetes-json-schema/v1.30.0-local/_definitions.json
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** By `apiVersion kind` of an object. */
const kinds = {
  "v1 ConfigMap": "core.v1.ConfigMap",
  "v1 LimitRange": "core.v1.LimitRange",
  "v1 Namespace": "core.v1.Namespace",
  "v1 ResourceQuota": "core.v1.ResourceQuota",
  "v1 Secret": "core.v1.Secret",
  "v1 Service": "core.v1.Service",
  "v1 ServiceAccount": "core.v1.ServiceAccount",
  "apps/v1 Deployment": "apps.v1.Deployment",
  "policy/v1 PodDisruptionBudget": "policy.v1.PodDisruptionBudget",
  "networking.k8s.io/v1 NetworkPolicy": "networking.v1.NetworkPolicy",
  "rbac.authorization.k8s.io/v1 Role": "rbac.v1.Role",
  "rbac.authorization.k8s.io/v1 RoleBinding": "rbac.v1.RoleBinding",
  "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy":
    "admissionregistration.v1.ValidatingAdmissionPolicy",
  "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding":
    "admissionregistration.v1.ValidatingAdmissionPolicyBinding",
};

const [path] = process.argv.slice(2);
if (!path) throw new Error("usage: node test/support/extract-kubernetes-schema.mjs PATH_OF_DEFINITIONS_JSON");
const source = JSON.parse(readFileSync(path, "utf8"));
const all = source.$defs ?? source.definitions;
const definitions = {};

/** Constraints only. The API server refuses fields it does not know when asked to validate strictly; so does this. */
function slice(schema) {
  if (Array.isArray(schema)) return schema.map(slice);
  if (typeof schema !== "object" || schema === null) return schema;
  if (schema.$ref) return { $ref: `#/$defs/${reach(schema.$ref.split("/").at(-1))}` };
  const kept = Object.entries(schema).filter(([key]) => key !== "description" && !key.startsWith("x-"));
  const sliced = Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      key === "properties"
        ? Object.fromEntries(Object.entries(value).map(([name, property]) => [name, slice(property)]))
        : slice(value),
    ]),
  );
  return sliced.properties ? { ...sliced, additionalProperties: false } : sliced;
}

function reach(name) {
  if (definitions[name] !== undefined) return name;
  definitions[name] = {};
  definitions[name] = slice(overridden(name) ?? all[name]);
  return name;
}

/** In this description the types of a union are all said to be null as well, and then several match. */
function overridden(name) {
  if (name.endsWith(".IntOrString")) return { type: ["string", "integer"] };
  if (name.endsWith(".Quantity")) return { type: ["string", "number"] };
  return undefined;
}

const index = Object.fromEntries(
  Object.entries(kinds).map(([kind, name]) => [kind, reach(`io.k8s.api.${name}`)]),
);
const lines = Object.entries(definitions)
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`);
const text = `{"$comment":"Extracted from Kubernetes 1.30 (Apache License 2.0) by extract-kubernetes-schema.mjs",
"kinds":${JSON.stringify(index)},
"$defs":{
${lines.join(",\n")}
}}
`;
writeFileSync(join(import.meta.dirname, "kubernetes-schema", "v1.30.json"), text);
console.log(`v1.30.json: ${text.length} characters`);

import { Ajv2020 } from "ajv/dist/2020.js";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mountToken } from "../../src/engine/argo/token-mount.js";
import { checkManifests } from "../../src/manifest/check.js";
import type { Manifest } from "../../src/manifest/manifest.js";
import { compile } from "../../src/policy/compile.js";
import { compileDefinition } from "../../src/policy/compile-definition.js";
import { facts } from "../../src/policy/compile-maker.js";
import { RepositoryPolicy } from "../../src/policy/configuration.js";

const root = join(import.meta.dirname, "../..");
const corpus = join(root, "../shared/argo-corpus");
const schemaFile = join(corpus, "argo-jsonschema-v4.1.2.json");

/** What may be named is another matter: the form of what is made is looked at. */
const policy = RepositoryPolicy.parse({ serviceAccounts: ["**"], secrets: ["**"], templates: ["**"] });

/** Argo's own schema, in which a field that it does not name is a fault, as for an API server that is asked strictly. */
function openSchema() {
  const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as {
    definitions: Record<string, { type?: unknown; properties?: object; additionalProperties?: unknown }>;
  };
  // As the CRDs have it (x-kubernetes-int-or-string).
  schema.definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = { type: ["string", "integer"] };
  for (const each of Object.values(schema.definitions))
    if (each.properties !== undefined && each.additionalProperties === undefined)
      each.additionalProperties = false;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "argo:", definitions: schema.definitions });
  return (object: { kind: string }): string[] => {
    const validate = ajv.getSchema(`argo:#/definitions/io.argoproj.workflow.v1alpha1.${object.kind}`);
    if (validate === undefined) throw new Error(`Argo's schema has no ${object.kind}`);
    return validate(object)
      ? []
      : (validate.errors ?? []).map(
          (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
        );
  };
}

function* folders(): Generator<Manifest[]> {
  for (const folder of [join(root, "workflows-examples"), join(corpus, "manifests")]) {
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      /\.ya?ml$/.test(path),
    );
    for (const path of paths)
      yield checkManifests([{ path, text: readFileSync(join(folder, path), "utf8") }]).manifests;
  }
}

describe.skipIf(!existsSync(schemaFile))(
  "what Sluice makes and Argo's own schema (skipped where it is not at hand)",
  () => {
    it("agree on every field of every run and definition that the examples and the corpus give", () => {
      const faults = openSchema();
      const found: string[] = [];
      let made = 0;
      for (const manifests of folders())
        for (const manifest of manifests) {
          const library = manifests.filter((other) => other !== manifest);
          const input = { manifest, library, facts, namespace: "ci", name: "a-run-0123456789abcde", policy };
          const run = compile(input);
          const objects = "workflow" in run ? [mountToken(run.workflow)] : [];
          const definition = manifest.kind === "Workflow" ? undefined : compileDefinition(input);
          for (const object of [
            ...objects,
            ...(definition !== undefined && "definition" in definition ? [definition.definition] : []),
          ]) {
            made += 1;
            found.push(...faults(object).map((fault) => `${manifest.file} ${object.kind}: ${fault}`));
          }
        }
      expect(found).toEqual([]);
      expect(made).toBeGreaterThan(20);
      expect(faults({ kind: "Workflow", spec: { entripoint: "x" } } as { kind: string })).not.toEqual([]);
    });
  },
);

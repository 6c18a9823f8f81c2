import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { checkManifests } from "../../src/manifest/check.js";
import { KINDS } from "../../src/manifest/schema/check-schema.js";
import { type Manifest, manifestsIn, mutantsOf } from "./mutations.js";
import { openOracle } from "./schema.js";

const CORPUS = "../shared/argo-corpus";
const SCHEMA = join(CORPUS, "argo-jsonschema-v4.1.2.json");
/** The rules that say what a schema could say. */
const SCHEMA_RULES = ["wrong-type", "unknown-field", "missing-field", "unknown-value"];

interface Listed {
  says?: string;
  what?: string;
  reason: string;
}

const listed = parse(readFileSync(new URL("./disagreements.yaml", import.meta.url), "utf8")) as {
  lax: Listed[];
  strict: Listed[];
};

function fits(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

function lint(manifest: Manifest): string[] {
  const text = stringify(manifest, { aliasDuplicateObjects: false });
  const { problems } = checkManifests([{ path: "a.yaml", text }]);
  return problems.filter(({ severity }) => severity === "error").map(({ rule }) => rule);
}

describe.skipIf(!existsSync(SCHEMA))("Argo's JSON schema (skipped where it is not at hand)", () => {
  const oracle = existsSync(SCHEMA) ? openOracle(SCHEMA) : () => [];
  const manifests = existsSync(SCHEMA) ? corpus() : [];
  const used = new Set<Listed>();

  /** What we and the schema see differently, but for what is listed. */
  function disagreement(what: string, manifest: Manifest): string | undefined {
    const [says] = oracle(manifest);
    const rules = lint(manifest);
    if (says !== undefined && rules.length === 0) {
      const known = listed.lax.find((each) => fits(each.says ?? "", says));
      if (!known) return `${what}: the schema says ${says}, lint says nothing`;
      used.add(known);
    }
    const ours = rules.find((rule) => SCHEMA_RULES.includes(rule));
    if (says === undefined && ours !== undefined) {
      const known = listed.strict.find((each) => fits(each.what ?? "", what));
      if (!known) return `${what}: lint says ${ours}, the schema says nothing`;
      used.add(known);
    }
    return undefined;
  }

  it(
    "agrees with lint on Argo's own manifests, and on every way to break a field of them",
    { timeout: 300_000 },
    () => {
      const mutants = mutantsOf(manifests);
      expect(mutants.length).toBeGreaterThan(1000);
      const whole = manifests.map((manifest, index) => disagreement(`manifest ${index}`, manifest));
      const broken = mutants.map(({ what, manifest }) => disagreement(what, manifest));
      expect([...whole, ...broken].filter((text) => text !== undefined)).toEqual([]);
      const stale = [...listed.lax, ...listed.strict].filter((each) => !used.has(each));
      expect(stale, "each listed disagreement exists").toEqual([]);
    },
  );
});

function corpus(): Manifest[] {
  const folder = join(CORPUS, "manifests");
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml") && !path.includes("malformed"))
    .sort();
  const all = paths.flatMap((path) => manifestsIn(readFileSync(join(folder, path), "utf8")));
  return all.filter(({ kind }) => KINDS.some((known) => known === kind));
}

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Library } from "../engine/local/local-engine.js";
import type { WorkflowTemplate } from "../manifest/argo.js";
import { checkManifests } from "../manifest/check.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { RunFault } from "./run-workflow.js";

export interface RunFiles {
  /** Of the file itself. */
  manifests: Manifest[];
  /** What the workflow may refer to: from the file and from those beside it. */
  library: Library;
}

/** Reads the manifest to run and what goes `--with` it. Throws a RunFault after telling the problems. */
export function readRunFiles(
  file: string,
  beside: readonly string[],
  tell: (problem: Problem) => void,
): RunFiles {
  const own = readText(file);
  const others = beside.flatMap(filesOf).map(readText);
  const checked = checkManifests([own, ...others].map(({ path, text }) => ({ path, text })));
  const errors = checked.problems.filter(({ severity }) => severity === "error");
  errors.forEach(tell);
  if (errors.length > 0) throw new RunFault(`${errors[0]?.position.file ?? file} has errors`);
  const configMaps = Object.assign(
    {},
    ...[own, ...others].map((each) => each.configMaps),
  ) as Library["configMaps"];
  return {
    manifests: checked.manifests.filter(({ file: from }) => from === file),
    library: { workflowTemplates: templatesOf(checked.manifests), configMaps },
  };
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" }).sort();
  return names.filter((name) => /\.ya?ml$/.test(name)).map((name) => join(path, name));
}

const OTHER_KINDS = /^kind:\s*["']?(ClusterWorkflowTemplate|ConfigMap)\b/m;

/**
 * On one machine a ClusterWorkflowTemplate is a WorkflowTemplate. ConfigMaps are no manifests of Argo's: they are
 * taken out of the text, their lines left empty.
 */
function readText(path: string): { path: string; text: string; configMaps: Library["configMaps"] } {
  const text = readFileSync(path, "utf8");
  if (!OTHER_KINDS.test(text)) return { path, text, configMaps: {} };
  const configMaps: Library["configMaps"] = {};
  const parts = text.split(/^(---.*\n?)/m).map((part) => {
    if (/^kind:\s*["']?ConfigMap\b/m.test(part)) {
      Object.assign(configMaps, configMapsOf(part));
      return part.replace(/[^\n]+/g, "");
    }
    return part.replace(/^(kind:\s*["']?)ClusterWorkflowTemplate\b/m, "$1WorkflowTemplate");
  });
  return { path, text: parts.join(""), configMaps };
}

function configMapsOf(text: string): Library["configMaps"] {
  const found: Library["configMaps"] = {};
  for (const document of parseAllDocuments(text)) {
    const { metadata, data } = (document.toJS() ?? {}) as { metadata?: { name?: string }; data?: object };
    if (metadata?.name === undefined) continue;
    found[metadata.name] = Object.fromEntries(
      Object.entries(data ?? {}).map(([key, value]: [string, unknown]) => [key, String(value)]),
    );
  }
  return found;
}

function templatesOf(manifests: readonly Manifest[]): Library["workflowTemplates"] {
  const templates = manifests.flatMap(({ object }) => (object.kind === "WorkflowTemplate" ? [object] : []));
  return Object.fromEntries(
    templates.map((template): [string, WorkflowTemplate] => [template.metadata.name ?? "", template]),
  );
}

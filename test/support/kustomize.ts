import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

interface Kustomization {
  resources?: string[];
  components?: string[];
  patches?: { path?: string }[];
  configMapGenerator?: { name: string; files?: string[] }[];
}

/** All objects in a YAML text; throws on what is no YAML. */
export function readObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    const value = document.toJS() as KubernetesObject | null;
    return value === null ? [] : [value];
  });
}

/** What a folder with a kustomization brings in, files that are named and missing too. Applies no patch and no name. */
export function collect(directory: string): { objects: KubernetesObject[]; missing: string[] } {
  const kustomization = parse(readFileSync(join(directory, "kustomization.yaml"), "utf8")) as Kustomization;
  const found: { objects: KubernetesObject[]; missing: string[] } = { objects: [], missing: [] };
  for (const each of [...(kustomization.resources ?? []), ...(kustomization.components ?? [])]) {
    const path = join(directory, each);
    if (!existsSync(path)) found.missing.push(path);
    else if (!statSync(path).isDirectory()) found.objects.push(...readObjects(readFileSync(path, "utf8")));
    else {
      const inner = collect(path);
      found.objects.push(...inner.objects);
      found.missing.push(...inner.missing);
    }
  }
  const files = [
    ...(kustomization.patches ?? []).flatMap(({ path }) => path ?? []),
    ...(kustomization.configMapGenerator ?? []).flatMap(({ files: named }) => named ?? []),
  ].map((file) => join(directory, file.split("=").at(-1) ?? file));
  found.missing.push(...files.filter((file) => !existsSync(file)));
  return found;
}

const renderers: [string, string[]][] = [
  ["kustomize", ["build"]],
  ["kubectl", ["kustomize"]],
];
const [renderer] = renderers.filter(([command]) => spawnSync(command, ["version", "--client"]).status === 0);

export const canRender = renderer !== undefined;

/** As `kubectl apply -k` would send it. */
export function render(directory: string): KubernetesObject[] {
  if (renderer === undefined) throw new Error("neither kustomize nor kubectl is here");
  const [command, args] = renderer;
  return readObjects(execFileSync(command, [...args, directory], { encoding: "utf8" }));
}

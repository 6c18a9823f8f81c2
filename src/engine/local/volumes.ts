import { existsSync, lstatSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Container, Template, Workflow } from "../../manifest/argo.js";
import { segment } from "./segment.js";
import { StepFault } from "./environment.js";
import type { Library } from "./interpreter/facts.js";
import type { Mount } from "./namespace.js";

interface Volume {
  name: string;
  emptyDir?: object;
  configMap?: { name?: string; items?: { key: string; path: string }[]; optional?: boolean };
  [kind: string]: unknown;
}

/** Where the volumes of one step lie: `own` goes with the step, `shared` with the run. */
export interface VolumeFolders {
  own: string;
  shared: string;
}

/** The volumes that the containers of a step mount, as folders of the host, outer ones first. */
export function volumeMounts(
  template: Template,
  containers: readonly Container[],
  workflow: Workflow,
  library: Library,
  folders: VolumeFolders,
): Mount[] {
  const spec = workflow.status?.storedWorkflowTemplateSpec ?? workflow.spec;
  const declared = [...listOf(template["volumes"]), ...listOf(spec["volumes"])];
  const claims = listOf(spec["volumeClaimTemplates"]).map((claim) => {
    const { name } = (claim["metadata"] ?? {}) as { name?: string };
    return name;
  });
  const mounts = containers.flatMap((container) => container.volumeMounts ?? []);
  const byPath = new Map(
    mounts.map(({ name, mountPath, subPath }) => {
      const volume = declared.find((each) => each.name === name);
      const host = volume
        ? folderOf(volume, library, folders.own)
        : claims.includes(name)
          ? made(join(folders.shared, segment(name)))
          : undefined;
      if (host === undefined) throw new StepFault(`volume ${name} is not declared`);
      const inside = typeof subPath === "string" && subPath !== "" ? subFolder(host, name, subPath) : host;
      return [mountPath.replace(/(.)\/+$/, "$1"), inside] as const;
    }),
  );
  return [...byPath].map(([path, host]) => ({ path, host })).sort((a, b) => a.path.length - b.path.length);
}

/** Nothing is made before it is known to be inside, also where steps of the run have left links in the volume. */
function subFolder(host: string, name: string, subPath: string): string {
  const fault = new StepFault(`volume ${name}: subPath leads out of it`);
  const inside = join(host, subPath).replace(/\/$/, "");
  if (inside !== host && !inside.startsWith(`${host}/`)) throw fault;
  const root = realpathSync(host);
  let there = inside;
  while (lstatSync(there, { throwIfNoEntry: false }) === undefined) there = dirname(there);
  if (!existsSync(there)) throw fault;
  const real = realpathSync(there);
  if (real !== root && !real.startsWith(`${root}/`)) throw fault;
  return made(join(real, inside.slice(there.length)));
}

function listOf(value: unknown): Volume[] {
  return Array.isArray(value) ? (value as Volume[]) : [];
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o777 });
  return folder;
}

function folderOf(volume: Volume, library: Library, own: string): string {
  const folder = made(join(own, segment(volume.name)));
  const { configMap } = volume;
  if (!configMap) return folder;
  const values = library.configMaps[configMap.name ?? ""];
  if (!values && configMap.optional !== true)
    throw new StepFault(`volume ${volume.name}: ConfigMap ${configMap.name ?? ""} is not known here`);
  const items = configMap.items ?? Object.keys(values ?? {}).map((key) => ({ key, path: key }));
  for (const { key, path } of items) {
    const file = join(folder, path);
    if (!file.startsWith(`${folder}/`)) throw new StepFault(`volume ${volume.name}: ${path} leads out of it`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, values?.[key] ?? "");
  }
  return folder;
}

import type { Template, TemplateRef, WorkflowSpec } from "../manifest/argo.js";
import type { RepositoryPolicy } from "./configuration.js";
import { matchesFilter } from "./glob.js";

export type Protected = RepositoryPolicy["protected"];

/**
 * The protected service account or Secret that a template's own pod would use, in words; undefined when none. Of an `open`
 * template a run may take the account away, so that the pod gets the run's.
 */
export function protectedUse(
  template: Template,
  spec: WorkflowSpec,
  guarded: Protected,
  { open = false } = {},
): string | undefined {
  if (!hasPod(template)) return undefined;
  const defaults = spec.templateDefaults ?? {};
  const inherited = inheritedAccount(spec);
  const own = template.serviceAccountName ?? inherited;
  const others = [defaults.serviceAccountName, spec.serviceAccountName ?? "default"];
  const account = [own, ...(open ? others : [])].find(
    (name) => name !== undefined && matchesFilter(guarded.serviceAccounts, name),
  );
  if (account !== undefined) return `service account \`${account}\``;
  const mounted = namesIn([template, defaults], "volumeMounts");
  const volumes = [spec["volumes"], defaults["volumes"]].flatMap((list) =>
    (Array.isArray(list) ? (list as { name?: unknown }[]) : []).filter(({ name }) =>
      mounted.has(String(name)),
    ),
  );
  return protectedSecret([template, defaults, volumes, spec.arguments ?? {}], guarded);
}

/**
 * What a pod of a cluster's template may get from the run that calls it: Argo gives it the run's account, defaults and
 * volumes wherever it has none of its own, and its content is not known here.
 */
export function protectedInherited(spec: WorkflowSpec, guarded: Protected): string | undefined {
  // Of the defaults, too, a tag that ends in another field may take the account away.
  const account = [inheritedAccount(spec), spec.serviceAccountName ?? "default"].find((name) =>
    matchesFilter(guarded.serviceAccounts, name),
  );
  if (account !== undefined) return `service account \`${account}\``;
  return protectedSecret([spec.templateDefaults ?? {}, spec["volumes"] ?? [], spec.arguments ?? {}], guarded);
}

/** Kubernetes' own where none is named. */
function inheritedAccount({ templateDefaults, serviceAccountName }: WorkflowSpec): string {
  return templateDefaults?.serviceAccountName ?? serviceAccountName ?? "default";
}

function protectedSecret(parts: unknown[], guarded: Protected): string | undefined {
  const secret = [...secretsIn(parts)].find((name) => matchesFilter(guarded.secrets, name));
  return secret === undefined ? undefined : `Secret \`${secret}\``;
}

/** A template of the cluster whose content is not known here. */
export function protectedTemplate(
  { name = "", clusterScope }: TemplateRef,
  guarded: Protected,
): string | undefined {
  const key = clusterScope === true ? `cluster/${name}` : name;
  return matchesFilter(guarded.templates, key) ? `template \`${key}\`` : undefined;
}

/** Everything but what only calls others or waits. */
function hasPod(template: Template): boolean {
  const calls = template.steps !== undefined || template.dag !== undefined;
  const runs = template.container !== undefined || template.script !== undefined;
  return runs || (!calls && template.suspend === undefined);
}

/** The names in all lists of this key, wherever they are. */
function namesIn(part: unknown, key: string, found = new Set<string>()): Set<string> {
  if (typeof part !== "object" || part === null) return found;
  for (const [name, inner] of Object.entries(part)) {
    if (name === key && Array.isArray(inner))
      for (const item of inner as { name?: unknown }[]) found.add(String(item?.name));
    namesIn(inner, key, found);
  }
  return found;
}

/** The names of the Secrets that a part refers to, by the ways of Kubernetes and of Argo's artifacts. */
function secretsIn(part: unknown, found = new Set<string>()): Set<string> {
  if (typeof part !== "object" || part === null) return found;
  for (const [key, inner] of Object.entries(part)) {
    if (/^secret|Secret$/.test(key) && typeof inner === "object" && inner !== null) {
      const { name, secretName } = inner as { name?: unknown; secretName?: unknown };
      for (const text of [name, secretName]) if (typeof text === "string") found.add(text);
    }
    // A call's inline template is a template of its own.
    if (key !== "inline") secretsIn(inner, found);
  }
  return found;
}

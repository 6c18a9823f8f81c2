import type { Manifest } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { annotation } from "../run/metadata.js";
import { annotationPath, problemAt } from "./problem-at.js";

export type TokenPermissions = Record<string, "read" | "write">;

/** What a run's token may ever hold, and the most of it. Nothing that changes people, secrets, settings or workflows, and no checks or statuses: the token is Sluice's own, so a run could write the check that it is judged by. */
const most: Record<string, "read" | "write"> = {
  contents: "write",
  pull_requests: "write",
  issues: "write",
  deployments: "write",
  packages: "write",
  actions: "read",
};
const hint = `Write e.g. 'contents: read, pull_requests: write'; the names are ${Object.keys(most).join(", ")}.`;

/**
 * The permissions that `sluice.dev/token-permissions` asks for. As in GitHub Actions, naming any leaves out all the
 * others; without the annotation the token reads contents. `metadata: read` is always there. What is wrong is left out.
 */
export function parseTokenPermissions(manifest: Manifest): {
  permissions: TokenPermissions;
  problems: Problem[];
} {
  const text = manifest.object.metadata.annotations?.[annotation.tokenPermissions];
  if (text === undefined) return { permissions: { metadata: "read", contents: "read" }, problems: [] };
  const permissions: TokenPermissions = { metadata: "read" };
  const named = new Set<string>();
  const problems: Problem[] = [];
  for (const entry of String(text).split(/[,\n]/)) {
    if (entry.trim() === "") continue;
    const fault = readEntry(entry.trim(), named, permissions);
    if (fault === undefined) continue;
    const path = annotationPath(annotation.tokenPermissions);
    problems.push(
      problemAt(manifest, path, { rule: "token-permissions", message: fault, hint, text: String(text) }),
    );
  }
  return { permissions, problems };
}

/** The permissions that a ceiling leaves of those asked for; `metadata: read` always stays. */
export function within(asked: TokenPermissions, ceiling: TokenPermissions | undefined): TokenPermissions {
  if (ceiling === undefined) return asked;
  const left = Object.entries(asked).flatMap(([name, level]): [string, "read" | "write"][] => {
    const most = name === "metadata" ? "read" : Object.hasOwn(ceiling, name) ? ceiling[name] : undefined;
    return most === undefined ? [] : [[name, level === "write" ? most : level]];
  });
  return Object.fromEntries(left);
}

/** Adds one `name: level`; answers with what is wrong with it. Actions' spelling with a dash is taken too. */
function readEntry(entry: string, named: Set<string>, permissions: TokenPermissions): string | undefined {
  const match = /^([A-Za-z_-]+)\s*:\s*([A-Za-z]+)$/.exec(entry);
  if (match === null) return `\`${entry}\` is not a permission and its level.`;
  const name = (match[1] ?? "").replaceAll("-", "_");
  const level = match[2];
  if (level !== "read" && level !== "write" && level !== "none")
    return `\`${level ?? ""}\` is not a level of ${name}.`;
  if (named.has(name)) return `\`${name}\` is named twice.`;
  named.add(name);
  if (name === "metadata" && level === "read") return undefined;
  const limit = Object.hasOwn(most, name) ? most[name] : undefined;
  if (limit === undefined) return `A run's token cannot have \`${name}\`.`;
  if (level === "write" && limit === "read") return `A run's token can only read \`${name}\`.`;
  if (level !== "none") permissions[name] = level;
  return undefined;
}

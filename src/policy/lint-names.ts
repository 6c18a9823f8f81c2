import { nearest } from "../manifest/nearest.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";
import { annotation } from "../run/metadata.js";
import { problemAt } from "./problem-at.js";
import { parseTrigger } from "./trigger.js";

const prefix = "sluice.dev/";
const ofManifest = [annotation.on, annotation.tokenPermissions, annotation.comment];
const ofGate = [
  annotation.approvals,
  annotation.approvers,
  annotation.approve,
  annotation.rejectOnChanges,
  annotation.codeOwners,
];

/**
 * Keys with Sluice's prefix that mean nothing where they stand: a rule with a typo, or in the wrong place, would
 * silently be a weaker rule.
 */
export function lintAnnotations(manifest: Manifest): Problem[] {
  const found: { path: Path; name: string; known: readonly string[] }[] = [];
  const walk = (value: unknown, path: Path): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      const at = [...path, Array.isArray(value) ? Number(key) : key];
      if (key.startsWith(prefix)) found.push({ path: at, name: key, known: knownAt(path) });
      walk(child, at);
    }
  };
  walk(manifest.object, []);
  return found
    .filter(({ name, known }) => !known.includes(name))
    .map(({ path, name, known }) => {
      const message = `\`${name}\` means nothing here, and would be ignored.`;
      const close = nearest(name, known);
      const hint =
        close !== undefined
          ? `Did you mean \`${close}\`?`
          : ofGate.some((each) => each === name)
            ? "It belongs into `metadata.annotations` of a suspend template."
            : `Known here: ${known.join(", ") || "none"}.`;
      return problemAt(manifest, path, { rule: "unknown-annotation", message, hint, text: name }, "key");
    });
}

function knownAt(path: Path): readonly string[] {
  const place = path.map((part) => (typeof part === "number" ? "*" : part)).join(".");
  if (place === "metadata.annotations") return ofManifest;
  return /^spec\.(workflowSpec\.)?templates\.\*\.(.*\.inline\.)?metadata\.annotations$/.test(place)
    ? [...ofGate, annotation.environment]
    : [];
}

/** Manifests of one `.workflows` folder that events start are told apart by their names: two of one name would be one run and one check. */
export function lintManifestNames(manifests: readonly Manifest[]): Problem[] {
  const started = manifests.filter(
    (manifest) =>
      /(^|\/)\.workflows$/.test(folderOf(manifest)) && parseTrigger(manifest).trigger !== undefined,
  );
  return started.flatMap((manifest) => {
    const other = started.find(
      (each) => each !== manifest && each.name === manifest.name && folderOf(each) === folderOf(manifest),
    );
    if (other === undefined) return [];
    const { file, line } = other.positionOf(["metadata", "name"]);
    const message = `The manifest at ${file}:${line} has the name \`${manifest.name}\` too.`;
    const hint = "Give each manifest its own `metadata.name`: it names the check.";
    return [problemAt(manifest, ["metadata", "name"], { rule: "duplicate-manifest", message, hint })];
  });
}

function folderOf({ file }: Manifest): string {
  return file.slice(0, Math.max(file.lastIndexOf("/"), 0));
}

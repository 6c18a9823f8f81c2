import type { Template } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";
import { annotation } from "../run/metadata.js";
import { annotationPath, problemAt } from "./problem-at.js";

/** The only kind of comment there is. */
const summary = "summary";
/** GitHub takes no longer names (REST API reference, "Create a deployment"). */
const longestEnvironment = 255;

/** Whether the manifest asks for a comment on its pull requests; off by default. */
export function wantsComment(manifest: Manifest): boolean {
  const given: unknown = manifest.object.metadata.annotations?.[annotation.comment];
  return typeof given === "string" && given.trim() === summary;
}

/** The GitHub environment that a template names; undefined when it names none that GitHub takes. */
export function environmentOf(template: Template | undefined): string | undefined {
  const given = template?.metadata?.annotations?.[annotation.environment];
  const name = typeof given === "string" ? given.trim() : "";
  return faultOf(name) === undefined ? name : undefined;
}

function faultOf(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("{{")) return "holds a tag: environments are named in the manifest, not by a value";
  if (name.length > longestEnvironment) return `is longer than ${longestEnvironment} characters`;
  return /[\0-\x1f\x7f]/.test(name) ? "holds a control character" : undefined;
}

export function lintComment(manifest: Manifest): Problem[] {
  const given = manifest.object.metadata.annotations?.[annotation.comment];
  if (given === undefined || wantsComment(manifest)) return [];
  const message = `\`${annotation.comment}\` can be \`${summary}\` only.`;
  const hint = `Write \`${annotation.comment}: ${summary}\` for one comment per pull request, or leave it out for none.`;
  return [
    problemAt(manifest, annotationPath(annotation.comment), {
      rule: "comment",
      message,
      hint,
      text: String(given),
    }),
  ];
}

export function lintEnvironment(manifest: Manifest, template: Template, path: Path): Problem[] {
  const given = template.metadata?.annotations?.[annotation.environment];
  const fault = given === undefined ? undefined : faultOf(String(given).trim());
  if (fault === undefined) return [];
  const message = `\`${annotation.environment}\` ${fault}.`;
  const hint = "Name a GitHub environment, e.g. `production`.";
  const at = [...path, "metadata", "annotations", annotation.environment];
  return [problemAt(manifest, at, { rule: "environment", message, hint, text: String(given) })];
}

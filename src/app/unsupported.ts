import type { Unsupported } from "../engine/engine.js";
import type { Workflow } from "../manifest/argo.js";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";

/**
 * What an engine cannot run, at its line in the manifest. Templates stand at other indices in the compiled workflow,
 * so they are found by name; one that came from another manifest is reported at this manifest's spec.
 */
export function positionOfUnsupported(part: Unsupported, workflow: Workflow, manifest: Manifest): Problem {
  return {
    severity: "error",
    rule: "not-supported",
    message: part.message,
    hint: "Remove it, or run this manifest on an engine that knows it.",
    position: manifest.positionOf(pathInManifest(part.path, workflow, manifest)),
  };
}

/** What an engine was asked to take and refused, at its line in the manifest. */
export function positionOfRefused(part: Unsupported, workflow: Workflow, manifest: Manifest): Problem {
  const { hint: _hint, ...problem } = positionOfUnsupported(part, workflow, manifest);
  return { ...problem, rule: "refused-by-cluster" };
}

function pathInManifest(path: Path, workflow: Workflow, manifest: Manifest): Path {
  const root: Path = manifest.kind === "CronWorkflow" ? ["spec", "workflowSpec"] : ["spec"];
  if (path[0] !== "spec") return path;
  const [, field, index, ...rest] = path;
  if (field !== "templates" || typeof index !== "number") return [...root, ...path.slice(1)];
  const name = workflow.spec.templates?.[index]?.name;
  const { object } = manifest;
  const spec = object.kind === "CronWorkflow" ? object.spec.workflowSpec : object.spec;
  const templates = spec.templates ?? [];
  const place = templates.findIndex((template) => template.name === name);
  return place < 0 ? root : [...root, "templates", place, ...rest];
}

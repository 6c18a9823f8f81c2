import type { Artifact, Template, Workflow } from "../../../manifest/argo.js";
import type { Path } from "../../../manifest/problem.js";
import type { Unsupported } from "../../engine.js";
import { repositoryKey } from "../interpreter/key-only.js";

/** What steps that run in their images do not have, besides what the engine has not at all. */
export function unsupportedByImages({ spec, status }: Workflow): Unsupported[] {
  const templates = (status?.storedWorkflowTemplateSpec ?? spec).templates ?? [];
  return templates.flatMap((template, index) => problemsOf(template, ["spec", "templates", index]));
}

function problemsOf(template: Template, path: Path): Unsupported[] {
  const set =
    template["containerSet"] === undefined
      ? []
      : [
          {
            path: [...path, "containerSet"],
            message: "the executor of images has no containerSet templates",
          },
        ];
  return [
    ...set,
    ...keyed(template.inputs?.artifacts, [...path, "inputs", "artifacts"]),
    ...keyed(template.outputs?.artifacts, [...path, "outputs", "artifacts"]),
  ];
}

function keyed(artifacts: Artifact[] | undefined, path: Path): Unsupported[] {
  return (artifacts ?? []).flatMap((artifact, index) => {
    if (repositoryKey(artifact) === undefined) return [];
    const message = "the executor of images has no artifacts under keys of their own";
    return [{ path: [...path, index], message }];
  });
}

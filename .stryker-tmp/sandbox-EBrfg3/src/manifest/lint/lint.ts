import type { Manifest } from "../manifest.js";
import type { Problem } from "../problem.js";
import { lintArguments } from "./arguments.js";
import { lintCalls, lintWorkflowTemplateRef } from "./calls.js";
import { lintDependencies } from "./dependencies.js";
import { lintRecursion } from "./recursion.js";
import { lintReferences } from "./references.js";
import { sceneOf } from "./scene.js";
import { lintTemplates } from "./templates.js";

/**
 * What Argo's own lint would refuse, and what would surprise: over all manifests of a commit, because a templateRef
 * may lead to another file. An error is only what cannot work; what the cluster may know better is a warning.
 */
export function lintManifests(manifests: readonly Manifest[]): Problem[] {
  const problems: Problem[] = [];
  const library = new Map(
    manifests.filter(({ kind }) => kind === "WorkflowTemplate").map((manifest) => [manifest.name, manifest]),
  );
  for (const manifest of manifests) {
    const scene = sceneOf(manifest, library, problems);
    lintTemplates(scene);
    lintCalls(scene);
    lintWorkflowTemplateRef(scene);
    lintArguments(scene);
    lintDependencies(scene);
    lintReferences(scene);
    lintRecursion(scene);
  }
  return problems;
}

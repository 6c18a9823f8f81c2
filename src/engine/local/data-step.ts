import { evaluateExpression } from "../../expression/expr.js";
import { marshal } from "../../expression/go-format.js";
import type { Artifact, Json } from "../../manifest/argo.js";
import { StepFault } from "./environment.js";
import { repositoryKey } from "./interpreter/key-only.js";
import { keysBelow } from "./repository.js";
import type { StepEnd, StepOptions, StepStart } from "./step-start.js";

interface DataTemplate {
  source?: { artifactPaths?: Artifact };
  transformation?: { expression: string }[];
}

/** Lists the keys of the artifact repository below one, and transforms the list; the result is JSON. */
export async function runData(options: StepOptions, step: StepStart): Promise<StepEnd> {
  const { source, transformation = [] } = step.template["data"] as DataTemplate;
  const artifact = source?.artifactPaths;
  const key = artifact && (repositoryKey(artifact) ?? artifact.key);
  if (key === undefined)
    throw new StepFault("data: only artifactPaths with a key of the artifact repository");
  let data: unknown = keysBelow(options.directory, step.uid, key);
  for (const { expression } of transformation) data = evaluateExpression(expression, { data }, Date.now());
  return { phase: "Succeeded", message: "", outputs: { result: marshal(data as Json), exitCode: "0" } };
}

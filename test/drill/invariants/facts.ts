import type { NodeStatus, Workflow } from "../../../src/manifest/argo.js";
import type { Scene } from "../scene.js";
import type { World } from "../world.js";

/** What an invariant is checked on. Whatever is read of the App's is read here, from what it wrote. */
export interface Sight {
  world: World;
  scene: Scene;
  workflows: readonly Workflow[];
}

/** What is wrong, a sentence each. */
export type Invariant = (sight: Sight) => string[];

interface Facts {
  repository: string;
  manifest: string;
  headSha: string;
  trigger: string;
  attempt: number;
  event: string;
}

export function factsOf({ metadata }: Workflow): Facts {
  return JSON.parse(metadata.annotations?.["sluice.dev/facts"] ?? "{}") as Facts;
}

/** Gates that a run has reached, in the order in which they opened. */
export function gatesOf({ status }: Workflow): NodeStatus[] {
  return Object.values(status?.nodes ?? {})
    .filter(({ type, displayName }) => type === "Suspend" && displayName !== "github-authorize")
    .toSorted((a, b) => (a.startedAt ?? "").localeCompare(b.startedAt ?? ""));
}

/** How the engine says that a step ended because the App was killed. */
export function wasInterrupted({ status }: Workflow): boolean {
  return Object.values(status?.nodes ?? {}).some(({ message }) => message?.includes("interrupted") === true);
}

/** How a gate was decided, as the run says it. */
export function auditOf(
  { metadata }: Workflow,
  nodeId: string,
): { decision: string; decidedAt: string } | undefined {
  const text = metadata.annotations?.[`sluice.dev/gate.${nodeId}`];
  return text === undefined ? undefined : (JSON.parse(text) as { decision: string; decidedAt: string });
}

export function titleOf({ metadata }: Workflow): string {
  return metadata.name ?? "?";
}

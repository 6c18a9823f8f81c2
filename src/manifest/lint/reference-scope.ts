import type { Call, Template } from "../argo.js";
import { ancestorsOf, edgesOf } from "./dependencies.js";
import { AUTHORIZE, calledTemplate, inputNames, isAuthorize, isDynamic, namedCalls } from "./scene.js";
import type { NamedCall, Scene, TemplateAt } from "./scene.js";

/** What a step or task gives to others; undefined where it is known only to the cluster. */
export interface OutputNames {
  parameters?: ReadonlySet<string>;
  artifacts?: ReadonlySet<string>;
}

/** The steps or tasks around a place. */
export interface Peers {
  what: "step" | "task";
  names: () => string[];
  /** Undefined when there is no such step or task. */
  outputsOf: (name: string) => OutputNames | undefined;
  /** Some of them could not be read: whatever has no name here may be one. */
  isIncomplete: boolean;
  /** Whether it has run when the place is read. */
  isReady: (name: string) => boolean;
}

/** What tags may refer to in a place. */
export interface ReferenceScope {
  /** Outside templates only `workflow.` means something. */
  workflowOnly?: boolean;
  /** Whether the arguments of this very workflow are there: a template may also be called from another file. */
  isReachable: boolean;
  parameters?: ReadonlySet<string>;
  artifacts?: ReadonlySet<string>;
  peers?: readonly Peers[];
  /** Inside a template that takes part in no steps or dag of its own. */
  isLeaf?: boolean;
}

export function templateScope(
  scene: Scene,
  at: TemplateAt,
  around: ReferenceScope | undefined,
): ReferenceScope {
  const own = inputNames(at.template.inputs);
  return {
    isReachable: around?.isReachable ?? isOwn(scene),
    ...(scene.isLost([...at.path, "inputs"])
      ? {}
      : {
          parameters: new Set([...own.parameters, ...(around?.parameters ?? [])]),
          artifacts: new Set([...own.artifacts, ...(around?.artifacts ?? [])]),
        }),
    peers: around?.peers ?? [],
    isLeaf: at.template.steps === undefined && at.template.dag === undefined,
  };
}

/** Whether the workflow parameters of this manifest are those of the run: a library is called from elsewhere. */
function isOwn({ manifest }: Scene): boolean {
  if (manifest.kind !== "WorkflowTemplate") return true;
  return manifest.object.metadata.annotations?.["sluice.dev/on"] !== undefined;
}

/** The steps or tasks of a template, for all places in it; a place adds which of them it sees. */
export function peersOf(scene: Scene, at: TemplateAt): Peers {
  const calls = new Map(namedCalls(at).map((named) => [named.call.name, named]));
  const outputs = new Map<string, OutputNames>();
  const isIncomplete =
    scene.isLost([...at.path, "steps"], 2) || scene.isLost([...at.path, "dag", "tasks"], 1);
  return {
    what: at.template.dag === undefined ? "step" : "task",
    names: () => [...calls.keys()],
    isIncomplete,
    isReady: () => true,
    outputsOf: (name) => {
      const named = calls.get(name);
      if (named !== undefined && !outputs.has(name)) outputs.set(name, outputsOf(scene, named));
      return outputs.get(name) ?? (isIncomplete ? {} : undefined);
    },
  };
}

/** A step sees the steps of earlier groups, a task those that it waits for. */
export function callScopes(
  at: TemplateAt,
  peers: Peers,
  scope: ReferenceScope,
): (named: NamedCall) => ReferenceScope {
  const groups = new Map(namedCalls(at).map(({ call, group }) => [call.name, group]));
  const edges = edgesOf(at.template.dag?.tasks ?? []);
  return (named) => {
    let ancestors: Set<string> | undefined;
    const isReady = (name: string): boolean => {
      if (peers.isIncomplete && !groups.has(name)) return true;
      if (named.what === "step") return (groups.get(name) ?? 0) < named.group;
      ancestors ??= ancestorsOf(named.call.name, edges);
      return ancestors.has(name);
    };
    return withPeers({ ...peers, isReady }, scope);
  };
}

/** Hooks look at the step they belong to, outputs of a template at all its steps or tasks. */
export function withPeers(peers: Peers, scope: ReferenceScope): ReferenceScope {
  return { ...scope, peers: [peers, ...(scope.peers ?? [])] };
}

function outputsOf(scene: Scene, named: NamedCall): OutputNames {
  if (isAuthorize(scene, named)) return { parameters: new Set(["github-token"]) };
  const template = calledTemplate(scene, named);
  if (template === undefined || isUnsure(named.call)) return {};
  const at = scene.templates.find((candidate) => candidate.template === template);
  return at !== undefined && scene.isLost([...at.path, "outputs"]) ? {} : outputNames(template);
}

function isUnsure(call: Call): boolean {
  return isDynamic(call.template ?? "") || (call.template === AUTHORIZE && call.inline !== undefined);
}

function outputNames({ outputs }: Template): OutputNames {
  return {
    parameters: new Set((outputs?.parameters ?? []).map(({ name }) => name)),
    artifacts: new Set((outputs?.artifacts ?? []).map(({ name }) => name)),
  };
}

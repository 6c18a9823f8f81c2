import type { Call, Template } from "../argo.js";
import { ancestorsOf } from "./dependencies.js";
import { AUTHORIZE, calledTemplate, inputNames, isAuthorize, isDynamic, namedCalls } from "./scene.js";
import type { NamedCall, Scene, TemplateAt } from "./scene.js";

/** What a step or task gives to others; undefined where it is known only to the cluster. */
export interface OutputNames {
  parameters?: ReadonlySet<string>;
  artifacts?: ReadonlySet<string>;
}

/** Steps or tasks that can be referred to, and those that exist but not yet, or not before this task. */
export interface Peers {
  what: "step" | "task";
  ready: ReadonlyMap<string, OutputNames>;
  others: ReadonlySet<string>;
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

/** A step sees the steps of earlier groups, a task those that it waits for. */
export function callScope(
  scene: Scene,
  at: TemplateAt,
  named: NamedCall,
  scope: ReferenceScope,
): ReferenceScope {
  const calls = namedCalls(at).filter(({ what }) => what === named.what);
  const ready = named.what === "step" ? earlier(calls, named) : awaited(at, calls, named);
  return withPeers(scene, scope, named.what, calls, ready);
}

function earlier(calls: readonly NamedCall[], { group }: NamedCall): NamedCall[] {
  return calls.filter((call) => call.group < group);
}

function awaited(at: TemplateAt, calls: readonly NamedCall[], { call }: NamedCall): NamedCall[] {
  if (!JSON.stringify(call).includes("tasks.")) return [];
  const ancestors = ancestorsOf(call.name, at.template.dag?.tasks ?? []);
  return calls.filter((candidate) => ancestors.has(candidate.call.name));
}

/** A hook may look at the step it belongs to. */
export function hookScope(
  scene: Scene,
  at: TemplateAt,
  named: NamedCall,
  inCall: ReferenceScope,
): ReferenceScope {
  const calls = namedCalls(at).filter(({ what }) => what === named.what);
  return withPeers(scene, inCall, named.what, calls, calls);
}

/** The outputs of a template may look at all its steps or tasks. */
export function outputScope(scene: Scene, at: TemplateAt, scope: ReferenceScope): ReferenceScope {
  const calls = namedCalls(at);
  const what = at.template.dag === undefined ? "step" : "task";
  return scope.isLeaf === true ? scope : withPeers(scene, scope, what, calls, calls);
}

function withPeers(
  scene: Scene,
  scope: ReferenceScope,
  what: Peers["what"],
  all: readonly NamedCall[],
  ready: readonly NamedCall[],
): ReferenceScope {
  const outputs = new Map(ready.map((call) => [call.call.name, outputsOf(scene, call)]));
  const others = new Set(
    all.map(({ call }) => call.name).filter((name) => name !== undefined && !outputs.has(name)),
  );
  return { ...scope, peers: [{ what, ready: outputs, others }, ...(scope.peers ?? [])] };
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

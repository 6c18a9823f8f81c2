import type { Call, LifecycleHook, Template, WorkflowSpec } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { refusalOutputs } from "./gate-outputs.js";
import { isGate } from "./gate-rules.js";
import { openTemplates } from "./open-templates.js";
import { protectedInherited, protectedTemplate, protectedUse, type Protected } from "./protected-uses.js";
import { analyzeDag } from "./unapproved-dag.js";
import {
  analyzeSteps,
  type Analysis,
  type Outcome,
  type Outcomes,
  type Scene,
} from "./unapproved-outcomes.js";
import { knownOutputs } from "./unapproved-when.js";
import { callsOf, everyTemplate, objectsIn } from "./walk-templates.js";

/** A call that can run what is protected before any gate of the run was approved. */
export interface Unguarded {
  /** Of the call, from the spec's parent: `["spec", "templates", 0, "steps", ...]`. */
  path: Path;
  template: string;
  /** What it uses, in words. */
  uses: string;
}

/**
 * Proves that whatever uses a protected service account, Secret or template runs only after a gate was approved in
 * the same run, or names the calls where that does not hold.
 *
 * The proof supposes that no gate is ever approved: each waits for ever, is rejected, is stopped or times out. It then
 * finds all that could run, erring to the side of running: any step may end either way, any value that is not known
 * may be anything, whatever `depends`, `continueOn`, loops, hooks and exit handlers let go on goes on. What is
 * protected must not be among it, in either of two worlds. In one, a pod forges what gates and steps give, so that no
 * `when` is worth anything; only how a node has ended is true (Argo takes any pod's word for a node's outputs, and not
 * for its phase). In the other, outputs are honest, and who answers a gate by other means than Sluice may end it well
 * with outputs that mean no: what follows such a gate must demand the approving value in `when`.
 */
export function findUnguarded(spec: WorkflowSpec, guarded: Protected): Unguarded[] {
  const lists = [guarded.serviceAccounts, guarded.secrets, guarded.templates];
  if (lists.every((list) => list.length === 0)) return [];
  const found = [true, false].flatMap((forged) => unguardedIn(openWorld(spec, forged), spec, guarded));
  const keyOf = ({ path, template, uses }: Unguarded) => JSON.stringify([path, template, uses]);
  return [...new Map(found.map((each) => [keyOf(each), each])).values()];
}

function unguardedIn(world: World, spec: WorkflowSpec, guarded: Protected): Unguarded[] {
  const found: Unguarded[] = [];
  const seen = new Set<Template>();
  const queue = rootsOf(spec);
  for (let at = 0; at < queue.length; at += 1) {
    const { reference, path } = queue[at] ?? { reference: {}, path: [] };
    if (reference.templateRef !== undefined) {
      const uses = protectedTemplate(reference.templateRef, guarded) ?? protectedInherited(spec, guarded);
      if (uses !== undefined) found.push({ path, template: reference.templateRef.template ?? "", uses });
    }
    for (const template of world.targets(reference)) {
      const uses = protectedUse(template, spec, guarded, { open: world.isOpen(template) });
      if (uses !== undefined) found.push({ path, template: template.name ?? nameOf(reference), uses });
      if (seen.has(template)) continue;
      seen.add(template);
      queue.push(...callsFrom(template, world));
    }
  }
  return found;
}

type Target = Pick<Call, "template" | "templateRef" | "inline">;
interface Visit {
  reference: Target;
  path: Path;
}

interface World {
  targets(reference: Target): Template[];
  pathOf(template: Template): Path;
  analysisOf(template: Template): Analysis;
  /** Whether the run may rewrite it. */
  isOpen(template: Template): boolean;
}

/** Everything that starts by itself: the exit handlers and hooks run whatever happened. */
function rootsOf(spec: WorkflowSpec): Visit[] {
  const visits: Visit[] = [];
  if (spec.entrypoint !== undefined)
    visits.push({ reference: { template: spec.entrypoint }, path: ["spec", "entrypoint"] });
  if (spec.onExit !== undefined)
    visits.push({ reference: { template: spec.onExit }, path: ["spec", "onExit"] });
  for (const [key, hook] of Object.entries(spec.hooks ?? {}))
    visits.push({ reference: hook, path: ["spec", "hooks", key] });
  return visits;
}

/** The calls of a template that are reached, each with its hooks: a hook may see to a call that was skipped, too. */
function callsFrom(template: Template, world: World): Visit[] {
  const base = world.pathOf(template);
  return world.analysisOf(template).reached.flatMap(({ call, path, starts }): Visit[] => {
    const at = [...base, ...path];
    const hooks = Object.entries(call.hooks ?? {}).map(
      ([key, hook]: [string, LifecycleHook]): Visit & { exit: boolean } => ({
        reference: hook,
        path: [...at, "hooks", key],
        exit: key === "exit",
      }),
    );
    const exit: Visit[] =
      call.onExit === undefined ? [] : [{ reference: { template: call.onExit }, path: [...at, "onExit"] }];
    return [
      ...(starts ? [{ reference: call, path: at }, ...exit] : []),
      ...hooks.filter((hook) => starts || !hook.exit),
    ];
  });
}

/** The templates with what each may end in, found by going round until nothing is added. */
function openWorld(spec: WorkflowSpec, forged: boolean): World {
  const all = everyTemplate(spec.templates ?? []);
  const paths = new Map<Template, Path>(
    all.map(({ template, path }) => [template, ["spec", "templates", ...path]]),
  );
  const everything = all.map(({ template }) => template);
  const named = new Map<string, Template[]>();
  for (const { item } of objectsIn(spec.templates))
    named.set(item.name ?? "", [...(named.get(item.name ?? "") ?? []), item]);
  const analyses = new Map<Template, Analysis>();
  const open = forged ? openTemplates(spec) : new Set<Template>();

  function targets({ template, templateRef, inline }: Target): Template[] {
    if (inline !== undefined) return [inline];
    if (templateRef !== undefined || template === undefined) return [];
    // A name that is chosen while the run goes on may be any.
    return template.includes("{{") ? everything : (named.get(template) ?? []);
  }
  function endsOf(call: Target): Outcomes {
    const called = targets(call);
    // What is not known here: a template of the cluster, or one that is not there.
    if (called.length === 0) return new Set<Outcome>(["Succeeded", "Failed"]);
    return new Set(called.flatMap((template) => [...(analyses.get(template)?.outcomes ?? [])]));
  }
  const callers = new Map<Template, Set<Template>>(everything.map((template) => [template, new Set()]));
  for (const caller of everything)
    for (const { call } of callsOf(caller))
      for (const called of targets(call)) callers.get(called)?.add(caller);

  const queue = new Set(everything);
  for (const template of queue) {
    queue.delete(template);
    const before = analyses.get(template)?.outcomes.size;
    const isCalling = template.steps !== undefined || template.dag !== undefined;
    const analysis =
      isCalling && open.has(template)
        ? anyWay(template)
        : analyze(template, spec, { targets, endsOf, forged });
    analyses.set(template, analysis);
    if (analysis.outcomes.size !== before)
      for (const caller of callers.get(template) ?? []) queue.add(caller);
  }
  return {
    targets,
    isOpen: (template) => open.has(template),
    pathOf: (template) => paths.get(template) ?? [],
    analysisOf: (template) => analyses.get(template) ?? { outcomes: new Set(), reached: [] },
  };
}

/** Of a template that may be rewritten nothing is known but what it calls. A gate that is cut out of its own text is none, and fails. */
function anyWay(template: Template): Analysis {
  const reached = callsOf(template).map(({ call, path }) => ({ call, path, starts: true }));
  return { outcomes: new Set(["Succeeded", "Failed"]), reached };
}

function analyze(
  template: Template,
  spec: WorkflowSpec,
  { targets, endsOf, forged }: Pick<World, "targets"> & Pick<Scene, "endsOf"> & { forged: boolean },
): Analysis {
  const gateOf = (call: Call): Template | undefined => {
    const [target, ...more] = targets(call);
    return target !== undefined && more.length === 0 && isPureGate(target, spec) ? target : undefined;
  };
  const { steps, dag } = template;
  const calls = callsOf(template).map(({ call }) => call);
  const known = forged ? undefined : knownOutputs(calls, steps === undefined ? "tasks" : "steps", gateOf);
  const scene = { endsOf, known };
  if (steps !== undefined) return analyzeSteps(steps, scene);
  if (dag !== undefined) return analyzeDag(dag, scene);
  const outcomes = new Set<Outcome>(["Failed"]);
  if (!isPureGate(template, spec) || (!forged && mayRejectGently(template))) outcomes.add("Succeeded");
  return { outcomes, reached: [] };
}

/** Sluice fails a gate that is rejected; who answers it by other means may end it well with outputs that mean no. */
function mayRejectGently(gate: Template): boolean {
  return refusalOutputs(gate) !== undefined;
}

/** A suspend template that nothing but an answer ends well, and that is nothing else besides. */
function isPureGate(template: Template, { templateDefaults }: WorkflowSpec): boolean {
  const others = [template.container, template.script, template.steps, template.dag];
  return (
    isGate(template) &&
    templateDefaults?.suspend === undefined &&
    others.every((other) => other === undefined)
  );
}

function nameOf({ template, inline }: Target): string {
  return template ?? inline?.name ?? "inline";
}

function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
import type { Call, LifecycleHook, Template, WorkflowSpec } from "../manifest/argo.js";
import type { Path } from "../manifest/problem.js";
import { gateAnswer } from "./gate-outputs.js";
import { isGate } from "./gate-rules.js";
import { protectedTemplate, protectedUse, type Protected } from "./protected-uses.js";
import { analyzeDag, analyzeSteps, type Analysis, type Outcome, type Outcomes } from "./unapproved-outcomes.js";
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
 * protected must not be among it. A rejection with an output lets the run go on, so what follows such a gate must
 * demand the approving value in `when`; a gate without outputs fails when it is rejected.
 */
export function findUnguarded(spec: WorkflowSpec, guarded: Protected): Unguarded[] {
  if (stryMutAct_9fa48("0")) {
    {}
  } else {
    stryCov_9fa48("0");
    const lists = stryMutAct_9fa48("1") ? [] : (stryCov_9fa48("1"), [guarded.serviceAccounts, guarded.secrets, guarded.templates]);
    if (stryMutAct_9fa48("4") ? lists.some(list => list.length === 0) : stryMutAct_9fa48("3") ? false : stryMutAct_9fa48("2") ? true : (stryCov_9fa48("2", "3", "4"), lists.every(stryMutAct_9fa48("5") ? () => undefined : (stryCov_9fa48("5"), list => stryMutAct_9fa48("8") ? list.length !== 0 : stryMutAct_9fa48("7") ? false : stryMutAct_9fa48("6") ? true : (stryCov_9fa48("6", "7", "8"), list.length === 0))))) return stryMutAct_9fa48("9") ? ["Stryker was here"] : (stryCov_9fa48("9"), []);
    const world = openWorld(spec);
    const found: Unguarded[] = stryMutAct_9fa48("10") ? ["Stryker was here"] : (stryCov_9fa48("10"), []);
    const seen = new Set<Template>();
    const queue = rootsOf(spec);
    for (let at = 0; stryMutAct_9fa48("13") ? at >= queue.length : stryMutAct_9fa48("12") ? at <= queue.length : stryMutAct_9fa48("11") ? false : (stryCov_9fa48("11", "12", "13"), at < queue.length); stryMutAct_9fa48("14") ? at -= 1 : (stryCov_9fa48("14"), at += 1)) {
      if (stryMutAct_9fa48("15")) {
        {}
      } else {
        stryCov_9fa48("15");
        const {
          reference,
          path
        } = stryMutAct_9fa48("16") ? queue[at] && {
          reference: {},
          path: []
        } : (stryCov_9fa48("16"), queue[at] ?? (stryMutAct_9fa48("17") ? {} : (stryCov_9fa48("17"), {
          reference: {},
          path: stryMutAct_9fa48("18") ? ["Stryker was here"] : (stryCov_9fa48("18"), [])
        })));
        if (stryMutAct_9fa48("21") ? reference.templateRef === undefined : stryMutAct_9fa48("20") ? false : stryMutAct_9fa48("19") ? true : (stryCov_9fa48("19", "20", "21"), reference.templateRef !== undefined)) {
          if (stryMutAct_9fa48("22")) {
            {}
          } else {
            stryCov_9fa48("22");
            const uses = protectedTemplate(reference.templateRef, guarded);
            if (stryMutAct_9fa48("25") ? uses === undefined : stryMutAct_9fa48("24") ? false : stryMutAct_9fa48("23") ? true : (stryCov_9fa48("23", "24", "25"), uses !== undefined)) found.push(stryMutAct_9fa48("26") ? {} : (stryCov_9fa48("26"), {
              path,
              template: stryMutAct_9fa48("27") ? reference.templateRef.template && "" : (stryCov_9fa48("27"), reference.templateRef.template ?? (stryMutAct_9fa48("28") ? "Stryker was here!" : (stryCov_9fa48("28"), ""))),
              uses
            }));
          }
        }
        for (const template of world.targets(reference)) {
          if (stryMutAct_9fa48("29")) {
            {}
          } else {
            stryCov_9fa48("29");
            const uses = protectedUse(template, spec, guarded);
            if (stryMutAct_9fa48("32") ? uses === undefined : stryMutAct_9fa48("31") ? false : stryMutAct_9fa48("30") ? true : (stryCov_9fa48("30", "31", "32"), uses !== undefined)) found.push(stryMutAct_9fa48("33") ? {} : (stryCov_9fa48("33"), {
              path,
              template: stryMutAct_9fa48("34") ? template.name && nameOf(reference) : (stryCov_9fa48("34"), template.name ?? nameOf(reference)),
              uses
            }));
            if (stryMutAct_9fa48("36") ? false : stryMutAct_9fa48("35") ? true : (stryCov_9fa48("35", "36"), seen.has(template))) continue;
            seen.add(template);
            queue.push(...callsFrom(template, world));
          }
        }
      }
    }
    return found;
  }
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
}

/** Everything that starts by itself: the exit handlers and hooks run whatever happened. */
function rootsOf(spec: WorkflowSpec): Visit[] {
  if (stryMutAct_9fa48("37")) {
    {}
  } else {
    stryCov_9fa48("37");
    const visits: Visit[] = stryMutAct_9fa48("38") ? ["Stryker was here"] : (stryCov_9fa48("38"), []);
    if (stryMutAct_9fa48("41") ? spec.entrypoint === undefined : stryMutAct_9fa48("40") ? false : stryMutAct_9fa48("39") ? true : (stryCov_9fa48("39", "40", "41"), spec.entrypoint !== undefined)) visits.push(stryMutAct_9fa48("42") ? {} : (stryCov_9fa48("42"), {
      reference: stryMutAct_9fa48("43") ? {} : (stryCov_9fa48("43"), {
        template: spec.entrypoint
      }),
      path: stryMutAct_9fa48("44") ? [] : (stryCov_9fa48("44"), [stryMutAct_9fa48("45") ? "" : (stryCov_9fa48("45"), "spec"), stryMutAct_9fa48("46") ? "" : (stryCov_9fa48("46"), "entrypoint")])
    }));
    if (stryMutAct_9fa48("49") ? spec.onExit === undefined : stryMutAct_9fa48("48") ? false : stryMutAct_9fa48("47") ? true : (stryCov_9fa48("47", "48", "49"), spec.onExit !== undefined)) visits.push(stryMutAct_9fa48("50") ? {} : (stryCov_9fa48("50"), {
      reference: stryMutAct_9fa48("51") ? {} : (stryCov_9fa48("51"), {
        template: spec.onExit
      }),
      path: stryMutAct_9fa48("52") ? [] : (stryCov_9fa48("52"), [stryMutAct_9fa48("53") ? "" : (stryCov_9fa48("53"), "spec"), stryMutAct_9fa48("54") ? "" : (stryCov_9fa48("54"), "onExit")])
    }));
    for (const [key, hook] of Object.entries(stryMutAct_9fa48("55") ? spec.hooks && {} : (stryCov_9fa48("55"), spec.hooks ?? {}))) visits.push(stryMutAct_9fa48("56") ? {} : (stryCov_9fa48("56"), {
      reference: hook,
      path: stryMutAct_9fa48("57") ? [] : (stryCov_9fa48("57"), [stryMutAct_9fa48("58") ? "" : (stryCov_9fa48("58"), "spec"), stryMutAct_9fa48("59") ? "" : (stryCov_9fa48("59"), "hooks"), key])
    }));
    return visits;
  }
}

/** The calls of a template that are reached, each with its hooks: a hook may see to a call that was skipped, too. */
function callsFrom(template: Template, world: World): Visit[] {
  if (stryMutAct_9fa48("60")) {
    {}
  } else {
    stryCov_9fa48("60");
    const base = world.pathOf(template);
    return world.analysisOf(template).reached.flatMap(({
      call,
      path,
      starts
    }): Visit[] => {
      if (stryMutAct_9fa48("61")) {
        {}
      } else {
        stryCov_9fa48("61");
        const at = stryMutAct_9fa48("62") ? [] : (stryCov_9fa48("62"), [...base, ...path]);
        const hooks = Object.entries(stryMutAct_9fa48("63") ? call.hooks && {} : (stryCov_9fa48("63"), call.hooks ?? {})).map(stryMutAct_9fa48("64") ? () => undefined : (stryCov_9fa48("64"), ([key, hook]: [string, LifecycleHook]): Visit & {
          exit: boolean;
        } => stryMutAct_9fa48("65") ? {} : (stryCov_9fa48("65"), {
          reference: hook,
          path: stryMutAct_9fa48("66") ? [] : (stryCov_9fa48("66"), [...at, stryMutAct_9fa48("67") ? "" : (stryCov_9fa48("67"), "hooks"), key]),
          exit: stryMutAct_9fa48("70") ? key !== "exit" : stryMutAct_9fa48("69") ? false : stryMutAct_9fa48("68") ? true : (stryCov_9fa48("68", "69", "70"), key === (stryMutAct_9fa48("71") ? "" : (stryCov_9fa48("71"), "exit")))
        })));
        const exit: Visit[] = (stryMutAct_9fa48("74") ? call.onExit !== undefined : stryMutAct_9fa48("73") ? false : stryMutAct_9fa48("72") ? true : (stryCov_9fa48("72", "73", "74"), call.onExit === undefined)) ? stryMutAct_9fa48("75") ? ["Stryker was here"] : (stryCov_9fa48("75"), []) : stryMutAct_9fa48("76") ? [] : (stryCov_9fa48("76"), [stryMutAct_9fa48("77") ? {} : (stryCov_9fa48("77"), {
          reference: stryMutAct_9fa48("78") ? {} : (stryCov_9fa48("78"), {
            template: call.onExit
          }),
          path: stryMutAct_9fa48("79") ? [] : (stryCov_9fa48("79"), [...at, stryMutAct_9fa48("80") ? "" : (stryCov_9fa48("80"), "onExit")])
        })]);
        return stryMutAct_9fa48("81") ? [] : (stryCov_9fa48("81"), [...(starts ? stryMutAct_9fa48("82") ? [] : (stryCov_9fa48("82"), [stryMutAct_9fa48("83") ? {} : (stryCov_9fa48("83"), {
          reference: call,
          path: at
        }), ...exit]) : stryMutAct_9fa48("84") ? ["Stryker was here"] : (stryCov_9fa48("84"), [])), ...(stryMutAct_9fa48("85") ? hooks : (stryCov_9fa48("85"), hooks.filter(stryMutAct_9fa48("86") ? () => undefined : (stryCov_9fa48("86"), hook => stryMutAct_9fa48("89") ? starts && !hook.exit : stryMutAct_9fa48("88") ? false : stryMutAct_9fa48("87") ? true : (stryCov_9fa48("87", "88", "89"), starts || (stryMutAct_9fa48("90") ? hook.exit : (stryCov_9fa48("90"), !hook.exit)))))))]);
      }
    });
  }
}

/** The templates with what each may end in, found by going round until nothing is added. */
function openWorld(spec: WorkflowSpec): World {
  if (stryMutAct_9fa48("91")) {
    {}
  } else {
    stryCov_9fa48("91");
    const all = everyTemplate(stryMutAct_9fa48("92") ? spec.templates && [] : (stryCov_9fa48("92"), spec.templates ?? (stryMutAct_9fa48("93") ? ["Stryker was here"] : (stryCov_9fa48("93"), []))));
    const paths = new Map<Template, Path>(all.map(stryMutAct_9fa48("94") ? () => undefined : (stryCov_9fa48("94"), ({
      template,
      path
    }) => stryMutAct_9fa48("95") ? [] : (stryCov_9fa48("95"), [template, stryMutAct_9fa48("96") ? [] : (stryCov_9fa48("96"), [stryMutAct_9fa48("97") ? "" : (stryCov_9fa48("97"), "spec"), stryMutAct_9fa48("98") ? "" : (stryCov_9fa48("98"), "templates"), ...path])]))));
    const everything = all.map(stryMutAct_9fa48("99") ? () => undefined : (stryCov_9fa48("99"), ({
      template
    }) => template));
    const named = new Map<string, Template[]>();
    for (const {
      item
    } of objectsIn(spec.templates)) named.set(stryMutAct_9fa48("100") ? item.name && "" : (stryCov_9fa48("100"), item.name ?? (stryMutAct_9fa48("101") ? "Stryker was here!" : (stryCov_9fa48("101"), ""))), stryMutAct_9fa48("102") ? [] : (stryCov_9fa48("102"), [...(stryMutAct_9fa48("103") ? named.get(item.name ?? "") && [] : (stryCov_9fa48("103"), named.get(stryMutAct_9fa48("104") ? item.name && "" : (stryCov_9fa48("104"), item.name ?? (stryMutAct_9fa48("105") ? "Stryker was here!" : (stryCov_9fa48("105"), "")))) ?? (stryMutAct_9fa48("106") ? ["Stryker was here"] : (stryCov_9fa48("106"), [])))), item]));
    const analyses = new Map<Template, Analysis>();
    function targets({
      template,
      templateRef,
      inline
    }: Target): Template[] {
      if (stryMutAct_9fa48("107")) {
        {}
      } else {
        stryCov_9fa48("107");
        if (stryMutAct_9fa48("110") ? inline === undefined : stryMutAct_9fa48("109") ? false : stryMutAct_9fa48("108") ? true : (stryCov_9fa48("108", "109", "110"), inline !== undefined)) return stryMutAct_9fa48("111") ? [] : (stryCov_9fa48("111"), [inline]);
        if (stryMutAct_9fa48("114") ? templateRef !== undefined && template === undefined : stryMutAct_9fa48("113") ? false : stryMutAct_9fa48("112") ? true : (stryCov_9fa48("112", "113", "114"), (stryMutAct_9fa48("116") ? templateRef === undefined : stryMutAct_9fa48("115") ? false : (stryCov_9fa48("115", "116"), templateRef !== undefined)) || (stryMutAct_9fa48("118") ? template !== undefined : stryMutAct_9fa48("117") ? false : (stryCov_9fa48("117", "118"), template === undefined)))) return stryMutAct_9fa48("119") ? ["Stryker was here"] : (stryCov_9fa48("119"), []);
        // A name that is chosen while the run goes on may be any.
        return template.includes(stryMutAct_9fa48("120") ? "" : (stryCov_9fa48("120"), "{{")) ? everything : stryMutAct_9fa48("121") ? named.get(template) && [] : (stryCov_9fa48("121"), named.get(template) ?? (stryMutAct_9fa48("122") ? ["Stryker was here"] : (stryCov_9fa48("122"), [])));
      }
    }
    function endsOf(call: Target): Outcomes {
      if (stryMutAct_9fa48("123")) {
        {}
      } else {
        stryCov_9fa48("123");
        const called = targets(call);
        // What is not known here: a template of the cluster, or one that is not there.
        if (stryMutAct_9fa48("126") ? called.length !== 0 : stryMutAct_9fa48("125") ? false : stryMutAct_9fa48("124") ? true : (stryCov_9fa48("124", "125", "126"), called.length === 0)) return new Set<Outcome>(stryMutAct_9fa48("127") ? [] : (stryCov_9fa48("127"), [stryMutAct_9fa48("128") ? "" : (stryCov_9fa48("128"), "Succeeded"), stryMutAct_9fa48("129") ? "" : (stryCov_9fa48("129"), "Failed")]));
        return new Set(called.flatMap(stryMutAct_9fa48("130") ? () => undefined : (stryCov_9fa48("130"), template => stryMutAct_9fa48("131") ? [] : (stryCov_9fa48("131"), [...(stryMutAct_9fa48("132") ? analyses.get(template)?.outcomes && [] : (stryCov_9fa48("132"), (stryMutAct_9fa48("133") ? analyses.get(template).outcomes : (stryCov_9fa48("133"), analyses.get(template)?.outcomes)) ?? (stryMutAct_9fa48("134") ? ["Stryker was here"] : (stryCov_9fa48("134"), []))))]))));
      }
    }
    const callers = new Map<Template, Set<Template>>(everything.map(stryMutAct_9fa48("135") ? () => undefined : (stryCov_9fa48("135"), template => stryMutAct_9fa48("136") ? [] : (stryCov_9fa48("136"), [template, new Set()]))));
    for (const caller of everything) for (const {
      call
    } of callsOf(caller)) for (const called of targets(call)) stryMutAct_9fa48("137") ? callers.get(called).add(caller) : (stryCov_9fa48("137"), callers.get(called)?.add(caller));
    const queue = new Set(everything);
    for (const template of queue) {
      if (stryMutAct_9fa48("138")) {
        {}
      } else {
        stryCov_9fa48("138");
        queue.delete(template);
        const before = stryMutAct_9fa48("139") ? analyses.get(template).outcomes.size : (stryCov_9fa48("139"), analyses.get(template)?.outcomes.size);
        const analysis = analyze(template, spec, stryMutAct_9fa48("140") ? {} : (stryCov_9fa48("140"), {
          targets,
          endsOf
        }));
        analyses.set(template, analysis);
        if (stryMutAct_9fa48("143") ? analysis.outcomes.size === before : stryMutAct_9fa48("142") ? false : stryMutAct_9fa48("141") ? true : (stryCov_9fa48("141", "142", "143"), analysis.outcomes.size !== before)) for (const caller of stryMutAct_9fa48("144") ? callers.get(template) && [] : (stryCov_9fa48("144"), callers.get(template) ?? (stryMutAct_9fa48("145") ? ["Stryker was here"] : (stryCov_9fa48("145"), [])))) queue.add(caller);
      }
    }
    return stryMutAct_9fa48("146") ? {} : (stryCov_9fa48("146"), {
      targets,
      pathOf: stryMutAct_9fa48("147") ? () => undefined : (stryCov_9fa48("147"), template => stryMutAct_9fa48("148") ? paths.get(template) && [] : (stryCov_9fa48("148"), paths.get(template) ?? (stryMutAct_9fa48("149") ? ["Stryker was here"] : (stryCov_9fa48("149"), [])))),
      analysisOf: stryMutAct_9fa48("150") ? () => undefined : (stryCov_9fa48("150"), template => stryMutAct_9fa48("151") ? analyses.get(template) && {
        outcomes: new Set(),
        reached: []
      } : (stryCov_9fa48("151"), analyses.get(template) ?? (stryMutAct_9fa48("152") ? {} : (stryCov_9fa48("152"), {
        outcomes: new Set(),
        reached: stryMutAct_9fa48("153") ? ["Stryker was here"] : (stryCov_9fa48("153"), [])
      }))))
    });
  }
}
function analyze(template: Template, spec: WorkflowSpec, {
  targets,
  endsOf
}: {
  targets: (target: Target) => Template[];
  endsOf: (call: Target) => Outcomes;
}): Analysis {
  if (stryMutAct_9fa48("154")) {
    {}
  } else {
    stryCov_9fa48("154");
    const gateOf = (call: Call): Template | undefined => {
      if (stryMutAct_9fa48("155")) {
        {}
      } else {
        stryCov_9fa48("155");
        const [target, ...more] = targets(call);
        return (stryMutAct_9fa48("158") ? target !== undefined && more.length === 0 || isPureGate(target, spec) : stryMutAct_9fa48("157") ? false : stryMutAct_9fa48("156") ? true : (stryCov_9fa48("156", "157", "158"), (stryMutAct_9fa48("160") ? target !== undefined || more.length === 0 : stryMutAct_9fa48("159") ? true : (stryCov_9fa48("159", "160"), (stryMutAct_9fa48("162") ? target === undefined : stryMutAct_9fa48("161") ? true : (stryCov_9fa48("161", "162"), target !== undefined)) && (stryMutAct_9fa48("164") ? more.length !== 0 : stryMutAct_9fa48("163") ? true : (stryCov_9fa48("163", "164"), more.length === 0)))) && isPureGate(target, spec))) ? target : undefined;
      }
    };
    const {
      steps,
      dag
    } = template;
    const calls = callsOf(template).map(stryMutAct_9fa48("165") ? () => undefined : (stryCov_9fa48("165"), ({
      call
    }) => call));
    const scene = stryMutAct_9fa48("166") ? {} : (stryCov_9fa48("166"), {
      endsOf,
      known: knownOutputs(calls, (stryMutAct_9fa48("169") ? steps !== undefined : stryMutAct_9fa48("168") ? false : stryMutAct_9fa48("167") ? true : (stryCov_9fa48("167", "168", "169"), steps === undefined)) ? stryMutAct_9fa48("170") ? "" : (stryCov_9fa48("170"), "tasks") : stryMutAct_9fa48("171") ? "" : (stryCov_9fa48("171"), "steps"), gateOf)
    });
    if (stryMutAct_9fa48("174") ? steps === undefined : stryMutAct_9fa48("173") ? false : stryMutAct_9fa48("172") ? true : (stryCov_9fa48("172", "173", "174"), steps !== undefined)) return analyzeSteps(steps, scene);
    if (stryMutAct_9fa48("177") ? dag === undefined : stryMutAct_9fa48("176") ? false : stryMutAct_9fa48("175") ? true : (stryCov_9fa48("175", "176", "177"), dag !== undefined)) return analyzeDag(dag, scene);
    const outcomes = new Set<Outcome>(stryMutAct_9fa48("178") ? [] : (stryCov_9fa48("178"), [stryMutAct_9fa48("179") ? "" : (stryCov_9fa48("179"), "Failed")]));
    if (stryMutAct_9fa48("182") ? !isPureGate(template, spec) && mayRejectGently(template) : stryMutAct_9fa48("181") ? false : stryMutAct_9fa48("180") ? true : (stryCov_9fa48("180", "181", "182"), (stryMutAct_9fa48("183") ? isPureGate(template, spec) : (stryCov_9fa48("183"), !isPureGate(template, spec))) || mayRejectGently(template))) outcomes.add(stryMutAct_9fa48("184") ? "" : (stryCov_9fa48("184"), "Succeeded"));
    return stryMutAct_9fa48("185") ? {} : (stryCov_9fa48("185"), {
      outcomes,
      reached: stryMutAct_9fa48("186") ? ["Stryker was here"] : (stryCov_9fa48("186"), [])
    });
  }
}

/** A rejection that is told by an output ends the gate as Succeeded. */
function mayRejectGently(gate: Template): boolean {
  if (stryMutAct_9fa48("187")) {
    {}
  } else {
    stryCov_9fa48("187");
    const rejection = gateAnswer(gate, stryMutAct_9fa48("188") ? "" : (stryCov_9fa48("188"), "rejected"));
    return stryMutAct_9fa48("191") ? !("phase" in rejection) && rejection.phase === "Succeeded" : stryMutAct_9fa48("190") ? false : stryMutAct_9fa48("189") ? true : (stryCov_9fa48("189", "190", "191"), (stryMutAct_9fa48("192") ? "phase" in rejection : (stryCov_9fa48("192"), !((stryMutAct_9fa48("193") ? "" : (stryCov_9fa48("193"), "phase")) in rejection))) || (stryMutAct_9fa48("195") ? rejection.phase !== "Succeeded" : stryMutAct_9fa48("194") ? false : (stryCov_9fa48("194", "195"), rejection.phase === (stryMutAct_9fa48("196") ? "" : (stryCov_9fa48("196"), "Succeeded")))));
  }
}

/** A suspend template that nothing but an answer ends well, and that is nothing else besides. */
function isPureGate(template: Template, {
  templateDefaults
}: WorkflowSpec): boolean {
  if (stryMutAct_9fa48("197")) {
    {}
  } else {
    stryCov_9fa48("197");
    const others = stryMutAct_9fa48("198") ? [] : (stryCov_9fa48("198"), [template.container, template.script, template.steps, template.dag]);
    return stryMutAct_9fa48("201") ? isGate(template) && templateDefaults?.suspend === undefined || others.every(other => other === undefined) : stryMutAct_9fa48("200") ? false : stryMutAct_9fa48("199") ? true : (stryCov_9fa48("199", "200", "201"), (stryMutAct_9fa48("203") ? isGate(template) || templateDefaults?.suspend === undefined : stryMutAct_9fa48("202") ? true : (stryCov_9fa48("202", "203"), isGate(template) && (stryMutAct_9fa48("205") ? templateDefaults?.suspend !== undefined : stryMutAct_9fa48("204") ? true : (stryCov_9fa48("204", "205"), (stryMutAct_9fa48("206") ? templateDefaults.suspend : (stryCov_9fa48("206"), templateDefaults?.suspend)) === undefined)))) && (stryMutAct_9fa48("207") ? others.some(other => other === undefined) : (stryCov_9fa48("207"), others.every(stryMutAct_9fa48("208") ? () => undefined : (stryCov_9fa48("208"), other => stryMutAct_9fa48("211") ? other !== undefined : stryMutAct_9fa48("210") ? false : stryMutAct_9fa48("209") ? true : (stryCov_9fa48("209", "210", "211"), other === undefined))))));
  }
}
function nameOf({
  template,
  inline
}: Target): string {
  if (stryMutAct_9fa48("212")) {
    {}
  } else {
    stryCov_9fa48("212");
    return stryMutAct_9fa48("213") ? (template ?? inline?.name) && "inline" : (stryCov_9fa48("213"), (stryMutAct_9fa48("214") ? template && inline?.name : (stryCov_9fa48("214"), template ?? (stryMutAct_9fa48("215") ? inline.name : (stryCov_9fa48("215"), inline?.name)))) ?? (stryMutAct_9fa48("216") ? "" : (stryCov_9fa48("216"), "inline")));
  }
}
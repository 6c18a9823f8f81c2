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
import { tagsOf } from "../expression/tags.js";
import { evaluateWhen } from "../expression/when.js";
import type { Call, Parameter, Template } from "../manifest/argo.js";
import { gateAnswer } from "./gate-outputs.js";
import { objectsIn } from "./walk-templates.js";

/** What a `when` may come to. A fault in it ends the call with an error: that is always possible. */
export interface Truth {
  mayBeTrue: boolean;
  mayBeFalse: boolean;
}
/** By reference (`steps.NAME.outputs.parameters.NAME`): all that it may stand for while no gate was approved. */
export type KnownOutputs = ReadonlyMap<string, readonly string[]>;
const mostCombinations = 256;
const unknown: Truth = stryMutAct_9fa48("418") ? {} : (stryCov_9fa48("418"), {
  mayBeTrue: stryMutAct_9fa48("419") ? false : (stryCov_9fa48("419"), true),
  mayBeFalse: stryMutAct_9fa48("420") ? false : (stryCov_9fa48("420"), true)
});

/**
 * What the outputs of gates in a template may be while none was approved: the value of a rejection, or, where the gate
 * was skipped, stopped or timed out, an empty text or a tag that nothing replaced. Only for gates that the template
 * calls itself, once, under a name of their own.
 */
export function knownOutputs(calls: readonly Call[], prefix: "steps" | "tasks", gateOf: (call: Call) => Template | undefined): KnownOutputs {
  if (stryMutAct_9fa48("421")) {
    {}
  } else {
    stryCov_9fa48("421");
    const known = new Map<string, readonly string[]>();
    for (const call of calls) {
      if (stryMutAct_9fa48("422")) {
        {}
      } else {
        stryCov_9fa48("422");
        const gate = gateOf(call);
        const isAlone = stryMutAct_9fa48("425") ? calls.filter(({
          name
        }) => name === call.name).length !== 1 : stryMutAct_9fa48("424") ? false : stryMutAct_9fa48("423") ? true : (stryCov_9fa48("423", "424", "425"), (stryMutAct_9fa48("426") ? calls.length : (stryCov_9fa48("426"), calls.filter(stryMutAct_9fa48("427") ? () => undefined : (stryCov_9fa48("427"), ({
          name
        }) => stryMutAct_9fa48("430") ? name !== call.name : stryMutAct_9fa48("429") ? false : stryMutAct_9fa48("428") ? true : (stryCov_9fa48("428", "429", "430"), name === call.name))).length)) === 1);
        const loops = stryMutAct_9fa48("431") ? (call.withItems ?? call.withParam) && call.withSequence : (stryCov_9fa48("431"), (stryMutAct_9fa48("432") ? call.withItems && call.withParam : (stryCov_9fa48("432"), call.withItems ?? call.withParam)) ?? call.withSequence);
        if (stryMutAct_9fa48("435") ? (gate === undefined || !isAlone) && loops !== undefined : stryMutAct_9fa48("434") ? false : stryMutAct_9fa48("433") ? true : (stryCov_9fa48("433", "434", "435"), (stryMutAct_9fa48("437") ? gate === undefined && !isAlone : stryMutAct_9fa48("436") ? false : (stryCov_9fa48("436", "437"), (stryMutAct_9fa48("439") ? gate !== undefined : stryMutAct_9fa48("438") ? false : (stryCov_9fa48("438", "439"), gate === undefined)) || (stryMutAct_9fa48("440") ? isAlone : (stryCov_9fa48("440"), !isAlone)))) || (stryMutAct_9fa48("442") ? loops === undefined : stryMutAct_9fa48("441") ? false : (stryCov_9fa48("441", "442"), loops !== undefined)))) continue;
        const rejection = gateAnswer(gate, stryMutAct_9fa48("443") ? "" : (stryCov_9fa48("443"), "rejected"));
        for (const {
          item: output
        } of objectsIn(stryMutAct_9fa48("444") ? gate.outputs.parameters : (stryCov_9fa48("444"), gate.outputs?.parameters))) {
          if (stryMutAct_9fa48("445")) {
            {}
          } else {
            stryCov_9fa48("445");
            if (stryMutAct_9fa48("448") ? output.valueFrom?.supplied !== undefined : stryMutAct_9fa48("447") ? false : stryMutAct_9fa48("446") ? true : (stryCov_9fa48("446", "447", "448"), (stryMutAct_9fa48("449") ? output.valueFrom.supplied : (stryCov_9fa48("449"), output.valueFrom?.supplied)) === undefined)) continue;
            const reference = stryMutAct_9fa48("450") ? `` : (stryCov_9fa48("450"), `${prefix}.${call.name}.outputs.parameters.${output.name}`);
            const inputs = objectsIn(stryMutAct_9fa48("451") ? gate.inputs.parameters : (stryCov_9fa48("451"), gate.inputs?.parameters)).map(stryMutAct_9fa48("452") ? () => undefined : (stryCov_9fa48("452"), ({
              item
            }) => item));
            const input = inputs.find(stryMutAct_9fa48("453") ? () => undefined : (stryCov_9fa48("453"), ({
              name
            }) => stryMutAct_9fa48("456") ? name !== output.name : stryMutAct_9fa48("455") ? false : stryMutAct_9fa48("454") ? true : (stryCov_9fa48("454", "455", "456"), name === output.name)));
            const rejected = (stryMutAct_9fa48("457") ? "" : (stryCov_9fa48("457"), "outputs")) in rejection ? rejection.outputs[output.name] : undefined;
            const values = stryMutAct_9fa48("458") ? [rejected, ...defaultsOf(output, input)] : (stryCov_9fa48("458"), (stryMutAct_9fa48("459") ? [] : (stryCov_9fa48("459"), [rejected, ...defaultsOf(output, input)])).filter(stryMutAct_9fa48("460") ? () => undefined : (stryCov_9fa48("460"), value => stryMutAct_9fa48("463") ? value === undefined : stryMutAct_9fa48("462") ? false : stryMutAct_9fa48("461") ? true : (stryCov_9fa48("461", "462", "463"), value !== undefined))));
            if (stryMutAct_9fa48("466") ? false : stryMutAct_9fa48("465") ? true : stryMutAct_9fa48("464") ? values.some(value => value.includes("{{")) : (stryCov_9fa48("464", "465", "466"), !(stryMutAct_9fa48("467") ? values.every(value => value.includes("{{")) : (stryCov_9fa48("467"), values.some(stryMutAct_9fa48("468") ? () => undefined : (stryCov_9fa48("468"), value => value.includes(stryMutAct_9fa48("469") ? "" : (stryCov_9fa48("469"), "{{")))))))) known.set(reference, stryMutAct_9fa48("470") ? [] : (stryCov_9fa48("470"), [...new Set(stryMutAct_9fa48("471") ? [] : (stryCov_9fa48("471"), [...values, stryMutAct_9fa48("472") ? "Stryker was here!" : (stryCov_9fa48("472"), ""), stryMutAct_9fa48("473") ? `` : (stryCov_9fa48("473"), `{{${reference}}}`)]))]));
          }
        }
      }
    }
    return known;
  }
}
function defaultsOf(output: Parameter, input: Parameter | undefined): (string | undefined)[] {
  if (stryMutAct_9fa48("474")) {
    {}
  } else {
    stryCov_9fa48("474");
    return (stryMutAct_9fa48("475") ? [] : (stryCov_9fa48("475"), [stryMutAct_9fa48("476") ? output.valueFrom.default : (stryCov_9fa48("476"), output.valueFrom?.default), stryMutAct_9fa48("477") ? input.default : (stryCov_9fa48("477"), input?.default)])).map(stryMutAct_9fa48("478") ? () => undefined : (stryCov_9fa48("478"), value => (stryMutAct_9fa48("481") ? value !== undefined : stryMutAct_9fa48("480") ? false : stryMutAct_9fa48("479") ? true : (stryCov_9fa48("479", "480", "481"), value === undefined)) ? undefined : String(value)));
  }
}

/**
 * What a `when` may come to while no gate was approved. With any tag whose values are not known it may be anything:
 * a value could change how the whole text is read.
 */
export function truthOf(when: string | undefined, known: KnownOutputs): Truth {
  if (stryMutAct_9fa48("482")) {
    {}
  } else {
    stryCov_9fa48("482");
    if (stryMutAct_9fa48("485") ? when === undefined && when === "" : stryMutAct_9fa48("484") ? false : stryMutAct_9fa48("483") ? true : (stryCov_9fa48("483", "484", "485"), (stryMutAct_9fa48("487") ? when !== undefined : stryMutAct_9fa48("486") ? false : (stryCov_9fa48("486", "487"), when === undefined)) || (stryMutAct_9fa48("489") ? when !== "" : stryMutAct_9fa48("488") ? false : (stryCov_9fa48("488", "489"), when === (stryMutAct_9fa48("490") ? "Stryker was here!" : (stryCov_9fa48("490"), "")))))) return stryMutAct_9fa48("491") ? {} : (stryCov_9fa48("491"), {
      mayBeTrue: stryMutAct_9fa48("492") ? false : (stryCov_9fa48("492"), true),
      mayBeFalse: stryMutAct_9fa48("493") ? true : (stryCov_9fa48("493"), false)
    });
    const tags = tagsOf(when);
    const names = stryMutAct_9fa48("494") ? [] : (stryCov_9fa48("494"), [...new Set(tags.map(stryMutAct_9fa48("495") ? () => undefined : (stryCov_9fa48("495"), ({
      text
    }) => stryMutAct_9fa48("496") ? text : (stryCov_9fa48("496"), text.trim()))))]);
    const isKnown = stryMutAct_9fa48("497") ? tags.some(({
      kind,
      outer,
      text
    }) => kind === "simple" && outer === undefined && known.has(text.trim())) : (stryCov_9fa48("497"), tags.every(stryMutAct_9fa48("498") ? () => undefined : (stryCov_9fa48("498"), ({
      kind,
      outer,
      text
    }) => stryMutAct_9fa48("501") ? kind === "simple" && outer === undefined || known.has(text.trim()) : stryMutAct_9fa48("500") ? false : stryMutAct_9fa48("499") ? true : (stryCov_9fa48("499", "500", "501"), (stryMutAct_9fa48("503") ? kind === "simple" || outer === undefined : stryMutAct_9fa48("502") ? true : (stryCov_9fa48("502", "503"), (stryMutAct_9fa48("505") ? kind !== "simple" : stryMutAct_9fa48("504") ? true : (stryCov_9fa48("504", "505"), kind === (stryMutAct_9fa48("506") ? "" : (stryCov_9fa48("506"), "simple")))) && (stryMutAct_9fa48("508") ? outer !== undefined : stryMutAct_9fa48("507") ? true : (stryCov_9fa48("507", "508"), outer === undefined)))) && known.has(stryMutAct_9fa48("509") ? text : (stryCov_9fa48("509"), text.trim()))))));
    if (stryMutAct_9fa48("512") ? false : stryMutAct_9fa48("511") ? true : stryMutAct_9fa48("510") ? isKnown : (stryCov_9fa48("510", "511", "512"), !isKnown)) return unknown;
    let worlds: ReadonlyMap<string, string>[] = stryMutAct_9fa48("513") ? [] : (stryCov_9fa48("513"), [new Map()]);
    for (const name of names) {
      if (stryMutAct_9fa48("514")) {
        {}
      } else {
        stryCov_9fa48("514");
        worlds = worlds.flatMap(stryMutAct_9fa48("515") ? () => undefined : (stryCov_9fa48("515"), world => (stryMutAct_9fa48("516") ? known.get(name) && [] : (stryCov_9fa48("516"), known.get(name) ?? (stryMutAct_9fa48("517") ? ["Stryker was here"] : (stryCov_9fa48("517"), [])))).map(stryMutAct_9fa48("518") ? () => undefined : (stryCov_9fa48("518"), value => new Map(world).set(name, value)))));
        if (stryMutAct_9fa48("522") ? worlds.length <= mostCombinations : stryMutAct_9fa48("521") ? worlds.length >= mostCombinations : stryMutAct_9fa48("520") ? false : stryMutAct_9fa48("519") ? true : (stryCov_9fa48("519", "520", "521", "522"), worlds.length > mostCombinations)) return unknown;
      }
    }
    const results = worlds.map(stryMutAct_9fa48("523") ? () => undefined : (stryCov_9fa48("523"), world => resultOf(when, tags, world)));
    return stryMutAct_9fa48("524") ? {} : (stryCov_9fa48("524"), {
      mayBeTrue: results.includes(stryMutAct_9fa48("525") ? false : (stryCov_9fa48("525"), true)),
      mayBeFalse: results.includes(stryMutAct_9fa48("526") ? true : (stryCov_9fa48("526"), false))
    });
  }
}
function resultOf(when: string, tags: ReturnType<typeof tagsOf>, world: ReadonlyMap<string, string>): boolean | undefined {
  if (stryMutAct_9fa48("527")) {
    {}
  } else {
    stryCov_9fa48("527");
    let text = stryMutAct_9fa48("528") ? "Stryker was here!" : (stryCov_9fa48("528"), "");
    let from = 0;
    for (const {
      start,
      end,
      text: name
    } of tags) {
      if (stryMutAct_9fa48("529")) {
        {}
      } else {
        stryCov_9fa48("529");
        stryMutAct_9fa48("530") ? text -= when.slice(from, start) + (world.get(name.trim()) ?? "") : (stryCov_9fa48("530"), text += stryMutAct_9fa48("531") ? when.slice(from, start) - (world.get(name.trim()) ?? "") : (stryCov_9fa48("531"), (stryMutAct_9fa48("532") ? when : (stryCov_9fa48("532"), when.slice(from, start))) + (stryMutAct_9fa48("533") ? world.get(name.trim()) && "" : (stryCov_9fa48("533"), world.get(stryMutAct_9fa48("534") ? name : (stryCov_9fa48("534"), name.trim())) ?? (stryMutAct_9fa48("535") ? "Stryker was here!" : (stryCov_9fa48("535"), ""))))));
        from = end;
      }
    }
    try {
      if (stryMutAct_9fa48("536")) {
        {}
      } else {
        stryCov_9fa48("536");
        return evaluateWhen(stryMutAct_9fa48("537") ? text - when.slice(from) : (stryCov_9fa48("537"), text + (stryMutAct_9fa48("538") ? when : (stryCov_9fa48("538"), when.slice(from)))));
      }
    } catch {
      if (stryMutAct_9fa48("539")) {
        {}
      } else {
        stryCov_9fa48("539");
        return undefined;
      }
    }
  }
}
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
const unknown: Truth = stryMutAct_9fa48("1379") ? {} : (stryCov_9fa48("1379"), {
  mayBeTrue: stryMutAct_9fa48("1380") ? false : (stryCov_9fa48("1380"), true),
  mayBeFalse: stryMutAct_9fa48("1381") ? false : (stryCov_9fa48("1381"), true)
});

/**
 * What the outputs of gates in a template may be while none was approved: the value of a rejection, or, where the gate
 * was skipped, stopped or timed out, an empty text or a tag that nothing replaced. Only for gates that the template
 * calls itself, once, under a name of their own.
 */
export function knownOutputs(calls: readonly Call[], prefix: "steps" | "tasks", gateOf: (call: Call) => Template | undefined): KnownOutputs {
  if (stryMutAct_9fa48("1382")) {
    {}
  } else {
    stryCov_9fa48("1382");
    const known = new Map<string, readonly string[]>();
    for (const call of calls) {
      if (stryMutAct_9fa48("1383")) {
        {}
      } else {
        stryCov_9fa48("1383");
        const gate = gateOf(call);
        const isAlone = stryMutAct_9fa48("1386") ? calls.filter(({
          name
        }) => name === call.name).length !== 1 : stryMutAct_9fa48("1385") ? false : stryMutAct_9fa48("1384") ? true : (stryCov_9fa48("1384", "1385", "1386"), (stryMutAct_9fa48("1387") ? calls.length : (stryCov_9fa48("1387"), calls.filter(stryMutAct_9fa48("1388") ? () => undefined : (stryCov_9fa48("1388"), ({
          name
        }) => stryMutAct_9fa48("1391") ? name !== call.name : stryMutAct_9fa48("1390") ? false : stryMutAct_9fa48("1389") ? true : (stryCov_9fa48("1389", "1390", "1391"), name === call.name))).length)) === 1);
        const loops = stryMutAct_9fa48("1392") ? (call.withItems ?? call.withParam) && call.withSequence : (stryCov_9fa48("1392"), (stryMutAct_9fa48("1393") ? call.withItems && call.withParam : (stryCov_9fa48("1393"), call.withItems ?? call.withParam)) ?? call.withSequence);
        if (stryMutAct_9fa48("1396") ? (gate === undefined || !isAlone) && loops !== undefined : stryMutAct_9fa48("1395") ? false : stryMutAct_9fa48("1394") ? true : (stryCov_9fa48("1394", "1395", "1396"), (stryMutAct_9fa48("1398") ? gate === undefined && !isAlone : stryMutAct_9fa48("1397") ? false : (stryCov_9fa48("1397", "1398"), (stryMutAct_9fa48("1400") ? gate !== undefined : stryMutAct_9fa48("1399") ? false : (stryCov_9fa48("1399", "1400"), gate === undefined)) || (stryMutAct_9fa48("1401") ? isAlone : (stryCov_9fa48("1401"), !isAlone)))) || (stryMutAct_9fa48("1403") ? loops === undefined : stryMutAct_9fa48("1402") ? false : (stryCov_9fa48("1402", "1403"), loops !== undefined)))) continue;
        const rejection = gateAnswer(gate, stryMutAct_9fa48("1404") ? "" : (stryCov_9fa48("1404"), "rejected"));
        for (const {
          item: output
        } of objectsIn(stryMutAct_9fa48("1405") ? gate.outputs.parameters : (stryCov_9fa48("1405"), gate.outputs?.parameters))) {
          if (stryMutAct_9fa48("1406")) {
            {}
          } else {
            stryCov_9fa48("1406");
            if (stryMutAct_9fa48("1409") ? output.valueFrom?.supplied !== undefined : stryMutAct_9fa48("1408") ? false : stryMutAct_9fa48("1407") ? true : (stryCov_9fa48("1407", "1408", "1409"), (stryMutAct_9fa48("1410") ? output.valueFrom.supplied : (stryCov_9fa48("1410"), output.valueFrom?.supplied)) === undefined)) continue;
            const reference = stryMutAct_9fa48("1411") ? `` : (stryCov_9fa48("1411"), `${prefix}.${call.name}.outputs.parameters.${output.name}`);
            const inputs = objectsIn(stryMutAct_9fa48("1412") ? gate.inputs.parameters : (stryCov_9fa48("1412"), gate.inputs?.parameters)).map(stryMutAct_9fa48("1413") ? () => undefined : (stryCov_9fa48("1413"), ({
              item
            }) => item));
            const input = inputs.find(stryMutAct_9fa48("1414") ? () => undefined : (stryCov_9fa48("1414"), ({
              name
            }) => stryMutAct_9fa48("1417") ? name !== output.name : stryMutAct_9fa48("1416") ? false : stryMutAct_9fa48("1415") ? true : (stryCov_9fa48("1415", "1416", "1417"), name === output.name)));
            const rejected = (stryMutAct_9fa48("1418") ? "" : (stryCov_9fa48("1418"), "outputs")) in rejection ? rejection.outputs[output.name] : undefined;
            const values = stryMutAct_9fa48("1419") ? [rejected, ...defaultsOf(output, input)] : (stryCov_9fa48("1419"), (stryMutAct_9fa48("1420") ? [] : (stryCov_9fa48("1420"), [rejected, ...defaultsOf(output, input)])).filter(stryMutAct_9fa48("1421") ? () => undefined : (stryCov_9fa48("1421"), value => stryMutAct_9fa48("1424") ? value === undefined : stryMutAct_9fa48("1423") ? false : stryMutAct_9fa48("1422") ? true : (stryCov_9fa48("1422", "1423", "1424"), value !== undefined))));
            if (stryMutAct_9fa48("1427") ? false : stryMutAct_9fa48("1426") ? true : stryMutAct_9fa48("1425") ? values.some(value => value.includes("{{")) : (stryCov_9fa48("1425", "1426", "1427"), !(stryMutAct_9fa48("1428") ? values.every(value => value.includes("{{")) : (stryCov_9fa48("1428"), values.some(stryMutAct_9fa48("1429") ? () => undefined : (stryCov_9fa48("1429"), value => value.includes(stryMutAct_9fa48("1430") ? "" : (stryCov_9fa48("1430"), "{{")))))))) known.set(reference, stryMutAct_9fa48("1431") ? [] : (stryCov_9fa48("1431"), [...new Set(stryMutAct_9fa48("1432") ? [] : (stryCov_9fa48("1432"), [...values, stryMutAct_9fa48("1433") ? "Stryker was here!" : (stryCov_9fa48("1433"), ""), stryMutAct_9fa48("1434") ? `` : (stryCov_9fa48("1434"), `{{${reference}}}`)]))]));
          }
        }
      }
    }
    return known;
  }
}
function defaultsOf(output: Parameter, input: Parameter | undefined): (string | undefined)[] {
  if (stryMutAct_9fa48("1435")) {
    {}
  } else {
    stryCov_9fa48("1435");
    return (stryMutAct_9fa48("1436") ? [] : (stryCov_9fa48("1436"), [stryMutAct_9fa48("1437") ? output.valueFrom.default : (stryCov_9fa48("1437"), output.valueFrom?.default), stryMutAct_9fa48("1438") ? input.default : (stryCov_9fa48("1438"), input?.default)])).map(stryMutAct_9fa48("1439") ? () => undefined : (stryCov_9fa48("1439"), value => (stryMutAct_9fa48("1442") ? value !== undefined : stryMutAct_9fa48("1441") ? false : stryMutAct_9fa48("1440") ? true : (stryCov_9fa48("1440", "1441", "1442"), value === undefined)) ? undefined : String(value)));
  }
}

/**
 * What a `when` may come to while no gate was approved. With any tag whose values are not known it may be anything:
 * a value could change how the whole text is read.
 */
export function truthOf(when: string | undefined, known: KnownOutputs): Truth {
  if (stryMutAct_9fa48("1443")) {
    {}
  } else {
    stryCov_9fa48("1443");
    if (stryMutAct_9fa48("1446") ? when === undefined && when === "" : stryMutAct_9fa48("1445") ? false : stryMutAct_9fa48("1444") ? true : (stryCov_9fa48("1444", "1445", "1446"), (stryMutAct_9fa48("1448") ? when !== undefined : stryMutAct_9fa48("1447") ? false : (stryCov_9fa48("1447", "1448"), when === undefined)) || (stryMutAct_9fa48("1450") ? when !== "" : stryMutAct_9fa48("1449") ? false : (stryCov_9fa48("1449", "1450"), when === (stryMutAct_9fa48("1451") ? "Stryker was here!" : (stryCov_9fa48("1451"), "")))))) return stryMutAct_9fa48("1452") ? {} : (stryCov_9fa48("1452"), {
      mayBeTrue: stryMutAct_9fa48("1453") ? false : (stryCov_9fa48("1453"), true),
      mayBeFalse: stryMutAct_9fa48("1454") ? true : (stryCov_9fa48("1454"), false)
    });
    const tags = tagsOf(when);
    const names = stryMutAct_9fa48("1455") ? [] : (stryCov_9fa48("1455"), [...new Set(tags.map(stryMutAct_9fa48("1456") ? () => undefined : (stryCov_9fa48("1456"), ({
      text
    }) => stryMutAct_9fa48("1457") ? text : (stryCov_9fa48("1457"), text.trim()))))]);
    const isKnown = stryMutAct_9fa48("1458") ? tags.some(({
      kind,
      outer,
      text
    }) => kind === "simple" && outer === undefined && known.has(text.trim())) : (stryCov_9fa48("1458"), tags.every(stryMutAct_9fa48("1459") ? () => undefined : (stryCov_9fa48("1459"), ({
      kind,
      outer,
      text
    }) => stryMutAct_9fa48("1462") ? kind === "simple" && outer === undefined || known.has(text.trim()) : stryMutAct_9fa48("1461") ? false : stryMutAct_9fa48("1460") ? true : (stryCov_9fa48("1460", "1461", "1462"), (stryMutAct_9fa48("1464") ? kind === "simple" || outer === undefined : stryMutAct_9fa48("1463") ? true : (stryCov_9fa48("1463", "1464"), (stryMutAct_9fa48("1466") ? kind !== "simple" : stryMutAct_9fa48("1465") ? true : (stryCov_9fa48("1465", "1466"), kind === (stryMutAct_9fa48("1467") ? "" : (stryCov_9fa48("1467"), "simple")))) && (stryMutAct_9fa48("1469") ? outer !== undefined : stryMutAct_9fa48("1468") ? true : (stryCov_9fa48("1468", "1469"), outer === undefined)))) && known.has(stryMutAct_9fa48("1470") ? text : (stryCov_9fa48("1470"), text.trim()))))));
    if (stryMutAct_9fa48("1473") ? false : stryMutAct_9fa48("1472") ? true : stryMutAct_9fa48("1471") ? isKnown : (stryCov_9fa48("1471", "1472", "1473"), !isKnown)) return unknown;
    let worlds: ReadonlyMap<string, string>[] = stryMutAct_9fa48("1474") ? [] : (stryCov_9fa48("1474"), [new Map()]);
    for (const name of names) {
      if (stryMutAct_9fa48("1475")) {
        {}
      } else {
        stryCov_9fa48("1475");
        worlds = worlds.flatMap(stryMutAct_9fa48("1476") ? () => undefined : (stryCov_9fa48("1476"), world => (stryMutAct_9fa48("1477") ? known.get(name) && [] : (stryCov_9fa48("1477"), known.get(name) ?? (stryMutAct_9fa48("1478") ? ["Stryker was here"] : (stryCov_9fa48("1478"), [])))).map(stryMutAct_9fa48("1479") ? () => undefined : (stryCov_9fa48("1479"), value => new Map(world).set(name, value)))));
        if (stryMutAct_9fa48("1483") ? worlds.length <= mostCombinations : stryMutAct_9fa48("1482") ? worlds.length >= mostCombinations : stryMutAct_9fa48("1481") ? false : stryMutAct_9fa48("1480") ? true : (stryCov_9fa48("1480", "1481", "1482", "1483"), worlds.length > mostCombinations)) return unknown;
      }
    }
    const results = worlds.map(stryMutAct_9fa48("1484") ? () => undefined : (stryCov_9fa48("1484"), world => resultOf(when, tags, world)));
    return stryMutAct_9fa48("1485") ? {} : (stryCov_9fa48("1485"), {
      mayBeTrue: results.includes(stryMutAct_9fa48("1486") ? false : (stryCov_9fa48("1486"), true)),
      mayBeFalse: results.includes(stryMutAct_9fa48("1487") ? true : (stryCov_9fa48("1487"), false))
    });
  }
}
function resultOf(when: string, tags: ReturnType<typeof tagsOf>, world: ReadonlyMap<string, string>): boolean | undefined {
  if (stryMutAct_9fa48("1488")) {
    {}
  } else {
    stryCov_9fa48("1488");
    let text = stryMutAct_9fa48("1489") ? "Stryker was here!" : (stryCov_9fa48("1489"), "");
    let from = 0;
    for (const {
      start,
      end,
      text: name
    } of tags) {
      if (stryMutAct_9fa48("1490")) {
        {}
      } else {
        stryCov_9fa48("1490");
        stryMutAct_9fa48("1491") ? text -= when.slice(from, start) + (world.get(name.trim()) ?? "") : (stryCov_9fa48("1491"), text += stryMutAct_9fa48("1492") ? when.slice(from, start) - (world.get(name.trim()) ?? "") : (stryCov_9fa48("1492"), (stryMutAct_9fa48("1493") ? when : (stryCov_9fa48("1493"), when.slice(from, start))) + (stryMutAct_9fa48("1494") ? world.get(name.trim()) && "" : (stryCov_9fa48("1494"), world.get(stryMutAct_9fa48("1495") ? name : (stryCov_9fa48("1495"), name.trim())) ?? (stryMutAct_9fa48("1496") ? "Stryker was here!" : (stryCov_9fa48("1496"), ""))))));
        from = end;
      }
    }
    try {
      if (stryMutAct_9fa48("1497")) {
        {}
      } else {
        stryCov_9fa48("1497");
        return evaluateWhen(stryMutAct_9fa48("1498") ? text - when.slice(from) : (stryCov_9fa48("1498"), text + (stryMutAct_9fa48("1499") ? when : (stryCov_9fa48("1499"), when.slice(from)))));
      }
    } catch {
      if (stryMutAct_9fa48("1500")) {
        {}
      } else {
        stryCov_9fa48("1500");
        return undefined;
      }
    }
  }
}
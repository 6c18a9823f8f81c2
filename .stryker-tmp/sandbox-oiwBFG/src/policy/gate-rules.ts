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
import type { Template } from "../manifest/argo.js";
import { annotation } from "../run/metadata.js";
import type { RepositoryPolicy } from "./configuration.js";
import type { GateRules } from "./gate.js";

/** As `GateRules.approvals`: the annotations have a fault, so nothing may open the gate. */
export const neverApprovable = Number.MAX_SAFE_INTEGER;
const login = stryMutAct_9fa48("743") ? /^@?[A-Za-z0-9](?:[^A-Za-z0-9_-]{0,99})$/ : stryMutAct_9fa48("742") ? /^@?[A-Za-z0-9](?:[A-Za-z0-9_-])$/ : stryMutAct_9fa48("741") ? /^@?[^A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/ : stryMutAct_9fa48("740") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/ : stryMutAct_9fa48("739") ? /^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})/ : stryMutAct_9fa48("738") ? /@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/ : (stryCov_9fa48("738", "739", "740", "741", "742", "743"), /^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/);
const team = stryMutAct_9fa48("751") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[^A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("750") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-])$/ : stryMutAct_9fa48("749") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[^A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("748") ? /^@[A-Za-z0-9](?:[^A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("747") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-])\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("746") ? /^@[^A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("745") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})/ : stryMutAct_9fa48("744") ? /@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : (stryCov_9fa48("744", "745", "746", "747", "748", "749", "750", "751"), /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/);

/**
 * The rules that a gate's own annotations set (a suspend template's `metadata.annotations`). A value with a fault
 * gives the strictest reading, never a default: `approvals` is then `neverApprovable` and `problems` says why.
 */
export function gateRules(annotations: Record<string, string> | undefined): {
  rules: GateRules;
  problems: string[];
} {
  if (stryMutAct_9fa48("752")) {
    {}
  } else {
    stryCov_9fa48("752");
    const problems: string[] = stryMutAct_9fa48("753") ? ["Stryker was here"] : (stryCov_9fa48("753"), []);
    const read = (name: string): string | undefined => {
      if (stryMutAct_9fa48("754")) {
        {}
      } else {
        stryCov_9fa48("754");
        const value: unknown = (stryMutAct_9fa48("757") ? annotations !== undefined || Object.hasOwn(annotations, name) : stryMutAct_9fa48("756") ? false : stryMutAct_9fa48("755") ? true : (stryCov_9fa48("755", "756", "757"), (stryMutAct_9fa48("759") ? annotations === undefined : stryMutAct_9fa48("758") ? true : (stryCov_9fa48("758", "759"), annotations !== undefined)) && Object.hasOwn(annotations, name))) ? annotations[name] : undefined;
        if (stryMutAct_9fa48("762") ? value === undefined && typeof value === "string" : stryMutAct_9fa48("761") ? false : stryMutAct_9fa48("760") ? true : (stryCov_9fa48("760", "761", "762"), (stryMutAct_9fa48("764") ? value !== undefined : stryMutAct_9fa48("763") ? false : (stryCov_9fa48("763", "764"), value === undefined)) || (stryMutAct_9fa48("766") ? typeof value !== "string" : stryMutAct_9fa48("765") ? false : (stryCov_9fa48("765", "766"), typeof value === (stryMutAct_9fa48("767") ? "" : (stryCov_9fa48("767"), "string")))))) return value;
        problems.push(stryMutAct_9fa48("768") ? `` : (stryCov_9fa48("768"), `${name} must be a text: put it in quotes`));
        return undefined;
      }
    };
    const approvals = readApprovals(read(annotation.approvals), problems);
    const approvers = readApprovers(read(annotation.approvers), problems);
    const rejectOnChanges = readSwitch(read(annotation.rejectOnChanges), problems);
    const needed = (stryMutAct_9fa48("771") ? problems.length !== 0 : stryMutAct_9fa48("770") ? false : stryMutAct_9fa48("769") ? true : (stryCov_9fa48("769", "770", "771"), problems.length === 0)) ? approvals : neverApprovable;
    return stryMutAct_9fa48("772") ? {} : (stryCov_9fa48("772"), {
      rules: stryMutAct_9fa48("773") ? {} : (stryCov_9fa48("773"), {
        approvals: needed,
        approvers,
        rejectOnChanges
      }),
      problems
    });
  }
}

/** The rules of a gate over the floor that the server's configuration sets: a manifest may ask for more, never less. */
export function aboveFloor(rules: GateRules, floor: RepositoryPolicy["gates"]): GateRules {
  if (stryMutAct_9fa48("774")) {
    {}
  } else {
    stryCov_9fa48("774");
    return stryMutAct_9fa48("775") ? {} : (stryCov_9fa48("775"), {
      ...rules,
      approvals: stryMutAct_9fa48("776") ? Math.min(rules.approvals, floor.approvals) : (stryCov_9fa48("776"), Math.max(rules.approvals, floor.approvals)),
      serverApprovers: floor.approvers
    });
  }
}

/** The teams (`org/team`, lower case) whose members a decision by these rules needs to know: the keys of `GateSnapshot.teams`. */
export function teamsOf({
  approvers,
  serverApprovers = stryMutAct_9fa48("777") ? ["Stryker was here"] : (stryCov_9fa48("777"), [])
}: GateRules): string[] {
  if (stryMutAct_9fa48("778")) {
    {}
  } else {
    stryCov_9fa48("778");
    return stryMutAct_9fa48("779") ? [...approvers, ...serverApprovers].map(entry => entry.slice(1).toLowerCase()) : (stryCov_9fa48("779"), (stryMutAct_9fa48("780") ? [] : (stryCov_9fa48("780"), [...approvers, ...serverApprovers])).filter(stryMutAct_9fa48("781") ? () => undefined : (stryCov_9fa48("781"), entry => entry.includes(stryMutAct_9fa48("782") ? "" : (stryCov_9fa48("782"), "/")))).map(stryMutAct_9fa48("783") ? () => undefined : (stryCov_9fa48("783"), entry => stryMutAct_9fa48("785") ? entry.toLowerCase() : stryMutAct_9fa48("784") ? entry.slice(1).toUpperCase() : (stryCov_9fa48("784", "785"), entry.slice(1).toLowerCase()))));
  }
}

/** A suspend template without a duration: it waits for people. With a duration it is a delay, never a gate. */
export function isGate(template: Template): boolean {
  if (stryMutAct_9fa48("786")) {
    {}
  } else {
    stryCov_9fa48("786");
    if (stryMutAct_9fa48("789") ? template.suspend === undefined && template.suspend === null : stryMutAct_9fa48("788") ? false : stryMutAct_9fa48("787") ? true : (stryCov_9fa48("787", "788", "789"), (stryMutAct_9fa48("791") ? template.suspend !== undefined : stryMutAct_9fa48("790") ? false : (stryCov_9fa48("790", "791"), template.suspend === undefined)) || (stryMutAct_9fa48("793") ? template.suspend !== null : stryMutAct_9fa48("792") ? false : (stryCov_9fa48("792", "793"), template.suspend === null)))) return stryMutAct_9fa48("794") ? true : (stryCov_9fa48("794"), false);
    const {
      duration
    } = template.suspend;
    return stryMutAct_9fa48("797") ? (duration === undefined || duration === null) && duration === "" : stryMutAct_9fa48("796") ? false : stryMutAct_9fa48("795") ? true : (stryCov_9fa48("795", "796", "797"), (stryMutAct_9fa48("799") ? duration === undefined && duration === null : stryMutAct_9fa48("798") ? false : (stryCov_9fa48("798", "799"), (stryMutAct_9fa48("801") ? duration !== undefined : stryMutAct_9fa48("800") ? false : (stryCov_9fa48("800", "801"), duration === undefined)) || (stryMutAct_9fa48("803") ? duration !== null : stryMutAct_9fa48("802") ? false : (stryCov_9fa48("802", "803"), duration === null)))) || (stryMutAct_9fa48("805") ? duration !== "" : stryMutAct_9fa48("804") ? false : (stryCov_9fa48("804", "805"), duration === (stryMutAct_9fa48("806") ? "Stryker was here!" : (stryCov_9fa48("806"), "")))));
  }
}
function readApprovals(text: string | undefined, problems: string[]): number {
  if (stryMutAct_9fa48("807")) {
    {}
  } else {
    stryCov_9fa48("807");
    if (stryMutAct_9fa48("810") ? text !== undefined : stryMutAct_9fa48("809") ? false : stryMutAct_9fa48("808") ? true : (stryCov_9fa48("808", "809", "810"), text === undefined)) return 1;
    if (stryMutAct_9fa48("812") ? false : stryMutAct_9fa48("811") ? true : (stryCov_9fa48("811", "812"), (stryMutAct_9fa48("817") ? /^[1-9][^0-9]?$/ : stryMutAct_9fa48("816") ? /^[1-9][0-9]$/ : stryMutAct_9fa48("815") ? /^[^1-9][0-9]?$/ : stryMutAct_9fa48("814") ? /^[1-9][0-9]?/ : stryMutAct_9fa48("813") ? /[1-9][0-9]?$/ : (stryCov_9fa48("813", "814", "815", "816", "817"), /^[1-9][0-9]?$/)).test(stryMutAct_9fa48("818") ? text : (stryCov_9fa48("818"), text.trim())))) return Number(stryMutAct_9fa48("819") ? text : (stryCov_9fa48("819"), text.trim()));
    problems.push(stryMutAct_9fa48("820") ? `` : (stryCov_9fa48("820"), `${annotation.approvals} must be a whole number from 1 to 99, not ${quote(text)}`));
    return neverApprovable;
  }
}
function readApprovers(text: string | undefined, problems: string[]): string[] {
  if (stryMutAct_9fa48("821")) {
    {}
  } else {
    stryCov_9fa48("821");
    if (stryMutAct_9fa48("824") ? text !== undefined : stryMutAct_9fa48("823") ? false : stryMutAct_9fa48("822") ? true : (stryCov_9fa48("822", "823", "824"), text === undefined)) return stryMutAct_9fa48("825") ? ["Stryker was here"] : (stryCov_9fa48("825"), []);
    const entries = stryMutAct_9fa48("826") ? text.split(/[\s,]+/) : (stryCov_9fa48("826"), text.split(stryMutAct_9fa48("829") ? /[\S,]+/ : stryMutAct_9fa48("828") ? /[^\s,]+/ : stryMutAct_9fa48("827") ? /[\s,]/ : (stryCov_9fa48("827", "828", "829"), /[\s,]+/)).filter(stryMutAct_9fa48("830") ? () => undefined : (stryCov_9fa48("830"), entry => stryMutAct_9fa48("833") ? entry === "" : stryMutAct_9fa48("832") ? false : stryMutAct_9fa48("831") ? true : (stryCov_9fa48("831", "832", "833"), entry !== (stryMutAct_9fa48("834") ? "Stryker was here!" : (stryCov_9fa48("834"), ""))))));
    if (stryMutAct_9fa48("837") ? entries.length !== 0 : stryMutAct_9fa48("836") ? false : stryMutAct_9fa48("835") ? true : (stryCov_9fa48("835", "836", "837"), entries.length === 0)) problems.push(stryMutAct_9fa48("838") ? `` : (stryCov_9fa48("838"), `${annotation.approvers} names nobody`));
    for (const entry of entries) {
      if (stryMutAct_9fa48("839")) {
        {}
      } else {
        stryCov_9fa48("839");
        if (stryMutAct_9fa48("842") ? !login.test(entry) || !team.test(entry) : stryMutAct_9fa48("841") ? false : stryMutAct_9fa48("840") ? true : (stryCov_9fa48("840", "841", "842"), (stryMutAct_9fa48("843") ? login.test(entry) : (stryCov_9fa48("843"), !login.test(entry))) && (stryMutAct_9fa48("844") ? team.test(entry) : (stryCov_9fa48("844"), !team.test(entry))))) {
          if (stryMutAct_9fa48("845")) {
            {}
          } else {
            stryCov_9fa48("845");
            problems.push(stryMutAct_9fa48("846") ? `` : (stryCov_9fa48("846"), `${annotation.approvers} must hold logins and @org/team, not ${quote(entry)}`));
          }
        }
      }
    }
    return entries;
  }
}
function readSwitch(text: string | undefined, problems: string[]): boolean {
  if (stryMutAct_9fa48("847")) {
    {}
  } else {
    stryCov_9fa48("847");
    if (stryMutAct_9fa48("850") ? text === undefined && text.trim() === "false" : stryMutAct_9fa48("849") ? false : stryMutAct_9fa48("848") ? true : (stryCov_9fa48("848", "849", "850"), (stryMutAct_9fa48("852") ? text !== undefined : stryMutAct_9fa48("851") ? false : (stryCov_9fa48("851", "852"), text === undefined)) || (stryMutAct_9fa48("854") ? text.trim() !== "false" : stryMutAct_9fa48("853") ? false : (stryCov_9fa48("853", "854"), (stryMutAct_9fa48("855") ? text : (stryCov_9fa48("855"), text.trim())) === (stryMutAct_9fa48("856") ? "" : (stryCov_9fa48("856"), "false")))))) return stryMutAct_9fa48("857") ? true : (stryCov_9fa48("857"), false);
    if (stryMutAct_9fa48("860") ? text.trim() === "true" : stryMutAct_9fa48("859") ? false : stryMutAct_9fa48("858") ? true : (stryCov_9fa48("858", "859", "860"), (stryMutAct_9fa48("861") ? text : (stryCov_9fa48("861"), text.trim())) !== (stryMutAct_9fa48("862") ? "" : (stryCov_9fa48("862"), "true")))) problems.push(stryMutAct_9fa48("863") ? `` : (stryCov_9fa48("863"), `${annotation.rejectOnChanges} must be true or false, not ${quote(text)}`));
    return stryMutAct_9fa48("864") ? false : (stryCov_9fa48("864"), true);
  }
}
function quote(text: string): string {
  if (stryMutAct_9fa48("865")) {
    {}
  } else {
    stryCov_9fa48("865");
    return stryMutAct_9fa48("866") ? `` : (stryCov_9fa48("866"), `"${stryMutAct_9fa48("867") ? text : (stryCov_9fa48("867"), text.slice(0, 60))}"`);
  }
}
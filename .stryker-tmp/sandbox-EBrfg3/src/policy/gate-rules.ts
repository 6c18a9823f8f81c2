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
const login = stryMutAct_9fa48("232") ? /^@?[A-Za-z0-9](?:[^A-Za-z0-9_-]{0,99})$/ : stryMutAct_9fa48("231") ? /^@?[A-Za-z0-9](?:[A-Za-z0-9_-])$/ : stryMutAct_9fa48("230") ? /^@?[^A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/ : stryMutAct_9fa48("229") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/ : stryMutAct_9fa48("228") ? /^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})/ : stryMutAct_9fa48("227") ? /@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/ : (stryCov_9fa48("227", "228", "229", "230", "231", "232"), /^@?[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/);
const team = stryMutAct_9fa48("240") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[^A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("239") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-])$/ : stryMutAct_9fa48("238") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[^A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("237") ? /^@[A-Za-z0-9](?:[^A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("236") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-])\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("235") ? /^@[^A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : stryMutAct_9fa48("234") ? /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})/ : stryMutAct_9fa48("233") ? /@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/ : (stryCov_9fa48("233", "234", "235", "236", "237", "238", "239", "240"), /^@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})\/[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,99})$/);

/**
 * The rules that a gate's own annotations set (a suspend template's `metadata.annotations`). A value with a fault
 * gives the strictest reading, never a default: `approvals` is then `neverApprovable` and `problems` says why.
 */
export function gateRules(annotations: Record<string, string> | undefined): {
  rules: GateRules;
  problems: string[];
} {
  if (stryMutAct_9fa48("241")) {
    {}
  } else {
    stryCov_9fa48("241");
    const problems: string[] = stryMutAct_9fa48("242") ? ["Stryker was here"] : (stryCov_9fa48("242"), []);
    const read = (name: string): string | undefined => {
      if (stryMutAct_9fa48("243")) {
        {}
      } else {
        stryCov_9fa48("243");
        const value: unknown = (stryMutAct_9fa48("246") ? annotations !== undefined || Object.hasOwn(annotations, name) : stryMutAct_9fa48("245") ? false : stryMutAct_9fa48("244") ? true : (stryCov_9fa48("244", "245", "246"), (stryMutAct_9fa48("248") ? annotations === undefined : stryMutAct_9fa48("247") ? true : (stryCov_9fa48("247", "248"), annotations !== undefined)) && Object.hasOwn(annotations, name))) ? annotations[name] : undefined;
        if (stryMutAct_9fa48("251") ? value === undefined && typeof value === "string" : stryMutAct_9fa48("250") ? false : stryMutAct_9fa48("249") ? true : (stryCov_9fa48("249", "250", "251"), (stryMutAct_9fa48("253") ? value !== undefined : stryMutAct_9fa48("252") ? false : (stryCov_9fa48("252", "253"), value === undefined)) || (stryMutAct_9fa48("255") ? typeof value !== "string" : stryMutAct_9fa48("254") ? false : (stryCov_9fa48("254", "255"), typeof value === (stryMutAct_9fa48("256") ? "" : (stryCov_9fa48("256"), "string")))))) return value;
        problems.push(stryMutAct_9fa48("257") ? `` : (stryCov_9fa48("257"), `${name} must be a text: put it in quotes`));
        return undefined;
      }
    };
    const approvals = readApprovals(read(annotation.approvals), problems);
    const approvers = readApprovers(read(annotation.approvers), problems);
    const rejectOnChanges = readSwitch(read(annotation.rejectOnChanges), problems);
    const needed = (stryMutAct_9fa48("260") ? problems.length !== 0 : stryMutAct_9fa48("259") ? false : stryMutAct_9fa48("258") ? true : (stryCov_9fa48("258", "259", "260"), problems.length === 0)) ? approvals : neverApprovable;
    return stryMutAct_9fa48("261") ? {} : (stryCov_9fa48("261"), {
      rules: stryMutAct_9fa48("262") ? {} : (stryCov_9fa48("262"), {
        approvals: needed,
        approvers,
        rejectOnChanges
      }),
      problems
    });
  }
}

/** The rules of a gate over the floor that the server's configuration sets: a manifest may ask for more, never less. */
export function aboveFloor(rules: GateRules, floor: RepositoryPolicy["gates"], actorId: number): GateRules {
  if (stryMutAct_9fa48("263")) {
    {}
  } else {
    stryCov_9fa48("263");
    return stryMutAct_9fa48("264") ? {} : (stryCov_9fa48("264"), {
      ...rules,
      approvals: stryMutAct_9fa48("265") ? Math.min(rules.approvals, floor.approvals) : (stryCov_9fa48("265"), Math.max(rules.approvals, floor.approvals)),
      serverApprovers: floor.approvers,
      ...(floor.fourEyes ? stryMutAct_9fa48("266") ? {} : (stryCov_9fa48("266"), {
        startedBy: actorId
      }) : {})
    });
  }
}

/** The teams (`org/team`, lower case) whose members a decision by these rules needs to know: the keys of `GateSnapshot.teams`. */
export function teamsOf({
  approvers,
  serverApprovers = stryMutAct_9fa48("267") ? ["Stryker was here"] : (stryCov_9fa48("267"), [])
}: GateRules): string[] {
  if (stryMutAct_9fa48("268")) {
    {}
  } else {
    stryCov_9fa48("268");
    return stryMutAct_9fa48("269") ? [...approvers, ...serverApprovers].map(entry => entry.slice(1).toLowerCase()) : (stryCov_9fa48("269"), (stryMutAct_9fa48("270") ? [] : (stryCov_9fa48("270"), [...approvers, ...serverApprovers])).filter(stryMutAct_9fa48("271") ? () => undefined : (stryCov_9fa48("271"), entry => entry.includes(stryMutAct_9fa48("272") ? "" : (stryCov_9fa48("272"), "/")))).map(stryMutAct_9fa48("273") ? () => undefined : (stryCov_9fa48("273"), entry => stryMutAct_9fa48("275") ? entry.toLowerCase() : stryMutAct_9fa48("274") ? entry.slice(1).toUpperCase() : (stryCov_9fa48("274", "275"), entry.slice(1).toLowerCase()))));
  }
}

/** A suspend template without a duration: it waits for people. With a duration it is a delay, never a gate. */
export function isGate(template: Template): boolean {
  if (stryMutAct_9fa48("276")) {
    {}
  } else {
    stryCov_9fa48("276");
    if (stryMutAct_9fa48("279") ? template.suspend === undefined && template.suspend === null : stryMutAct_9fa48("278") ? false : stryMutAct_9fa48("277") ? true : (stryCov_9fa48("277", "278", "279"), (stryMutAct_9fa48("281") ? template.suspend !== undefined : stryMutAct_9fa48("280") ? false : (stryCov_9fa48("280", "281"), template.suspend === undefined)) || (stryMutAct_9fa48("283") ? template.suspend !== null : stryMutAct_9fa48("282") ? false : (stryCov_9fa48("282", "283"), template.suspend === null)))) return stryMutAct_9fa48("284") ? true : (stryCov_9fa48("284"), false);
    const {
      duration
    } = template.suspend;
    return stryMutAct_9fa48("287") ? (duration === undefined || duration === null) && duration === "" : stryMutAct_9fa48("286") ? false : stryMutAct_9fa48("285") ? true : (stryCov_9fa48("285", "286", "287"), (stryMutAct_9fa48("289") ? duration === undefined && duration === null : stryMutAct_9fa48("288") ? false : (stryCov_9fa48("288", "289"), (stryMutAct_9fa48("291") ? duration !== undefined : stryMutAct_9fa48("290") ? false : (stryCov_9fa48("290", "291"), duration === undefined)) || (stryMutAct_9fa48("293") ? duration !== null : stryMutAct_9fa48("292") ? false : (stryCov_9fa48("292", "293"), duration === null)))) || (stryMutAct_9fa48("295") ? duration !== "" : stryMutAct_9fa48("294") ? false : (stryCov_9fa48("294", "295"), duration === (stryMutAct_9fa48("296") ? "Stryker was here!" : (stryCov_9fa48("296"), "")))));
  }
}
function readApprovals(text: string | undefined, problems: string[]): number {
  if (stryMutAct_9fa48("297")) {
    {}
  } else {
    stryCov_9fa48("297");
    if (stryMutAct_9fa48("300") ? text !== undefined : stryMutAct_9fa48("299") ? false : stryMutAct_9fa48("298") ? true : (stryCov_9fa48("298", "299", "300"), text === undefined)) return 1;
    if (stryMutAct_9fa48("302") ? false : stryMutAct_9fa48("301") ? true : (stryCov_9fa48("301", "302"), (stryMutAct_9fa48("307") ? /^[1-9][^0-9]?$/ : stryMutAct_9fa48("306") ? /^[1-9][0-9]$/ : stryMutAct_9fa48("305") ? /^[^1-9][0-9]?$/ : stryMutAct_9fa48("304") ? /^[1-9][0-9]?/ : stryMutAct_9fa48("303") ? /[1-9][0-9]?$/ : (stryCov_9fa48("303", "304", "305", "306", "307"), /^[1-9][0-9]?$/)).test(stryMutAct_9fa48("308") ? text : (stryCov_9fa48("308"), text.trim())))) return Number(stryMutAct_9fa48("309") ? text : (stryCov_9fa48("309"), text.trim()));
    problems.push(stryMutAct_9fa48("310") ? `` : (stryCov_9fa48("310"), `${annotation.approvals} must be a whole number from 1 to 99, not ${quote(text)}`));
    return neverApprovable;
  }
}
function readApprovers(text: string | undefined, problems: string[]): string[] {
  if (stryMutAct_9fa48("311")) {
    {}
  } else {
    stryCov_9fa48("311");
    if (stryMutAct_9fa48("314") ? text !== undefined : stryMutAct_9fa48("313") ? false : stryMutAct_9fa48("312") ? true : (stryCov_9fa48("312", "313", "314"), text === undefined)) return stryMutAct_9fa48("315") ? ["Stryker was here"] : (stryCov_9fa48("315"), []);
    const entries = stryMutAct_9fa48("316") ? text.split(/[\s,]+/) : (stryCov_9fa48("316"), text.split(stryMutAct_9fa48("319") ? /[\S,]+/ : stryMutAct_9fa48("318") ? /[^\s,]+/ : stryMutAct_9fa48("317") ? /[\s,]/ : (stryCov_9fa48("317", "318", "319"), /[\s,]+/)).filter(stryMutAct_9fa48("320") ? () => undefined : (stryCov_9fa48("320"), entry => stryMutAct_9fa48("323") ? entry === "" : stryMutAct_9fa48("322") ? false : stryMutAct_9fa48("321") ? true : (stryCov_9fa48("321", "322", "323"), entry !== (stryMutAct_9fa48("324") ? "Stryker was here!" : (stryCov_9fa48("324"), ""))))));
    if (stryMutAct_9fa48("327") ? entries.length !== 0 : stryMutAct_9fa48("326") ? false : stryMutAct_9fa48("325") ? true : (stryCov_9fa48("325", "326", "327"), entries.length === 0)) problems.push(stryMutAct_9fa48("328") ? `` : (stryCov_9fa48("328"), `${annotation.approvers} names nobody`));
    for (const entry of entries) {
      if (stryMutAct_9fa48("329")) {
        {}
      } else {
        stryCov_9fa48("329");
        if (stryMutAct_9fa48("332") ? !login.test(entry) || !team.test(entry) : stryMutAct_9fa48("331") ? false : stryMutAct_9fa48("330") ? true : (stryCov_9fa48("330", "331", "332"), (stryMutAct_9fa48("333") ? login.test(entry) : (stryCov_9fa48("333"), !login.test(entry))) && (stryMutAct_9fa48("334") ? team.test(entry) : (stryCov_9fa48("334"), !team.test(entry))))) {
          if (stryMutAct_9fa48("335")) {
            {}
          } else {
            stryCov_9fa48("335");
            problems.push(stryMutAct_9fa48("336") ? `` : (stryCov_9fa48("336"), `${annotation.approvers} must hold logins and @org/team, not ${quote(entry)}`));
          }
        }
      }
    }
    return entries;
  }
}
function readSwitch(text: string | undefined, problems: string[]): boolean {
  if (stryMutAct_9fa48("337")) {
    {}
  } else {
    stryCov_9fa48("337");
    if (stryMutAct_9fa48("340") ? text === undefined && text.trim() === "false" : stryMutAct_9fa48("339") ? false : stryMutAct_9fa48("338") ? true : (stryCov_9fa48("338", "339", "340"), (stryMutAct_9fa48("342") ? text !== undefined : stryMutAct_9fa48("341") ? false : (stryCov_9fa48("341", "342"), text === undefined)) || (stryMutAct_9fa48("344") ? text.trim() !== "false" : stryMutAct_9fa48("343") ? false : (stryCov_9fa48("343", "344"), (stryMutAct_9fa48("345") ? text : (stryCov_9fa48("345"), text.trim())) === (stryMutAct_9fa48("346") ? "" : (stryCov_9fa48("346"), "false")))))) return stryMutAct_9fa48("347") ? true : (stryCov_9fa48("347"), false);
    if (stryMutAct_9fa48("350") ? text.trim() === "true" : stryMutAct_9fa48("349") ? false : stryMutAct_9fa48("348") ? true : (stryCov_9fa48("348", "349", "350"), (stryMutAct_9fa48("351") ? text : (stryCov_9fa48("351"), text.trim())) !== (stryMutAct_9fa48("352") ? "" : (stryCov_9fa48("352"), "true")))) problems.push(stryMutAct_9fa48("353") ? `` : (stryCov_9fa48("353"), `${annotation.rejectOnChanges} must be true or false, not ${quote(text)}`));
    return stryMutAct_9fa48("354") ? false : (stryCov_9fa48("354"), true);
  }
}
function quote(text: string): string {
  if (stryMutAct_9fa48("355")) {
    {}
  } else {
    stryCov_9fa48("355");
    return stryMutAct_9fa48("356") ? `` : (stryCov_9fa48("356"), `"${stryMutAct_9fa48("357") ? text : (stryCov_9fa48("357"), text.slice(0, 60))}"`);
  }
}
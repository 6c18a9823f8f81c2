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
import type { Template, TemplateRef, WorkflowSpec } from "../manifest/argo.js";
import type { RepositoryPolicy } from "./configuration.js";
import { matchesFilter } from "./glob.js";
export type Protected = RepositoryPolicy["protected"];

/** The protected service account or Secret that a template's own pod would use, in words; undefined when none. */
export function protectedUse(template: Template, spec: WorkflowSpec, guarded: Protected): string | undefined {
  if (stryMutAct_9fa48("961")) {
    {}
  } else {
    stryCov_9fa48("961");
    if (stryMutAct_9fa48("964") ? false : stryMutAct_9fa48("963") ? true : stryMutAct_9fa48("962") ? hasPod(template) : (stryCov_9fa48("962", "963", "964"), !hasPod(template))) return undefined;
    const defaults = stryMutAct_9fa48("965") ? spec.templateDefaults && {} : (stryCov_9fa48("965"), spec.templateDefaults ?? {});
    const account = stryMutAct_9fa48("966") ? (template.serviceAccountName ?? defaults.serviceAccountName) && spec.serviceAccountName : (stryCov_9fa48("966"), (stryMutAct_9fa48("967") ? template.serviceAccountName && defaults.serviceAccountName : (stryCov_9fa48("967"), template.serviceAccountName ?? defaults.serviceAccountName)) ?? spec.serviceAccountName);
    if (stryMutAct_9fa48("970") ? account !== undefined || matchesFilter(guarded.serviceAccounts, account) : stryMutAct_9fa48("969") ? false : stryMutAct_9fa48("968") ? true : (stryCov_9fa48("968", "969", "970"), (stryMutAct_9fa48("972") ? account === undefined : stryMutAct_9fa48("971") ? true : (stryCov_9fa48("971", "972"), account !== undefined)) && matchesFilter(guarded.serviceAccounts, account))) return stryMutAct_9fa48("973") ? `` : (stryCov_9fa48("973"), `service account \`${account}\``);
    const mounted = namesIn(stryMutAct_9fa48("974") ? [] : (stryCov_9fa48("974"), [template, defaults]), stryMutAct_9fa48("975") ? "" : (stryCov_9fa48("975"), "volumeMounts"));
    const volumes = (stryMutAct_9fa48("976") ? [] : (stryCov_9fa48("976"), [spec[stryMutAct_9fa48("977") ? "" : (stryCov_9fa48("977"), "volumes")], defaults[stryMutAct_9fa48("978") ? "" : (stryCov_9fa48("978"), "volumes")]])).flatMap(stryMutAct_9fa48("979") ? () => undefined : (stryCov_9fa48("979"), list => stryMutAct_9fa48("980") ? Array.isArray(list) ? list as {
      name?: unknown;
    }[] : [] : (stryCov_9fa48("980"), (Array.isArray(list) ? list as {
      name?: unknown;
    }[] : stryMutAct_9fa48("981") ? ["Stryker was here"] : (stryCov_9fa48("981"), [])).filter(stryMutAct_9fa48("982") ? () => undefined : (stryCov_9fa48("982"), ({
      name
    }) => mounted.has(String(name)))))));
    const secrets = stryMutAct_9fa48("983") ? [] : (stryCov_9fa48("983"), [...secretsIn(stryMutAct_9fa48("984") ? [] : (stryCov_9fa48("984"), [template, defaults, volumes, stryMutAct_9fa48("985") ? spec.arguments && {} : (stryCov_9fa48("985"), spec.arguments ?? {})]))]);
    const secret = secrets.find(stryMutAct_9fa48("986") ? () => undefined : (stryCov_9fa48("986"), name => matchesFilter(guarded.secrets, name)));
    return (stryMutAct_9fa48("989") ? secret !== undefined : stryMutAct_9fa48("988") ? false : stryMutAct_9fa48("987") ? true : (stryCov_9fa48("987", "988", "989"), secret === undefined)) ? undefined : stryMutAct_9fa48("990") ? `` : (stryCov_9fa48("990"), `Secret \`${secret}\``);
  }
}

/** A template of the cluster whose content is not known here. */
export function protectedTemplate({
  name = stryMutAct_9fa48("991") ? "Stryker was here!" : (stryCov_9fa48("991"), ""),
  clusterScope
}: TemplateRef, guarded: Protected): string | undefined {
  if (stryMutAct_9fa48("992")) {
    {}
  } else {
    stryCov_9fa48("992");
    const key = (stryMutAct_9fa48("995") ? clusterScope !== true : stryMutAct_9fa48("994") ? false : stryMutAct_9fa48("993") ? true : (stryCov_9fa48("993", "994", "995"), clusterScope === (stryMutAct_9fa48("996") ? false : (stryCov_9fa48("996"), true)))) ? stryMutAct_9fa48("997") ? `` : (stryCov_9fa48("997"), `cluster/${name}`) : name;
    return matchesFilter(guarded.templates, key) ? stryMutAct_9fa48("998") ? `` : (stryCov_9fa48("998"), `template \`${key}\``) : undefined;
  }
}

/** Everything but what only calls others or waits. */
function hasPod(template: Template): boolean {
  if (stryMutAct_9fa48("999")) {
    {}
  } else {
    stryCov_9fa48("999");
    const calls = stryMutAct_9fa48("1002") ? template.steps !== undefined && template.dag !== undefined : stryMutAct_9fa48("1001") ? false : stryMutAct_9fa48("1000") ? true : (stryCov_9fa48("1000", "1001", "1002"), (stryMutAct_9fa48("1004") ? template.steps === undefined : stryMutAct_9fa48("1003") ? false : (stryCov_9fa48("1003", "1004"), template.steps !== undefined)) || (stryMutAct_9fa48("1006") ? template.dag === undefined : stryMutAct_9fa48("1005") ? false : (stryCov_9fa48("1005", "1006"), template.dag !== undefined)));
    const runs = stryMutAct_9fa48("1009") ? template.container !== undefined && template.script !== undefined : stryMutAct_9fa48("1008") ? false : stryMutAct_9fa48("1007") ? true : (stryCov_9fa48("1007", "1008", "1009"), (stryMutAct_9fa48("1011") ? template.container === undefined : stryMutAct_9fa48("1010") ? false : (stryCov_9fa48("1010", "1011"), template.container !== undefined)) || (stryMutAct_9fa48("1013") ? template.script === undefined : stryMutAct_9fa48("1012") ? false : (stryCov_9fa48("1012", "1013"), template.script !== undefined)));
    return stryMutAct_9fa48("1016") ? runs && !calls && template.suspend === undefined : stryMutAct_9fa48("1015") ? false : stryMutAct_9fa48("1014") ? true : (stryCov_9fa48("1014", "1015", "1016"), runs || (stryMutAct_9fa48("1018") ? !calls || template.suspend === undefined : stryMutAct_9fa48("1017") ? false : (stryCov_9fa48("1017", "1018"), (stryMutAct_9fa48("1019") ? calls : (stryCov_9fa48("1019"), !calls)) && (stryMutAct_9fa48("1021") ? template.suspend !== undefined : stryMutAct_9fa48("1020") ? true : (stryCov_9fa48("1020", "1021"), template.suspend === undefined)))));
  }
}

/** The names in all lists of this key, wherever they are. */
function namesIn(part: unknown, key: string, found = new Set<string>()): Set<string> {
  if (stryMutAct_9fa48("1022")) {
    {}
  } else {
    stryCov_9fa48("1022");
    if (stryMutAct_9fa48("1025") ? typeof part !== "object" && part === null : stryMutAct_9fa48("1024") ? false : stryMutAct_9fa48("1023") ? true : (stryCov_9fa48("1023", "1024", "1025"), (stryMutAct_9fa48("1027") ? typeof part === "object" : stryMutAct_9fa48("1026") ? false : (stryCov_9fa48("1026", "1027"), typeof part !== (stryMutAct_9fa48("1028") ? "" : (stryCov_9fa48("1028"), "object")))) || (stryMutAct_9fa48("1030") ? part !== null : stryMutAct_9fa48("1029") ? false : (stryCov_9fa48("1029", "1030"), part === null)))) return found;
    for (const [name, inner] of Object.entries(part)) {
      if (stryMutAct_9fa48("1031")) {
        {}
      } else {
        stryCov_9fa48("1031");
        if (stryMutAct_9fa48("1034") ? name === key || Array.isArray(inner) : stryMutAct_9fa48("1033") ? false : stryMutAct_9fa48("1032") ? true : (stryCov_9fa48("1032", "1033", "1034"), (stryMutAct_9fa48("1036") ? name !== key : stryMutAct_9fa48("1035") ? true : (stryCov_9fa48("1035", "1036"), name === key)) && Array.isArray(inner))) for (const item of inner as {
          name?: unknown;
        }[]) found.add(String(stryMutAct_9fa48("1037") ? item.name : (stryCov_9fa48("1037"), item?.name)));
        namesIn(inner, key, found);
      }
    }
    return found;
  }
}

/** The names of the Secrets that a part refers to, by the ways of Kubernetes and of Argo's artifacts. */
function secretsIn(part: unknown, found = new Set<string>()): Set<string> {
  if (stryMutAct_9fa48("1038")) {
    {}
  } else {
    stryCov_9fa48("1038");
    if (stryMutAct_9fa48("1041") ? typeof part !== "object" && part === null : stryMutAct_9fa48("1040") ? false : stryMutAct_9fa48("1039") ? true : (stryCov_9fa48("1039", "1040", "1041"), (stryMutAct_9fa48("1043") ? typeof part === "object" : stryMutAct_9fa48("1042") ? false : (stryCov_9fa48("1042", "1043"), typeof part !== (stryMutAct_9fa48("1044") ? "" : (stryCov_9fa48("1044"), "object")))) || (stryMutAct_9fa48("1046") ? part !== null : stryMutAct_9fa48("1045") ? false : (stryCov_9fa48("1045", "1046"), part === null)))) return found;
    for (const [key, inner] of Object.entries(part)) {
      if (stryMutAct_9fa48("1047")) {
        {}
      } else {
        stryCov_9fa48("1047");
        if (stryMutAct_9fa48("1050") ? /^secret|Secret$/.test(key) && typeof inner === "object" || inner !== null : stryMutAct_9fa48("1049") ? false : stryMutAct_9fa48("1048") ? true : (stryCov_9fa48("1048", "1049", "1050"), (stryMutAct_9fa48("1052") ? /^secret|Secret$/.test(key) || typeof inner === "object" : stryMutAct_9fa48("1051") ? true : (stryCov_9fa48("1051", "1052"), (stryMutAct_9fa48("1054") ? /^secret|Secret/ : stryMutAct_9fa48("1053") ? /secret|Secret$/ : (stryCov_9fa48("1053", "1054"), /^secret|Secret$/)).test(key) && (stryMutAct_9fa48("1056") ? typeof inner !== "object" : stryMutAct_9fa48("1055") ? true : (stryCov_9fa48("1055", "1056"), typeof inner === (stryMutAct_9fa48("1057") ? "" : (stryCov_9fa48("1057"), "object")))))) && (stryMutAct_9fa48("1059") ? inner === null : stryMutAct_9fa48("1058") ? true : (stryCov_9fa48("1058", "1059"), inner !== null)))) {
          if (stryMutAct_9fa48("1060")) {
            {}
          } else {
            stryCov_9fa48("1060");
            const {
              name,
              secretName
            } = inner as {
              name?: unknown;
              secretName?: unknown;
            };
            for (const text of stryMutAct_9fa48("1061") ? [] : (stryCov_9fa48("1061"), [name, secretName])) if (stryMutAct_9fa48("1064") ? typeof text !== "string" : stryMutAct_9fa48("1063") ? false : stryMutAct_9fa48("1062") ? true : (stryCov_9fa48("1062", "1063", "1064"), typeof text === (stryMutAct_9fa48("1065") ? "" : (stryCov_9fa48("1065"), "string")))) found.add(text);
          }
        }
        // A call's inline template is a template of its own.
        if (stryMutAct_9fa48("1068") ? key === "inline" : stryMutAct_9fa48("1067") ? false : stryMutAct_9fa48("1066") ? true : (stryCov_9fa48("1066", "1067", "1068"), key !== (stryMutAct_9fa48("1069") ? "" : (stryCov_9fa48("1069"), "inline")))) secretsIn(inner, found);
      }
    }
    return found;
  }
}
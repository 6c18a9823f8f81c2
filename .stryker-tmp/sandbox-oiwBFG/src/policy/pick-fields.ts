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
import type { Path } from "../manifest/problem.js";
import type { Identity, Shape } from "./compile-fields.js";

/** Something at a path that cannot be taken over; `refused` stops the run, `ignored` is left out and said. */
export interface Unpicked {
  path: Path;
  kind: "refused" | "ignored" | "wrong-type" | "not-given";
  field: string;
  /** Of what is not given: what it is, and its name in the manifest. */
  named?: {
    identity: Identity;
    name: string;
  };
}

/** Whether the run may use what the manifest names. */
export type MayUse = (identity: Identity, name: string) => boolean;

/**
 * A fresh copy of what the shape allows. Nothing of the input is shared with the copy, and nothing that the shape
 * does not name reaches it. Nulls count as absent fields, as in Kubernetes.
 */
export function pick(value: unknown, shape: Shape, path: Path, report: (unpicked: Unpicked) => void, mayUse: MayUse = stryMutAct_9fa48("868") ? () => undefined : (stryCov_9fa48("868"), () => stryMutAct_9fa48("869") ? true : (stryCov_9fa48("869"), false))): unknown {
  if (stryMutAct_9fa48("870")) {
    {}
  } else {
    stryCov_9fa48("870");
    if (stryMutAct_9fa48("873") ? shape !== "plain" : stryMutAct_9fa48("872") ? false : stryMutAct_9fa48("871") ? true : (stryCov_9fa48("871", "872", "873"), shape === (stryMutAct_9fa48("874") ? "" : (stryCov_9fa48("874"), "plain")))) return structuredClone(value);
    if (stryMutAct_9fa48("877") ? shape !== "text" : stryMutAct_9fa48("876") ? false : stryMutAct_9fa48("875") ? true : (stryCov_9fa48("875", "876", "877"), shape === (stryMutAct_9fa48("878") ? "" : (stryCov_9fa48("878"), "text")))) return (stryMutAct_9fa48("881") ? typeof value !== "string" : stryMutAct_9fa48("880") ? false : stryMutAct_9fa48("879") ? true : (stryCov_9fa48("879", "880", "881"), typeof value === (stryMutAct_9fa48("882") ? "" : (stryCov_9fa48("882"), "string")))) ? value : wrongType(path, report);
    if (stryMutAct_9fa48("884") ? false : stryMutAct_9fa48("883") ? true : (stryCov_9fa48("883", "884"), (stryMutAct_9fa48("885") ? "" : (stryCov_9fa48("885"), "named")) in shape)) {
      if (stryMutAct_9fa48("886")) {
        {}
      } else {
        stryCov_9fa48("886");
        if (stryMutAct_9fa48("889") ? typeof value === "string" : stryMutAct_9fa48("888") ? false : stryMutAct_9fa48("887") ? true : (stryCov_9fa48("887", "888", "889"), typeof value !== (stryMutAct_9fa48("890") ? "" : (stryCov_9fa48("890"), "string")))) return wrongType(path, report);
        // A tag would be replaced after the name was looked at.
        if (stryMutAct_9fa48("893") ? !value.includes("{{") || mayUse(shape.named, value) : stryMutAct_9fa48("892") ? false : stryMutAct_9fa48("891") ? true : (stryCov_9fa48("891", "892", "893"), (stryMutAct_9fa48("894") ? value.includes("{{") : (stryCov_9fa48("894"), !value.includes(stryMutAct_9fa48("895") ? "" : (stryCov_9fa48("895"), "{{")))) && mayUse(shape.named, value))) return value;
        const named = stryMutAct_9fa48("896") ? {} : (stryCov_9fa48("896"), {
          identity: shape.named,
          name: value
        });
        report(stryMutAct_9fa48("897") ? {} : (stryCov_9fa48("897"), {
          path,
          kind: stryMutAct_9fa48("898") ? "" : (stryCov_9fa48("898"), "not-given"),
          field: String(path.at(stryMutAct_9fa48("899") ? +1 : (stryCov_9fa48("899"), -1))),
          named
        }));
        return undefined;
      }
    }
    if (stryMutAct_9fa48("901") ? false : stryMutAct_9fa48("900") ? true : (stryCov_9fa48("900", "901"), (stryMutAct_9fa48("902") ? "" : (stryCov_9fa48("902"), "list")) in shape)) {
      if (stryMutAct_9fa48("903")) {
        {}
      } else {
        stryCov_9fa48("903");
        if (stryMutAct_9fa48("906") ? false : stryMutAct_9fa48("905") ? true : stryMutAct_9fa48("904") ? Array.isArray(value) : (stryCov_9fa48("904", "905", "906"), !Array.isArray(value))) return wrongType(path, report);
        const items = value.map(stryMutAct_9fa48("907") ? () => undefined : (stryCov_9fa48("907"), (item, index) => pick(item, shape.list, stryMutAct_9fa48("908") ? [] : (stryCov_9fa48("908"), [...path, index]), report, mayUse)));
        return stryMutAct_9fa48("909") ? items : (stryCov_9fa48("909"), items.filter(stryMutAct_9fa48("910") ? () => undefined : (stryCov_9fa48("910"), item => stryMutAct_9fa48("913") ? item === undefined : stryMutAct_9fa48("912") ? false : stryMutAct_9fa48("911") ? true : (stryCov_9fa48("911", "912", "913"), item !== undefined))));
      }
    }
    if (stryMutAct_9fa48("916") ? (typeof value !== "object" || value === null) && Array.isArray(value) : stryMutAct_9fa48("915") ? false : stryMutAct_9fa48("914") ? true : (stryCov_9fa48("914", "915", "916"), (stryMutAct_9fa48("918") ? typeof value !== "object" && value === null : stryMutAct_9fa48("917") ? false : (stryCov_9fa48("917", "918"), (stryMutAct_9fa48("920") ? typeof value === "object" : stryMutAct_9fa48("919") ? false : (stryCov_9fa48("919", "920"), typeof value !== (stryMutAct_9fa48("921") ? "" : (stryCov_9fa48("921"), "object")))) || (stryMutAct_9fa48("923") ? value !== null : stryMutAct_9fa48("922") ? false : (stryCov_9fa48("922", "923"), value === null)))) || Array.isArray(value))) return wrongType(path, report);
    const entries: [string, unknown][] = stryMutAct_9fa48("924") ? ["Stryker was here"] : (stryCov_9fa48("924"), []);
    for (const [key, inner] of Object.entries(value)) {
      if (stryMutAct_9fa48("925")) {
        {}
      } else {
        stryCov_9fa48("925");
        if (stryMutAct_9fa48("928") ? inner === null && inner === undefined : stryMutAct_9fa48("927") ? false : stryMutAct_9fa48("926") ? true : (stryCov_9fa48("926", "927", "928"), (stryMutAct_9fa48("930") ? inner !== null : stryMutAct_9fa48("929") ? false : (stryCov_9fa48("929", "930"), inner === null)) || (stryMutAct_9fa48("932") ? inner !== undefined : stryMutAct_9fa48("931") ? false : (stryCov_9fa48("931", "932"), inner === undefined)))) continue;
        const at = stryMutAct_9fa48("933") ? [] : (stryCov_9fa48("933"), [...path, key]);
        const innerShape = (stryMutAct_9fa48("934") ? "" : (stryCov_9fa48("934"), "map")) in shape ? shape.map : Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
        if (stryMutAct_9fa48("937") ? innerShape === undefined : stryMutAct_9fa48("936") ? false : stryMutAct_9fa48("935") ? true : (stryCov_9fa48("935", "936", "937"), innerShape !== undefined)) {
          if (stryMutAct_9fa48("938")) {
            {}
          } else {
            stryCov_9fa48("938");
            const copy = pick(inner, innerShape, at, report, mayUse);
            if (stryMutAct_9fa48("941") ? copy === undefined : stryMutAct_9fa48("940") ? false : stryMutAct_9fa48("939") ? true : (stryCov_9fa48("939", "940", "941"), copy !== undefined)) entries.push(stryMutAct_9fa48("942") ? [] : (stryCov_9fa48("942"), [key, copy]));
          }
        } else {
          if (stryMutAct_9fa48("943")) {
            {}
          } else {
            stryCov_9fa48("943");
            const ignored = stryMutAct_9fa48("946") ? "fields" in shape || shape.ignored?.includes(key) === true : stryMutAct_9fa48("945") ? false : stryMutAct_9fa48("944") ? true : (stryCov_9fa48("944", "945", "946"), (stryMutAct_9fa48("947") ? "" : (stryCov_9fa48("947"), "fields")) in shape && (stryMutAct_9fa48("949") ? shape.ignored?.includes(key) !== true : stryMutAct_9fa48("948") ? true : (stryCov_9fa48("948", "949"), (stryMutAct_9fa48("950") ? shape.ignored.includes(key) : (stryCov_9fa48("950"), shape.ignored?.includes(key))) === (stryMutAct_9fa48("951") ? false : (stryCov_9fa48("951"), true)))));
            report(stryMutAct_9fa48("952") ? {} : (stryCov_9fa48("952"), {
              path: at,
              kind: ignored ? stryMutAct_9fa48("953") ? "" : (stryCov_9fa48("953"), "ignored") : stryMutAct_9fa48("954") ? "" : (stryCov_9fa48("954"), "refused"),
              field: key
            }));
          }
        }
      }
    }
    return Object.fromEntries(entries);
  }
}
function wrongType(path: Path, report: (unpicked: Unpicked) => void): undefined {
  if (stryMutAct_9fa48("955")) {
    {}
  } else {
    stryCov_9fa48("955");
    report(stryMutAct_9fa48("956") ? {} : (stryCov_9fa48("956"), {
      path,
      kind: stryMutAct_9fa48("957") ? "" : (stryCov_9fa48("957"), "wrong-type"),
      field: String(stryMutAct_9fa48("958") ? path.at(-1) && "spec" : (stryCov_9fa48("958"), path.at(stryMutAct_9fa48("959") ? +1 : (stryCov_9fa48("959"), -1)) ?? (stryMutAct_9fa48("960") ? "" : (stryCov_9fa48("960"), "spec"))))
    }));
    return undefined;
  }
}
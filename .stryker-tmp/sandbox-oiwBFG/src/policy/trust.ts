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
import { forkRefusal } from "./authorize.js";
import type { RepositoryPolicy } from "./configuration.js";
import type { PullRequest } from "./event.js";
import { within, type TokenPermissions } from "./token-permissions.js";

/**
 * How far the author of a pull request's commit is trusted. `trusted`: the commit is in the repository itself, so that
 * a writer put it there. `untrusted`: it may run, without anything to steal. `refused`: it does not run.
 */
export type Trust = {
  level: "trusted";
} | {
  level: "untrusted";
} | {
  level: "refused";
  reason: string;
};
export interface TrustFacts {
  pullRequest: Pick<PullRequest, "headSha" | "headRepositoryId" | "baseRepositoryId" | "authorAssociation">;
  engine: "argo" | "local";
  forks: RepositoryPolicy["forks"];
  /** The commit that a writer called good to run. */
  okToTest?: string;
}

/** GitHub's words for people of whom a commit was merged before, or who belong to the repository. */
const known = stryMutAct_9fa48("1070") ? [] : (stryCov_9fa48("1070"), [stryMutAct_9fa48("1071") ? "" : (stryCov_9fa48("1071"), "OWNER"), stryMutAct_9fa48("1072") ? "" : (stryCov_9fa48("1072"), "MEMBER"), stryMutAct_9fa48("1073") ? "" : (stryCov_9fa48("1073"), "COLLABORATOR"), stryMutAct_9fa48("1074") ? "" : (stryCov_9fa48("1074"), "CONTRIBUTOR")]);
export function trustOfPullRequest({
  pullRequest,
  engine,
  forks,
  okToTest
}: TrustFacts): Trust {
  if (stryMutAct_9fa48("1075")) {
    {}
  } else {
    stryCov_9fa48("1075");
    const refusal = forkRefusal(pullRequest, engine);
    if (stryMutAct_9fa48("1078") ? refusal !== undefined : stryMutAct_9fa48("1077") ? false : stryMutAct_9fa48("1076") ? true : (stryCov_9fa48("1076", "1077", "1078"), refusal === undefined)) return stryMutAct_9fa48("1079") ? {} : (stryCov_9fa48("1079"), {
      level: stryMutAct_9fa48("1080") ? "" : (stryCov_9fa48("1080"), "trusted")
    });
    if (stryMutAct_9fa48("1083") ? engine === "local" && forks === "refuse" : stryMutAct_9fa48("1082") ? false : stryMutAct_9fa48("1081") ? true : (stryCov_9fa48("1081", "1082", "1083"), (stryMutAct_9fa48("1085") ? engine !== "local" : stryMutAct_9fa48("1084") ? false : (stryCov_9fa48("1084", "1085"), engine === (stryMutAct_9fa48("1086") ? "" : (stryCov_9fa48("1086"), "local")))) || (stryMutAct_9fa48("1088") ? forks !== "refuse" : stryMutAct_9fa48("1087") ? false : (stryCov_9fa48("1087", "1088"), forks === (stryMutAct_9fa48("1089") ? "" : (stryCov_9fa48("1089"), "refuse")))))) return stryMutAct_9fa48("1090") ? {} : (stryCov_9fa48("1090"), {
      level: stryMutAct_9fa48("1091") ? "" : (stryCov_9fa48("1091"), "refused"),
      reason: refusal
    });
    // Full shas only: an abbreviation may come to name another commit.
    if (stryMutAct_9fa48("1094") ? okToTest !== undefined || okToTest === pullRequest.headSha : stryMutAct_9fa48("1093") ? false : stryMutAct_9fa48("1092") ? true : (stryCov_9fa48("1092", "1093", "1094"), (stryMutAct_9fa48("1096") ? okToTest === undefined : stryMutAct_9fa48("1095") ? true : (stryCov_9fa48("1095", "1096"), okToTest !== undefined)) && (stryMutAct_9fa48("1098") ? okToTest !== pullRequest.headSha : stryMutAct_9fa48("1097") ? true : (stryCov_9fa48("1097", "1098"), okToTest === pullRequest.headSha)))) return stryMutAct_9fa48("1099") ? {} : (stryCov_9fa48("1099"), {
      level: stryMutAct_9fa48("1100") ? "" : (stryCov_9fa48("1100"), "untrusted")
    });
    const isKnown = known.includes(stryMutAct_9fa48("1101") ? pullRequest.authorAssociation && "" : (stryCov_9fa48("1101"), pullRequest.authorAssociation ?? (stryMutAct_9fa48("1102") ? "Stryker was here!" : (stryCov_9fa48("1102"), ""))));
    if (stryMutAct_9fa48("1105") ? forks === "allow" || isKnown : stryMutAct_9fa48("1104") ? false : stryMutAct_9fa48("1103") ? true : (stryCov_9fa48("1103", "1104", "1105"), (stryMutAct_9fa48("1107") ? forks !== "allow" : stryMutAct_9fa48("1106") ? true : (stryCov_9fa48("1106", "1107"), forks === (stryMutAct_9fa48("1108") ? "" : (stryCov_9fa48("1108"), "allow")))) && isKnown)) return stryMutAct_9fa48("1109") ? {} : (stryCov_9fa48("1109"), {
      level: stryMutAct_9fa48("1110") ? "" : (stryCov_9fa48("1110"), "untrusted")
    });
    const who = isKnown ? stryMutAct_9fa48("1111") ? "" : (stryCov_9fa48("1111"), "from a fork") : stryMutAct_9fa48("1112") ? "" : (stryCov_9fa48("1112"), "from a fork, by someone who has not contributed before");
    const reason = stryMutAct_9fa48("1113") ? `` : (stryCov_9fa48("1113"), `The pull request comes ${who}. Someone with write permission looks at it and comments \`/ok-to-test ${pullRequest.headSha}\`: it then runs without Secrets, with a token that only reads.`);
    return stryMutAct_9fa48("1114") ? {} : (stryCov_9fa48("1114"), {
      level: stryMutAct_9fa48("1115") ? "" : (stryCov_9fa48("1115"), "refused"),
      reason
    });
  }
}

/** What is left of a policy for a run of this trust: who is not trusted gets nothing to steal, and a token that reads. */
export function policyUnder(trust: Trust, policy: RepositoryPolicy): RepositoryPolicy {
  if (stryMutAct_9fa48("1116")) {
    {}
  } else {
    stryCov_9fa48("1116");
    if (stryMutAct_9fa48("1119") ? trust.level !== "trusted" : stryMutAct_9fa48("1118") ? false : stryMutAct_9fa48("1117") ? true : (stryCov_9fa48("1117", "1118", "1119"), trust.level === (stryMutAct_9fa48("1120") ? "" : (stryCov_9fa48("1120"), "trusted")))) return policy;
    const {
      serviceAccount: _serviceAccount,
      ...rest
    } = policy;
    return stryMutAct_9fa48("1121") ? {} : (stryCov_9fa48("1121"), {
      ...rest,
      serviceAccounts: stryMutAct_9fa48("1122") ? ["Stryker was here"] : (stryCov_9fa48("1122"), []),
      secrets: stryMutAct_9fa48("1123") ? ["Stryker was here"] : (stryCov_9fa48("1123"), []),
      templates: stryMutAct_9fa48("1124") ? ["Stryker was here"] : (stryCov_9fa48("1124"), []),
      tokenPermissions: within(readOnly, policy.tokenPermissions)
    });
  }
}
const readOnly: TokenPermissions = stryMutAct_9fa48("1125") ? {} : (stryCov_9fa48("1125"), {
  contents: stryMutAct_9fa48("1126") ? "" : (stryCov_9fa48("1126"), "read"),
  pull_requests: stryMutAct_9fa48("1127") ? "" : (stryCov_9fa48("1127"), "read"),
  issues: stryMutAct_9fa48("1128") ? "" : (stryCov_9fa48("1128"), "read"),
  checks: stryMutAct_9fa48("1129") ? "" : (stryCov_9fa48("1129"), "read")
});
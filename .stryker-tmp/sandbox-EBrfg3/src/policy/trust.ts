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
const known = stryMutAct_9fa48("358") ? [] : (stryCov_9fa48("358"), [stryMutAct_9fa48("359") ? "" : (stryCov_9fa48("359"), "OWNER"), stryMutAct_9fa48("360") ? "" : (stryCov_9fa48("360"), "MEMBER"), stryMutAct_9fa48("361") ? "" : (stryCov_9fa48("361"), "COLLABORATOR"), stryMutAct_9fa48("362") ? "" : (stryCov_9fa48("362"), "CONTRIBUTOR")]);
export function trustOfPullRequest({
  pullRequest,
  engine,
  forks,
  okToTest
}: TrustFacts): Trust {
  if (stryMutAct_9fa48("363")) {
    {}
  } else {
    stryCov_9fa48("363");
    const refusal = forkRefusal(pullRequest, engine);
    if (stryMutAct_9fa48("366") ? refusal !== undefined : stryMutAct_9fa48("365") ? false : stryMutAct_9fa48("364") ? true : (stryCov_9fa48("364", "365", "366"), refusal === undefined)) return stryMutAct_9fa48("367") ? {} : (stryCov_9fa48("367"), {
      level: stryMutAct_9fa48("368") ? "" : (stryCov_9fa48("368"), "trusted")
    });
    if (stryMutAct_9fa48("371") ? engine === "local" && forks === "refuse" : stryMutAct_9fa48("370") ? false : stryMutAct_9fa48("369") ? true : (stryCov_9fa48("369", "370", "371"), (stryMutAct_9fa48("373") ? engine !== "local" : stryMutAct_9fa48("372") ? false : (stryCov_9fa48("372", "373"), engine === (stryMutAct_9fa48("374") ? "" : (stryCov_9fa48("374"), "local")))) || (stryMutAct_9fa48("376") ? forks !== "refuse" : stryMutAct_9fa48("375") ? false : (stryCov_9fa48("375", "376"), forks === (stryMutAct_9fa48("377") ? "" : (stryCov_9fa48("377"), "refuse")))))) return stryMutAct_9fa48("378") ? {} : (stryCov_9fa48("378"), {
      level: stryMutAct_9fa48("379") ? "" : (stryCov_9fa48("379"), "refused"),
      reason: refusal
    });
    // Full shas only: an abbreviation may come to name another commit.
    if (stryMutAct_9fa48("382") ? okToTest !== undefined || okToTest === pullRequest.headSha : stryMutAct_9fa48("381") ? false : stryMutAct_9fa48("380") ? true : (stryCov_9fa48("380", "381", "382"), (stryMutAct_9fa48("384") ? okToTest === undefined : stryMutAct_9fa48("383") ? true : (stryCov_9fa48("383", "384"), okToTest !== undefined)) && (stryMutAct_9fa48("386") ? okToTest !== pullRequest.headSha : stryMutAct_9fa48("385") ? true : (stryCov_9fa48("385", "386"), okToTest === pullRequest.headSha)))) return stryMutAct_9fa48("387") ? {} : (stryCov_9fa48("387"), {
      level: stryMutAct_9fa48("388") ? "" : (stryCov_9fa48("388"), "untrusted")
    });
    const isKnown = known.includes(stryMutAct_9fa48("389") ? pullRequest.authorAssociation && "" : (stryCov_9fa48("389"), pullRequest.authorAssociation ?? (stryMutAct_9fa48("390") ? "Stryker was here!" : (stryCov_9fa48("390"), ""))));
    if (stryMutAct_9fa48("393") ? forks === "allow" || isKnown : stryMutAct_9fa48("392") ? false : stryMutAct_9fa48("391") ? true : (stryCov_9fa48("391", "392", "393"), (stryMutAct_9fa48("395") ? forks !== "allow" : stryMutAct_9fa48("394") ? true : (stryCov_9fa48("394", "395"), forks === (stryMutAct_9fa48("396") ? "" : (stryCov_9fa48("396"), "allow")))) && isKnown)) return stryMutAct_9fa48("397") ? {} : (stryCov_9fa48("397"), {
      level: stryMutAct_9fa48("398") ? "" : (stryCov_9fa48("398"), "untrusted")
    });
    const who = isKnown ? stryMutAct_9fa48("399") ? "" : (stryCov_9fa48("399"), "from a fork") : stryMutAct_9fa48("400") ? "" : (stryCov_9fa48("400"), "from a fork, by someone who has not contributed before");
    const reason = stryMutAct_9fa48("401") ? `` : (stryCov_9fa48("401"), `The pull request comes ${who}. Someone with write permission looks at it and comments \`/ok-to-test ${pullRequest.headSha}\`: it then runs without Secrets, with a token that only reads.`);
    return stryMutAct_9fa48("402") ? {} : (stryCov_9fa48("402"), {
      level: stryMutAct_9fa48("403") ? "" : (stryCov_9fa48("403"), "refused"),
      reason
    });
  }
}

/** What is left of a policy for a run of this trust: who is not trusted gets nothing to steal, and a token that reads. */
export function policyUnder(trust: Trust, policy: RepositoryPolicy): RepositoryPolicy {
  if (stryMutAct_9fa48("404")) {
    {}
  } else {
    stryCov_9fa48("404");
    if (stryMutAct_9fa48("407") ? trust.level !== "trusted" : stryMutAct_9fa48("406") ? false : stryMutAct_9fa48("405") ? true : (stryCov_9fa48("405", "406", "407"), trust.level === (stryMutAct_9fa48("408") ? "" : (stryCov_9fa48("408"), "trusted")))) return policy;
    const {
      serviceAccount: _serviceAccount,
      ...rest
    } = policy;
    return stryMutAct_9fa48("409") ? {} : (stryCov_9fa48("409"), {
      ...rest,
      serviceAccounts: stryMutAct_9fa48("410") ? ["Stryker was here"] : (stryCov_9fa48("410"), []),
      secrets: stryMutAct_9fa48("411") ? ["Stryker was here"] : (stryCov_9fa48("411"), []),
      templates: stryMutAct_9fa48("412") ? ["Stryker was here"] : (stryCov_9fa48("412"), []),
      tokenPermissions: within(readOnly, policy.tokenPermissions)
    });
  }
}
const readOnly: TokenPermissions = stryMutAct_9fa48("413") ? {} : (stryCov_9fa48("413"), {
  contents: stryMutAct_9fa48("414") ? "" : (stryCov_9fa48("414"), "read"),
  pull_requests: stryMutAct_9fa48("415") ? "" : (stryCov_9fa48("415"), "read"),
  issues: stryMutAct_9fa48("416") ? "" : (stryCov_9fa48("416"), "read"),
  checks: stryMutAct_9fa48("417") ? "" : (stryCov_9fa48("417"), "read")
});
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
import { branchConditions, hasUnknownAuthors, isKnown, mayWrite, opinionConditions, reviewConditions, second, snapshotConditions, type OpinionReview, type ReviewCondition } from "./gate-conditions.js";
import { neverApprovable } from "./gate-rules.js";
import type { GateDecision, GateRules, GateScene, GateSnapshot, Review } from "./gate.js";

/**
 * Decides on one gate of a pull request's run from what was read at one moment. Anything unsure counts against
 * opening. The conditions stand in gate-conditions.ts; who may set the rules, one release per node, and looking
 * again just before the release are the caller's part.
 */
export function evaluateGate(snapshot: GateSnapshot, rules: GateRules): GateDecision {
  if (stryMutAct_9fa48("0")) {
    {}
  } else {
    stryCov_9fa48("0");
    return weigh(snapshot, rules, stryMutAct_9fa48("1") ? {} : (stryCov_9fa48("1"), {
      refusals: snapshotConditions.flatMap(stryMutAct_9fa48("2") ? () => undefined : (stryCov_9fa48("2"), condition => stryMutAct_9fa48("3") ? condition.refuse(snapshot) && [] : (stryCov_9fa48("3"), condition.refuse(snapshot) ?? (stryMutAct_9fa48("4") ? ["Stryker was here"] : (stryCov_9fa48("4"), []))))),
      unknownAuthors: hasUnknownAuthors(snapshot),
      faultOf: stryMutAct_9fa48("5") ? () => undefined : (stryCov_9fa48("5"), review => firstFault(reviewConditions, review, snapshot, rules))
    }));
  }
}

/**
 * Decides on a gate of a run that belongs to no pull request, such as a push to main: opened from the check, by an
 * eligible person other than who pushed (`lastPusherId`).
 */
export function evaluateBranchGate(scene: GateScene, rules: GateRules): GateDecision {
  if (stryMutAct_9fa48("6")) {
    {}
  } else {
    stryCov_9fa48("6");
    return weigh(scene, rules, stryMutAct_9fa48("7") ? {} : (stryCov_9fa48("7"), {
      refusals: branchConditions.flatMap(stryMutAct_9fa48("8") ? () => undefined : (stryCov_9fa48("8"), condition => stryMutAct_9fa48("9") ? condition.refuse(scene) && [] : (stryCov_9fa48("9"), condition.refuse(scene) ?? (stryMutAct_9fa48("10") ? ["Stryker was here"] : (stryCov_9fa48("10"), []))))),
      unknownAuthors: stryMutAct_9fa48("13") ? scene.lastPusherId !== undefined : stryMutAct_9fa48("12") ? false : stryMutAct_9fa48("11") ? true : (stryCov_9fa48("11", "12", "13"), scene.lastPusherId === undefined),
      faultOf: stryMutAct_9fa48("14") ? () => undefined : (stryCov_9fa48("14"), review => firstFault(opinionConditions, review, scene, rules))
    }));
  }
}
interface Conditions {
  /** While there is one, no review counts. */
  refusals: string[];
  unknownAuthors: boolean;
  /** To stand after the login. */
  faultOf(review: OpinionReview): string | undefined;
}
function weigh(scene: GateScene, rules: GateRules, conditions: Conditions): GateDecision {
  if (stryMutAct_9fa48("15")) {
    {}
  } else {
    stryCov_9fa48("15");
    const {
      refusals,
      unknownAuthors
    } = conditions;
    const gate = gateName(scene.gate);
    // What was said to one gate says nothing of another.
    const reviews = stryMutAct_9fa48("16") ? scene.reviews : (stryCov_9fa48("16"), scene.reviews.filter(stryMutAct_9fa48("17") ? () => undefined : (stryCov_9fa48("17"), ({
      spoken
    }) => stryMutAct_9fa48("20") ? spoken === undefined && spoken.gate === gate : stryMutAct_9fa48("19") ? false : stryMutAct_9fa48("18") ? true : (stryCov_9fa48("18", "19", "20"), (stryMutAct_9fa48("22") ? spoken !== undefined : stryMutAct_9fa48("21") ? false : (stryCov_9fa48("21", "22"), spoken === undefined)) || (stryMutAct_9fa48("24") ? spoken.gate !== gate : stryMutAct_9fa48("23") ? false : (stryCov_9fa48("23", "24"), spoken.gate === gate))))));
    const {
      latest,
      ignored
    } = latestOpinions(reviews);
    const possible = stryMutAct_9fa48("27") ? Number.isSafeInteger(rules.approvals) && rules.approvals >= 1 || rules.approvals < neverApprovable : stryMutAct_9fa48("26") ? false : stryMutAct_9fa48("25") ? true : (stryCov_9fa48("25", "26", "27"), (stryMutAct_9fa48("29") ? Number.isSafeInteger(rules.approvals) || rules.approvals >= 1 : stryMutAct_9fa48("28") ? true : (stryCov_9fa48("28", "29"), Number.isSafeInteger(rules.approvals) && (stryMutAct_9fa48("32") ? rules.approvals < 1 : stryMutAct_9fa48("31") ? rules.approvals > 1 : stryMutAct_9fa48("30") ? true : (stryCov_9fa48("30", "31", "32"), rules.approvals >= 1)))) && (stryMutAct_9fa48("35") ? rules.approvals >= neverApprovable : stryMutAct_9fa48("34") ? rules.approvals <= neverApprovable : stryMutAct_9fa48("33") ? true : (stryCov_9fa48("33", "34", "35"), rules.approvals < neverApprovable)));
    const needed = possible ? stryMutAct_9fa48("36") ? rules.approvals - (unknownAuthors ? 1 : 0) : (stryCov_9fa48("36"), rules.approvals + (unknownAuthors ? 1 : 0)) : neverApprovable;
    const judged = latest.map(review => {
      if (stryMutAct_9fa48("37")) {
        {}
      } else {
        stryCov_9fa48("37");
        const fault = conditions.faultOf(review);
        return stryMutAct_9fa48("38") ? {} : (stryCov_9fa48("38"), {
          review,
          fault: (stryMutAct_9fa48("41") ? fault !== undefined : stryMutAct_9fa48("40") ? false : stryMutAct_9fa48("39") ? true : (stryCov_9fa48("39", "40", "41"), fault === undefined)) ? undefined : stryMutAct_9fa48("42") ? `` : (stryCov_9fa48("42"), `@${review.user.login} ${fault}`)
        });
      }
    });
    const decision: GateDecision = stryMutAct_9fa48("43") ? {} : (stryCov_9fa48("43"), {
      state: stryMutAct_9fa48("44") ? "" : (stryCov_9fa48("44"), "waiting"),
      needed,
      approvals: stryMutAct_9fa48("45") ? ["Stryker was here"] : (stryCov_9fa48("45"), []),
      ignored,
      reasons: refusals
    });
    for (const {
      review,
      fault
    } of judged) {
      if (stryMutAct_9fa48("46")) {
        {}
      } else {
        stryCov_9fa48("46");
        const refusal = (stryMutAct_9fa48("49") ? refusals[0] !== undefined : stryMutAct_9fa48("48") ? false : stryMutAct_9fa48("47") ? true : (stryCov_9fa48("47", "48", "49"), refusals[0] === undefined)) ? undefined : stryMutAct_9fa48("50") ? `` : (stryCov_9fa48("50"), `the review of @${review.user.login} does not count: ${refusals[0]}`);
        sortReview(decision, review, stryMutAct_9fa48("51") ? fault && refusal : (stryCov_9fa48("51"), fault ?? refusal), mayWrite(review.user, scene));
      }
    }
    if (stryMutAct_9fa48("55") ? refusals.length <= 0 : stryMutAct_9fa48("54") ? refusals.length >= 0 : stryMutAct_9fa48("53") ? false : stryMutAct_9fa48("52") ? true : (stryCov_9fa48("52", "53", "54", "55"), refusals.length > 0)) return decision;
    if (stryMutAct_9fa48("58") ? false : stryMutAct_9fa48("57") ? true : stryMutAct_9fa48("56") ? possible : (stryCov_9fa48("56", "57", "58"), !possible)) {
      if (stryMutAct_9fa48("59")) {
        {}
      } else {
        stryCov_9fa48("59");
        decision.reasons.push(stryMutAct_9fa48("60") ? "" : (stryCov_9fa48("60"), "the gate's annotations have a fault, so that nothing can open it: mend them in the manifest"));
        return decision;
      }
    }
    return count(decision, judged, scene, rules, unknownAuthors);
  }
}

/** What the opinions come to when nothing else is in the way. */
function count(decision: GateDecision, judged: {
  review: OpinionReview;
  fault: string | undefined;
}[], scene: GateScene, rules: GateRules, unknownAuthors: boolean): GateDecision {
  if (stryMutAct_9fa48("61")) {
    {}
  } else {
    stryCov_9fa48("61");
    const {
      needed
    } = decision;
    const against = stryMutAct_9fa48("62") ? judged : (stryCov_9fa48("62"), judged.filter(stryMutAct_9fa48("63") ? () => undefined : (stryCov_9fa48("63"), ({
      review
    }) => stryMutAct_9fa48("66") ? review.state !== "CHANGES_REQUESTED" : stryMutAct_9fa48("65") ? false : stryMutAct_9fa48("64") ? true : (stryCov_9fa48("64", "65", "66"), review.state === (stryMutAct_9fa48("67") ? "" : (stryCov_9fa48("67"), "CHANGES_REQUESTED"))))));
    const eligible = stryMutAct_9fa48("68") ? against.map(({
      review
    }) => review) : (stryCov_9fa48("68"), against.filter(stryMutAct_9fa48("69") ? () => undefined : (stryCov_9fa48("69"), ({
      fault
    }) => stryMutAct_9fa48("72") ? fault !== undefined : stryMutAct_9fa48("71") ? false : stryMutAct_9fa48("70") ? true : (stryCov_9fa48("70", "71", "72"), fault === undefined))).map(stryMutAct_9fa48("73") ? () => undefined : (stryCov_9fa48("73"), ({
      review
    }) => review)));
    const rejection = eligible.find(stryMutAct_9fa48("74") ? () => undefined : (stryCov_9fa48("74"), ({
      spoken
    }) => stryMutAct_9fa48("77") ? spoken !== undefined && rules.rejectOnChanges : stryMutAct_9fa48("76") ? false : stryMutAct_9fa48("75") ? true : (stryCov_9fa48("75", "76", "77"), (stryMutAct_9fa48("79") ? spoken === undefined : stryMutAct_9fa48("78") ? false : (stryCov_9fa48("78", "79"), spoken !== undefined)) || rules.rejectOnChanges)));
    if (stryMutAct_9fa48("82") ? rejection === undefined : stryMutAct_9fa48("81") ? false : stryMutAct_9fa48("80") ? true : (stryCov_9fa48("80", "81", "82"), rejection !== undefined)) {
      if (stryMutAct_9fa48("83")) {
        {}
      } else {
        stryCov_9fa48("83");
        const what = (stryMutAct_9fa48("86") ? rejection.spoken !== undefined : stryMutAct_9fa48("85") ? false : stryMutAct_9fa48("84") ? true : (stryCov_9fa48("84", "85", "86"), rejection.spoken === undefined)) ? stryMutAct_9fa48("87") ? "" : (stryCov_9fa48("87"), "asked for changes") : stryMutAct_9fa48("88") ? "" : (stryCov_9fa48("88"), "rejected it");
        return stryMutAct_9fa48("89") ? {} : (stryCov_9fa48("89"), {
          ...decision,
          state: stryMutAct_9fa48("90") ? "" : (stryCov_9fa48("90"), "rejected"),
          reasons: stryMutAct_9fa48("91") ? [] : (stryCov_9fa48("91"), [stryMutAct_9fa48("92") ? `` : (stryCov_9fa48("92"), `@${rejection.user.login} ${what}`)])
        });
      }
    }
    for (const {
      review
    } of stryMutAct_9fa48("93") ? against : (stryCov_9fa48("93"), against.filter(stryMutAct_9fa48("94") ? () => undefined : (stryCov_9fa48("94"), ({
      review
    }) => mayWrite(review.user, scene))))) {
      if (stryMutAct_9fa48("95")) {
        {}
      } else {
        stryCov_9fa48("95");
        decision.reasons.push(objection(review));
      }
    }
    const given = decision.approvals.length;
    if (stryMutAct_9fa48("99") ? given >= needed : stryMutAct_9fa48("98") ? given <= needed : stryMutAct_9fa48("97") ? false : stryMutAct_9fa48("96") ? true : (stryCov_9fa48("96", "97", "98", "99"), given < needed)) decision.reasons.push(missing(given, needed, unknownAuthors));
    if (stryMutAct_9fa48("103") ? decision.reasons.length <= 0 : stryMutAct_9fa48("102") ? decision.reasons.length >= 0 : stryMutAct_9fa48("101") ? false : stryMutAct_9fa48("100") ? true : (stryCov_9fa48("100", "101", "102", "103"), decision.reasons.length > 0)) return decision;
    const people = decision.approvals.map(stryMutAct_9fa48("104") ? () => undefined : (stryCov_9fa48("104"), ({
      user
    }) => stryMutAct_9fa48("105") ? `` : (stryCov_9fa48("105"), `@${user.login}`))).join(stryMutAct_9fa48("106") ? "" : (stryCov_9fa48("106"), ", "));
    return stryMutAct_9fa48("107") ? {} : (stryCov_9fa48("107"), {
      ...decision,
      state: stryMutAct_9fa48("108") ? "" : (stryCov_9fa48("108"), "approved"),
      reasons: stryMutAct_9fa48("109") ? [] : (stryCov_9fa48("109"), [stryMutAct_9fa48("110") ? `` : (stryCov_9fa48("110"), `approved by ${people}`)])
    });
  }
}
function objection({
  user,
  spoken
}: OpinionReview): string {
  if (stryMutAct_9fa48("111")) {
    {}
  } else {
    stryCov_9fa48("111");
    if (stryMutAct_9fa48("114") ? spoken !== undefined : stryMutAct_9fa48("113") ? false : stryMutAct_9fa48("112") ? true : (stryCov_9fa48("112", "113", "114"), spoken === undefined)) return stryMutAct_9fa48("115") ? `` : (stryCov_9fa48("115"), `@${user.login} asks for changes: their approval or a dismissal takes that back`);
    return stryMutAct_9fa48("116") ? `` : (stryCov_9fa48("116"), `@${user.login} said no, which keeps the gate closed: their own approval takes that back`);
  }
}

/** Names a gate as votes and reported legs remember it: a retried node is another gate. */
export function gateName({
  nodeId,
  openedAt
}: GateScene["gate"]): string {
  if (stryMutAct_9fa48("117")) {
    {}
  } else {
    stryCov_9fa48("117");
    return stryMutAct_9fa48("118") ? `` : (stryCov_9fa48("118"), `${nodeId}@${openedAt}`);
  }
}

/**
 * The newest opinion of each person, by numeric id. A comment is no opinion; a dismissed review takes the place of
 * older ones, so that they do not come back. Where times are equal or missing, the one against opening wins.
 */
function latestOpinions(reviews: readonly Review[]): {
  latest: OpinionReview[];
  ignored: GateDecision["ignored"];
} {
  if (stryMutAct_9fa48("119")) {
    {}
  } else {
    stryCov_9fa48("119");
    const latest = new Map<number, OpinionReview>();
    const ignored: GateDecision["ignored"] = stryMutAct_9fa48("120") ? ["Stryker was here"] : (stryCov_9fa48("120"), []);
    for (const review of reviews) {
      if (stryMutAct_9fa48("121")) {
        {}
      } else {
        stryCov_9fa48("121");
        if (stryMutAct_9fa48("124") ? review.state === "COMMENTED" && review.state === "PENDING" : stryMutAct_9fa48("123") ? false : stryMutAct_9fa48("122") ? true : (stryCov_9fa48("122", "123", "124"), (stryMutAct_9fa48("126") ? review.state !== "COMMENTED" : stryMutAct_9fa48("125") ? false : (stryCov_9fa48("125", "126"), review.state === (stryMutAct_9fa48("127") ? "" : (stryCov_9fa48("127"), "COMMENTED")))) || (stryMutAct_9fa48("129") ? review.state !== "PENDING" : stryMutAct_9fa48("128") ? false : (stryCov_9fa48("128", "129"), review.state === (stryMutAct_9fa48("130") ? "" : (stryCov_9fa48("130"), "PENDING")))))) continue;
        const {
          user
        } = review;
        if (stryMutAct_9fa48("133") ? user === undefined && !isKnown(user) : stryMutAct_9fa48("132") ? false : stryMutAct_9fa48("131") ? true : (stryCov_9fa48("131", "132", "133"), (stryMutAct_9fa48("135") ? user !== undefined : stryMutAct_9fa48("134") ? false : (stryCov_9fa48("134", "135"), user === undefined)) || (stryMutAct_9fa48("136") ? isKnown(user) : (stryCov_9fa48("136"), !isKnown(user))))) {
          if (stryMutAct_9fa48("137")) {
            {}
          } else {
            stryCov_9fa48("137");
            ignored.push(stryMutAct_9fa48("138") ? {} : (stryCov_9fa48("138"), {
              user,
              reviewId: review.id,
              reason: stryMutAct_9fa48("139") ? "" : (stryCov_9fa48("139"), "the reviewer's account is not known to GitHub any more")
            }));
            continue;
          }
        }
        const opinion: OpinionReview = stryMutAct_9fa48("140") ? {} : (stryCov_9fa48("140"), {
          ...review,
          user
        });
        const other = latest.get(user.id);
        const [newer, older] = (stryMutAct_9fa48("143") ? other === undefined && replaces(opinion, other) : stryMutAct_9fa48("142") ? false : stryMutAct_9fa48("141") ? true : (stryCov_9fa48("141", "142", "143"), (stryMutAct_9fa48("145") ? other !== undefined : stryMutAct_9fa48("144") ? false : (stryCov_9fa48("144", "145"), other === undefined)) || replaces(opinion, other))) ? stryMutAct_9fa48("146") ? [] : (stryCov_9fa48("146"), [opinion, other]) : stryMutAct_9fa48("147") ? [] : (stryCov_9fa48("147"), [other, opinion]);
        latest.set(user.id, newer);
        if (stryMutAct_9fa48("150") ? older?.state !== "APPROVED" : stryMutAct_9fa48("149") ? false : stryMutAct_9fa48("148") ? true : (stryCov_9fa48("148", "149", "150"), (stryMutAct_9fa48("151") ? older.state : (stryCov_9fa48("151"), older?.state)) === (stryMutAct_9fa48("152") ? "" : (stryCov_9fa48("152"), "APPROVED")))) {
          if (stryMutAct_9fa48("153")) {
            {}
          } else {
            stryCov_9fa48("153");
            ignored.push(stryMutAct_9fa48("154") ? {} : (stryCov_9fa48("154"), {
              user,
              reviewId: older.id,
              reason: stryMutAct_9fa48("155") ? `` : (stryCov_9fa48("155"), `@${user.login} reviewed again later`)
            }));
          }
        }
      }
    }
    return stryMutAct_9fa48("156") ? {} : (stryCov_9fa48("156"), {
      latest: stryMutAct_9fa48("157") ? [] : (stryCov_9fa48("157"), [...latest.values()]),
      ignored
    });
  }
}
function replaces(opinion: OpinionReview, other: OpinionReview): boolean {
  if (stryMutAct_9fa48("158")) {
    {}
  } else {
    stryCov_9fa48("158");
    const [mine, theirs] = stryMutAct_9fa48("159") ? [] : (stryCov_9fa48("159"), [second(opinion.submittedAt), second(other.submittedAt)]);
    if (stryMutAct_9fa48("163") ? mine <= theirs : stryMutAct_9fa48("162") ? mine >= theirs : stryMutAct_9fa48("161") ? false : stryMutAct_9fa48("160") ? true : (stryCov_9fa48("160", "161", "162", "163"), mine > theirs)) return stryMutAct_9fa48("164") ? false : (stryCov_9fa48("164"), true);
    if (stryMutAct_9fa48("168") ? mine >= theirs : stryMutAct_9fa48("167") ? mine <= theirs : stryMutAct_9fa48("166") ? false : stryMutAct_9fa48("165") ? true : (stryCov_9fa48("165", "166", "167", "168"), mine < theirs)) return stryMutAct_9fa48("169") ? true : (stryCov_9fa48("169"), false);
    return stryMutAct_9fa48("173") ? againstOpening[opinion.state] <= againstOpening[other.state] : stryMutAct_9fa48("172") ? againstOpening[opinion.state] >= againstOpening[other.state] : stryMutAct_9fa48("171") ? false : stryMutAct_9fa48("170") ? true : (stryCov_9fa48("170", "171", "172", "173"), againstOpening[opinion.state] > againstOpening[other.state]);
  }
}
const againstOpening = stryMutAct_9fa48("174") ? {} : (stryCov_9fa48("174"), {
  APPROVED: 0,
  COMMENTED: 0,
  PENDING: 0,
  DISMISSED: 1,
  CHANGES_REQUESTED: 2
});
function firstFault<Scene extends GateScene>(conditions: readonly ReviewCondition<Scene>[], review: OpinionReview, scene: Scene, rules: GateRules): string | undefined {
  if (stryMutAct_9fa48("175")) {
    {}
  } else {
    stryCov_9fa48("175");
    for (const condition of conditions) {
      if (stryMutAct_9fa48("176")) {
        {}
      } else {
        stryCov_9fa48("176");
        const fault = condition.refuse(review, scene, rules);
        if (stryMutAct_9fa48("179") ? fault === undefined : stryMutAct_9fa48("178") ? false : stryMutAct_9fa48("177") ? true : (stryCov_9fa48("177", "178", "179"), fault !== undefined)) return fault;
      }
    }
    return undefined;
  }
}

/** Puts one person's opinion among those that count or those that do not; a writer's objection always counts. */
function sortReview(decision: GateDecision, review: OpinionReview, fault: string | undefined, writer: boolean): void {
  if (stryMutAct_9fa48("180")) {
    {}
  } else {
    stryCov_9fa48("180");
    const {
      id: reviewId,
      user,
      submittedAt,
      state,
      spoken
    } = review;
    if (stryMutAct_9fa48("183") ? state !== "DISMISSED" : stryMutAct_9fa48("182") ? false : stryMutAct_9fa48("181") ? true : (stryCov_9fa48("181", "182", "183"), state === (stryMutAct_9fa48("184") ? "" : (stryCov_9fa48("184"), "DISMISSED")))) {
      if (stryMutAct_9fa48("185")) {
        {}
      } else {
        stryCov_9fa48("185");
        decision.ignored.push(stryMutAct_9fa48("186") ? {} : (stryCov_9fa48("186"), {
          user,
          reviewId,
          reason: stryMutAct_9fa48("187") ? `` : (stryCov_9fa48("187"), `the review of @${user.login} was dismissed`)
        }));
      }
    } else if (stryMutAct_9fa48("190") ? fault !== undefined || !(state === "CHANGES_REQUESTED" && writer) : stryMutAct_9fa48("189") ? false : stryMutAct_9fa48("188") ? true : (stryCov_9fa48("188", "189", "190"), (stryMutAct_9fa48("192") ? fault === undefined : stryMutAct_9fa48("191") ? true : (stryCov_9fa48("191", "192"), fault !== undefined)) && (stryMutAct_9fa48("193") ? state === "CHANGES_REQUESTED" && writer : (stryCov_9fa48("193"), !(stryMutAct_9fa48("196") ? state === "CHANGES_REQUESTED" || writer : stryMutAct_9fa48("195") ? false : stryMutAct_9fa48("194") ? true : (stryCov_9fa48("194", "195", "196"), (stryMutAct_9fa48("198") ? state !== "CHANGES_REQUESTED" : stryMutAct_9fa48("197") ? true : (stryCov_9fa48("197", "198"), state === (stryMutAct_9fa48("199") ? "" : (stryCov_9fa48("199"), "CHANGES_REQUESTED")))) && writer)))))) {
      if (stryMutAct_9fa48("200")) {
        {}
      } else {
        stryCov_9fa48("200");
        decision.ignored.push(stryMutAct_9fa48("201") ? {} : (stryCov_9fa48("201"), {
          user,
          reviewId,
          reason: fault
        }));
      }
    } else if (stryMutAct_9fa48("204") ? state === "APPROVED" || submittedAt !== undefined : stryMutAct_9fa48("203") ? false : stryMutAct_9fa48("202") ? true : (stryCov_9fa48("202", "203", "204"), (stryMutAct_9fa48("206") ? state !== "APPROVED" : stryMutAct_9fa48("205") ? true : (stryCov_9fa48("205", "206"), state === (stryMutAct_9fa48("207") ? "" : (stryCov_9fa48("207"), "APPROVED")))) && (stryMutAct_9fa48("209") ? submittedAt === undefined : stryMutAct_9fa48("208") ? true : (stryCov_9fa48("208", "209"), submittedAt !== undefined)))) {
      if (stryMutAct_9fa48("210")) {
        {}
      } else {
        stryCov_9fa48("210");
        const via = (stryMutAct_9fa48("213") ? spoken !== undefined : stryMutAct_9fa48("212") ? false : stryMutAct_9fa48("211") ? true : (stryCov_9fa48("211", "212", "213"), spoken === undefined)) ? {} : stryMutAct_9fa48("214") ? {} : (stryCov_9fa48("214"), {
          via: spoken.via
        });
        decision.approvals.push(stryMutAct_9fa48("215") ? {} : (stryCov_9fa48("215"), {
          user,
          reviewId,
          submittedAt,
          ...via
        }));
      }
    }
  }
}
function missing(given: number, needed: number, unknownAuthors: boolean): string {
  if (stryMutAct_9fa48("216")) {
    {}
  } else {
    stryCov_9fa48("216");
    const count = stryMutAct_9fa48("217") ? `` : (stryCov_9fa48("217"), `${given} of ${needed} needed approval${(stryMutAct_9fa48("220") ? needed !== 1 : stryMutAct_9fa48("219") ? false : stryMutAct_9fa48("218") ? true : (stryCov_9fa48("218", "219", "220"), needed === 1)) ? stryMutAct_9fa48("221") ? "Stryker was here!" : (stryCov_9fa48("221"), "") : stryMutAct_9fa48("222") ? "" : (stryCov_9fa48("222"), "s")} given`);
    if (stryMutAct_9fa48("225") ? false : stryMutAct_9fa48("224") ? true : stryMutAct_9fa48("223") ? unknownAuthors : (stryCov_9fa48("223", "224", "225"), !unknownAuthors)) return count;
    return stryMutAct_9fa48("226") ? `` : (stryCov_9fa48("226"), `${count}; one more than usual, as not everyone who wrote or pushed these commits is known to GitHub`);
  }
}
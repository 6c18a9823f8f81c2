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
  if (stryMutAct_9fa48("217")) {
    {}
  } else {
    stryCov_9fa48("217");
    return weigh(snapshot, rules, stryMutAct_9fa48("218") ? {} : (stryCov_9fa48("218"), {
      refusals: snapshotConditions.flatMap(stryMutAct_9fa48("219") ? () => undefined : (stryCov_9fa48("219"), condition => stryMutAct_9fa48("220") ? condition.refuse(snapshot) && [] : (stryCov_9fa48("220"), condition.refuse(snapshot) ?? (stryMutAct_9fa48("221") ? ["Stryker was here"] : (stryCov_9fa48("221"), []))))),
      unknownAuthors: hasUnknownAuthors(snapshot),
      faultOf: stryMutAct_9fa48("222") ? () => undefined : (stryCov_9fa48("222"), review => firstFault(reviewConditions, review, snapshot, rules))
    }));
  }
}

/**
 * Decides on a gate of a run that belongs to no pull request, such as a push to main: opened from the check, by an
 * eligible person other than who pushed (`lastPusherId`).
 */
export function evaluateBranchGate(scene: GateScene, rules: GateRules): GateDecision {
  if (stryMutAct_9fa48("223")) {
    {}
  } else {
    stryCov_9fa48("223");
    return weigh(scene, rules, stryMutAct_9fa48("224") ? {} : (stryCov_9fa48("224"), {
      refusals: branchConditions.flatMap(stryMutAct_9fa48("225") ? () => undefined : (stryCov_9fa48("225"), condition => stryMutAct_9fa48("226") ? condition.refuse(scene) && [] : (stryCov_9fa48("226"), condition.refuse(scene) ?? (stryMutAct_9fa48("227") ? ["Stryker was here"] : (stryCov_9fa48("227"), []))))),
      unknownAuthors: stryMutAct_9fa48("230") ? scene.lastPusherId !== undefined : stryMutAct_9fa48("229") ? false : stryMutAct_9fa48("228") ? true : (stryCov_9fa48("228", "229", "230"), scene.lastPusherId === undefined),
      faultOf: stryMutAct_9fa48("231") ? () => undefined : (stryCov_9fa48("231"), review => firstFault(opinionConditions, review, scene, rules))
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
  if (stryMutAct_9fa48("232")) {
    {}
  } else {
    stryCov_9fa48("232");
    const {
      refusals,
      unknownAuthors
    } = conditions;
    const gate = gateName(scene.gate);
    // What was said to one gate says nothing of another.
    const reviews = stryMutAct_9fa48("233") ? scene.reviews : (stryCov_9fa48("233"), scene.reviews.filter(stryMutAct_9fa48("234") ? () => undefined : (stryCov_9fa48("234"), ({
      spoken
    }) => stryMutAct_9fa48("237") ? spoken === undefined && spoken.gate === gate : stryMutAct_9fa48("236") ? false : stryMutAct_9fa48("235") ? true : (stryCov_9fa48("235", "236", "237"), (stryMutAct_9fa48("239") ? spoken !== undefined : stryMutAct_9fa48("238") ? false : (stryCov_9fa48("238", "239"), spoken === undefined)) || (stryMutAct_9fa48("241") ? spoken.gate !== gate : stryMutAct_9fa48("240") ? false : (stryCov_9fa48("240", "241"), spoken.gate === gate))))));
    const {
      latest,
      ignored
    } = latestOpinions(reviews);
    const possible = stryMutAct_9fa48("244") ? Number.isSafeInteger(rules.approvals) && rules.approvals >= 1 || rules.approvals < neverApprovable : stryMutAct_9fa48("243") ? false : stryMutAct_9fa48("242") ? true : (stryCov_9fa48("242", "243", "244"), (stryMutAct_9fa48("246") ? Number.isSafeInteger(rules.approvals) || rules.approvals >= 1 : stryMutAct_9fa48("245") ? true : (stryCov_9fa48("245", "246"), Number.isSafeInteger(rules.approvals) && (stryMutAct_9fa48("249") ? rules.approvals < 1 : stryMutAct_9fa48("248") ? rules.approvals > 1 : stryMutAct_9fa48("247") ? true : (stryCov_9fa48("247", "248", "249"), rules.approvals >= 1)))) && (stryMutAct_9fa48("252") ? rules.approvals >= neverApprovable : stryMutAct_9fa48("251") ? rules.approvals <= neverApprovable : stryMutAct_9fa48("250") ? true : (stryCov_9fa48("250", "251", "252"), rules.approvals < neverApprovable)));
    const needed = possible ? stryMutAct_9fa48("253") ? rules.approvals - (unknownAuthors ? 1 : 0) : (stryCov_9fa48("253"), rules.approvals + (unknownAuthors ? 1 : 0)) : neverApprovable;
    const judged = latest.map(review => {
      if (stryMutAct_9fa48("254")) {
        {}
      } else {
        stryCov_9fa48("254");
        const fault = conditions.faultOf(review);
        return stryMutAct_9fa48("255") ? {} : (stryCov_9fa48("255"), {
          review,
          fault: (stryMutAct_9fa48("258") ? fault !== undefined : stryMutAct_9fa48("257") ? false : stryMutAct_9fa48("256") ? true : (stryCov_9fa48("256", "257", "258"), fault === undefined)) ? undefined : stryMutAct_9fa48("259") ? `` : (stryCov_9fa48("259"), `@${review.user.login} ${fault}`)
        });
      }
    });
    const decision: GateDecision = stryMutAct_9fa48("260") ? {} : (stryCov_9fa48("260"), {
      state: stryMutAct_9fa48("261") ? "" : (stryCov_9fa48("261"), "waiting"),
      needed,
      approvals: stryMutAct_9fa48("262") ? ["Stryker was here"] : (stryCov_9fa48("262"), []),
      ignored,
      reasons: refusals
    });
    for (const {
      review,
      fault
    } of judged) {
      if (stryMutAct_9fa48("263")) {
        {}
      } else {
        stryCov_9fa48("263");
        const refusal = (stryMutAct_9fa48("266") ? refusals[0] !== undefined : stryMutAct_9fa48("265") ? false : stryMutAct_9fa48("264") ? true : (stryCov_9fa48("264", "265", "266"), refusals[0] === undefined)) ? undefined : stryMutAct_9fa48("267") ? `` : (stryCov_9fa48("267"), `the review of @${review.user.login} does not count: ${refusals[0]}`);
        sortReview(decision, review, stryMutAct_9fa48("268") ? fault && refusal : (stryCov_9fa48("268"), fault ?? refusal), mayWrite(review.user, scene));
      }
    }
    if (stryMutAct_9fa48("272") ? refusals.length <= 0 : stryMutAct_9fa48("271") ? refusals.length >= 0 : stryMutAct_9fa48("270") ? false : stryMutAct_9fa48("269") ? true : (stryCov_9fa48("269", "270", "271", "272"), refusals.length > 0)) return decision;
    if (stryMutAct_9fa48("275") ? false : stryMutAct_9fa48("274") ? true : stryMutAct_9fa48("273") ? possible : (stryCov_9fa48("273", "274", "275"), !possible)) {
      if (stryMutAct_9fa48("276")) {
        {}
      } else {
        stryCov_9fa48("276");
        decision.reasons.push(stryMutAct_9fa48("277") ? "" : (stryCov_9fa48("277"), "the gate's annotations have a fault, so that nothing can open it: mend them in the manifest"));
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
  if (stryMutAct_9fa48("278")) {
    {}
  } else {
    stryCov_9fa48("278");
    const {
      needed
    } = decision;
    const against = stryMutAct_9fa48("279") ? judged : (stryCov_9fa48("279"), judged.filter(stryMutAct_9fa48("280") ? () => undefined : (stryCov_9fa48("280"), ({
      review
    }) => stryMutAct_9fa48("283") ? review.state !== "CHANGES_REQUESTED" : stryMutAct_9fa48("282") ? false : stryMutAct_9fa48("281") ? true : (stryCov_9fa48("281", "282", "283"), review.state === (stryMutAct_9fa48("284") ? "" : (stryCov_9fa48("284"), "CHANGES_REQUESTED"))))));
    const eligible = stryMutAct_9fa48("285") ? against.map(({
      review
    }) => review) : (stryCov_9fa48("285"), against.filter(stryMutAct_9fa48("286") ? () => undefined : (stryCov_9fa48("286"), ({
      fault
    }) => stryMutAct_9fa48("289") ? fault !== undefined : stryMutAct_9fa48("288") ? false : stryMutAct_9fa48("287") ? true : (stryCov_9fa48("287", "288", "289"), fault === undefined))).map(stryMutAct_9fa48("290") ? () => undefined : (stryCov_9fa48("290"), ({
      review
    }) => review)));
    const rejection = eligible.find(stryMutAct_9fa48("291") ? () => undefined : (stryCov_9fa48("291"), ({
      spoken
    }) => stryMutAct_9fa48("294") ? spoken !== undefined && rules.rejectOnChanges : stryMutAct_9fa48("293") ? false : stryMutAct_9fa48("292") ? true : (stryCov_9fa48("292", "293", "294"), (stryMutAct_9fa48("296") ? spoken === undefined : stryMutAct_9fa48("295") ? false : (stryCov_9fa48("295", "296"), spoken !== undefined)) || rules.rejectOnChanges)));
    if (stryMutAct_9fa48("299") ? rejection === undefined : stryMutAct_9fa48("298") ? false : stryMutAct_9fa48("297") ? true : (stryCov_9fa48("297", "298", "299"), rejection !== undefined)) {
      if (stryMutAct_9fa48("300")) {
        {}
      } else {
        stryCov_9fa48("300");
        const what = (stryMutAct_9fa48("303") ? rejection.spoken !== undefined : stryMutAct_9fa48("302") ? false : stryMutAct_9fa48("301") ? true : (stryCov_9fa48("301", "302", "303"), rejection.spoken === undefined)) ? stryMutAct_9fa48("304") ? "" : (stryCov_9fa48("304"), "asked for changes") : stryMutAct_9fa48("305") ? "" : (stryCov_9fa48("305"), "rejected it");
        return stryMutAct_9fa48("306") ? {} : (stryCov_9fa48("306"), {
          ...decision,
          state: stryMutAct_9fa48("307") ? "" : (stryCov_9fa48("307"), "rejected"),
          reasons: stryMutAct_9fa48("308") ? [] : (stryCov_9fa48("308"), [stryMutAct_9fa48("309") ? `` : (stryCov_9fa48("309"), `@${rejection.user.login} ${what}`)])
        });
      }
    }
    for (const {
      review
    } of stryMutAct_9fa48("310") ? against : (stryCov_9fa48("310"), against.filter(stryMutAct_9fa48("311") ? () => undefined : (stryCov_9fa48("311"), ({
      review
    }) => mayWrite(review.user, scene))))) {
      if (stryMutAct_9fa48("312")) {
        {}
      } else {
        stryCov_9fa48("312");
        decision.reasons.push(objection(review));
      }
    }
    const given = decision.approvals.length;
    if (stryMutAct_9fa48("316") ? given >= needed : stryMutAct_9fa48("315") ? given <= needed : stryMutAct_9fa48("314") ? false : stryMutAct_9fa48("313") ? true : (stryCov_9fa48("313", "314", "315", "316"), given < needed)) decision.reasons.push(missing(given, needed, unknownAuthors));
    if (stryMutAct_9fa48("320") ? decision.reasons.length <= 0 : stryMutAct_9fa48("319") ? decision.reasons.length >= 0 : stryMutAct_9fa48("318") ? false : stryMutAct_9fa48("317") ? true : (stryCov_9fa48("317", "318", "319", "320"), decision.reasons.length > 0)) return decision;
    const people = decision.approvals.map(stryMutAct_9fa48("321") ? () => undefined : (stryCov_9fa48("321"), ({
      user
    }) => stryMutAct_9fa48("322") ? `` : (stryCov_9fa48("322"), `@${user.login}`))).join(stryMutAct_9fa48("323") ? "" : (stryCov_9fa48("323"), ", "));
    return stryMutAct_9fa48("324") ? {} : (stryCov_9fa48("324"), {
      ...decision,
      state: stryMutAct_9fa48("325") ? "" : (stryCov_9fa48("325"), "approved"),
      reasons: stryMutAct_9fa48("326") ? [] : (stryCov_9fa48("326"), [stryMutAct_9fa48("327") ? `` : (stryCov_9fa48("327"), `approved by ${people}`)])
    });
  }
}
function objection({
  user,
  spoken
}: OpinionReview): string {
  if (stryMutAct_9fa48("328")) {
    {}
  } else {
    stryCov_9fa48("328");
    if (stryMutAct_9fa48("331") ? spoken !== undefined : stryMutAct_9fa48("330") ? false : stryMutAct_9fa48("329") ? true : (stryCov_9fa48("329", "330", "331"), spoken === undefined)) return stryMutAct_9fa48("332") ? `` : (stryCov_9fa48("332"), `@${user.login} asks for changes: their approval or a dismissal takes that back`);
    return stryMutAct_9fa48("333") ? `` : (stryCov_9fa48("333"), `@${user.login} said no, which keeps the gate closed: their own approval takes that back`);
  }
}

/** Names a gate as votes and reported legs remember it: a retried node is another gate. */
export function gateName({
  nodeId,
  openedAt
}: GateScene["gate"]): string {
  if (stryMutAct_9fa48("334")) {
    {}
  } else {
    stryCov_9fa48("334");
    return stryMutAct_9fa48("335") ? `` : (stryCov_9fa48("335"), `${nodeId}@${openedAt}`);
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
  if (stryMutAct_9fa48("336")) {
    {}
  } else {
    stryCov_9fa48("336");
    const latest = new Map<number, OpinionReview>();
    const ignored: GateDecision["ignored"] = stryMutAct_9fa48("337") ? ["Stryker was here"] : (stryCov_9fa48("337"), []);
    for (const review of reviews) {
      if (stryMutAct_9fa48("338")) {
        {}
      } else {
        stryCov_9fa48("338");
        if (stryMutAct_9fa48("341") ? review.state === "COMMENTED" && review.state === "PENDING" : stryMutAct_9fa48("340") ? false : stryMutAct_9fa48("339") ? true : (stryCov_9fa48("339", "340", "341"), (stryMutAct_9fa48("343") ? review.state !== "COMMENTED" : stryMutAct_9fa48("342") ? false : (stryCov_9fa48("342", "343"), review.state === (stryMutAct_9fa48("344") ? "" : (stryCov_9fa48("344"), "COMMENTED")))) || (stryMutAct_9fa48("346") ? review.state !== "PENDING" : stryMutAct_9fa48("345") ? false : (stryCov_9fa48("345", "346"), review.state === (stryMutAct_9fa48("347") ? "" : (stryCov_9fa48("347"), "PENDING")))))) continue;
        const {
          user
        } = review;
        if (stryMutAct_9fa48("350") ? user === undefined && !isKnown(user) : stryMutAct_9fa48("349") ? false : stryMutAct_9fa48("348") ? true : (stryCov_9fa48("348", "349", "350"), (stryMutAct_9fa48("352") ? user !== undefined : stryMutAct_9fa48("351") ? false : (stryCov_9fa48("351", "352"), user === undefined)) || (stryMutAct_9fa48("353") ? isKnown(user) : (stryCov_9fa48("353"), !isKnown(user))))) {
          if (stryMutAct_9fa48("354")) {
            {}
          } else {
            stryCov_9fa48("354");
            ignored.push(stryMutAct_9fa48("355") ? {} : (stryCov_9fa48("355"), {
              user,
              reviewId: review.id,
              reason: stryMutAct_9fa48("356") ? "" : (stryCov_9fa48("356"), "the reviewer's account is not known to GitHub any more")
            }));
            continue;
          }
        }
        const opinion: OpinionReview = stryMutAct_9fa48("357") ? {} : (stryCov_9fa48("357"), {
          ...review,
          user
        });
        const other = latest.get(user.id);
        const [newer, older] = (stryMutAct_9fa48("360") ? other === undefined && replaces(opinion, other) : stryMutAct_9fa48("359") ? false : stryMutAct_9fa48("358") ? true : (stryCov_9fa48("358", "359", "360"), (stryMutAct_9fa48("362") ? other !== undefined : stryMutAct_9fa48("361") ? false : (stryCov_9fa48("361", "362"), other === undefined)) || replaces(opinion, other))) ? stryMutAct_9fa48("363") ? [] : (stryCov_9fa48("363"), [opinion, other]) : stryMutAct_9fa48("364") ? [] : (stryCov_9fa48("364"), [other, opinion]);
        latest.set(user.id, newer);
        if (stryMutAct_9fa48("367") ? older?.state !== "APPROVED" : stryMutAct_9fa48("366") ? false : stryMutAct_9fa48("365") ? true : (stryCov_9fa48("365", "366", "367"), (stryMutAct_9fa48("368") ? older.state : (stryCov_9fa48("368"), older?.state)) === (stryMutAct_9fa48("369") ? "" : (stryCov_9fa48("369"), "APPROVED")))) {
          if (stryMutAct_9fa48("370")) {
            {}
          } else {
            stryCov_9fa48("370");
            ignored.push(stryMutAct_9fa48("371") ? {} : (stryCov_9fa48("371"), {
              user,
              reviewId: older.id,
              reason: stryMutAct_9fa48("372") ? `` : (stryCov_9fa48("372"), `@${user.login} reviewed again later`)
            }));
          }
        }
      }
    }
    return stryMutAct_9fa48("373") ? {} : (stryCov_9fa48("373"), {
      latest: stryMutAct_9fa48("374") ? [] : (stryCov_9fa48("374"), [...latest.values()]),
      ignored
    });
  }
}
function replaces(opinion: OpinionReview, other: OpinionReview): boolean {
  if (stryMutAct_9fa48("375")) {
    {}
  } else {
    stryCov_9fa48("375");
    const [mine, theirs] = stryMutAct_9fa48("376") ? [] : (stryCov_9fa48("376"), [second(opinion.submittedAt), second(other.submittedAt)]);
    if (stryMutAct_9fa48("380") ? mine <= theirs : stryMutAct_9fa48("379") ? mine >= theirs : stryMutAct_9fa48("378") ? false : stryMutAct_9fa48("377") ? true : (stryCov_9fa48("377", "378", "379", "380"), mine > theirs)) return stryMutAct_9fa48("381") ? false : (stryCov_9fa48("381"), true);
    if (stryMutAct_9fa48("385") ? mine >= theirs : stryMutAct_9fa48("384") ? mine <= theirs : stryMutAct_9fa48("383") ? false : stryMutAct_9fa48("382") ? true : (stryCov_9fa48("382", "383", "384", "385"), mine < theirs)) return stryMutAct_9fa48("386") ? true : (stryCov_9fa48("386"), false);
    return stryMutAct_9fa48("390") ? againstOpening[opinion.state] <= againstOpening[other.state] : stryMutAct_9fa48("389") ? againstOpening[opinion.state] >= againstOpening[other.state] : stryMutAct_9fa48("388") ? false : stryMutAct_9fa48("387") ? true : (stryCov_9fa48("387", "388", "389", "390"), againstOpening[opinion.state] > againstOpening[other.state]);
  }
}
const againstOpening = stryMutAct_9fa48("391") ? {} : (stryCov_9fa48("391"), {
  APPROVED: 0,
  COMMENTED: 0,
  PENDING: 0,
  DISMISSED: 1,
  CHANGES_REQUESTED: 2
});
function firstFault<Scene extends GateScene>(conditions: readonly ReviewCondition<Scene>[], review: OpinionReview, scene: Scene, rules: GateRules): string | undefined {
  if (stryMutAct_9fa48("392")) {
    {}
  } else {
    stryCov_9fa48("392");
    for (const condition of conditions) {
      if (stryMutAct_9fa48("393")) {
        {}
      } else {
        stryCov_9fa48("393");
        const fault = condition.refuse(review, scene, rules);
        if (stryMutAct_9fa48("396") ? fault === undefined : stryMutAct_9fa48("395") ? false : stryMutAct_9fa48("394") ? true : (stryCov_9fa48("394", "395", "396"), fault !== undefined)) return fault;
      }
    }
    return undefined;
  }
}

/** Puts one person's opinion among those that count or those that do not; a writer's objection always counts. */
function sortReview(decision: GateDecision, review: OpinionReview, fault: string | undefined, writer: boolean): void {
  if (stryMutAct_9fa48("397")) {
    {}
  } else {
    stryCov_9fa48("397");
    const {
      id: reviewId,
      user,
      submittedAt,
      state,
      spoken
    } = review;
    if (stryMutAct_9fa48("400") ? state !== "DISMISSED" : stryMutAct_9fa48("399") ? false : stryMutAct_9fa48("398") ? true : (stryCov_9fa48("398", "399", "400"), state === (stryMutAct_9fa48("401") ? "" : (stryCov_9fa48("401"), "DISMISSED")))) {
      if (stryMutAct_9fa48("402")) {
        {}
      } else {
        stryCov_9fa48("402");
        decision.ignored.push(stryMutAct_9fa48("403") ? {} : (stryCov_9fa48("403"), {
          user,
          reviewId,
          reason: stryMutAct_9fa48("404") ? `` : (stryCov_9fa48("404"), `the review of @${user.login} was dismissed`)
        }));
      }
    } else if (stryMutAct_9fa48("407") ? fault !== undefined || !(state === "CHANGES_REQUESTED" && writer) : stryMutAct_9fa48("406") ? false : stryMutAct_9fa48("405") ? true : (stryCov_9fa48("405", "406", "407"), (stryMutAct_9fa48("409") ? fault === undefined : stryMutAct_9fa48("408") ? true : (stryCov_9fa48("408", "409"), fault !== undefined)) && (stryMutAct_9fa48("410") ? state === "CHANGES_REQUESTED" && writer : (stryCov_9fa48("410"), !(stryMutAct_9fa48("413") ? state === "CHANGES_REQUESTED" || writer : stryMutAct_9fa48("412") ? false : stryMutAct_9fa48("411") ? true : (stryCov_9fa48("411", "412", "413"), (stryMutAct_9fa48("415") ? state !== "CHANGES_REQUESTED" : stryMutAct_9fa48("414") ? true : (stryCov_9fa48("414", "415"), state === (stryMutAct_9fa48("416") ? "" : (stryCov_9fa48("416"), "CHANGES_REQUESTED")))) && writer)))))) {
      if (stryMutAct_9fa48("417")) {
        {}
      } else {
        stryCov_9fa48("417");
        decision.ignored.push(stryMutAct_9fa48("418") ? {} : (stryCov_9fa48("418"), {
          user,
          reviewId,
          reason: fault
        }));
      }
    } else if (stryMutAct_9fa48("421") ? state === "APPROVED" || submittedAt !== undefined : stryMutAct_9fa48("420") ? false : stryMutAct_9fa48("419") ? true : (stryCov_9fa48("419", "420", "421"), (stryMutAct_9fa48("423") ? state !== "APPROVED" : stryMutAct_9fa48("422") ? true : (stryCov_9fa48("422", "423"), state === (stryMutAct_9fa48("424") ? "" : (stryCov_9fa48("424"), "APPROVED")))) && (stryMutAct_9fa48("426") ? submittedAt === undefined : stryMutAct_9fa48("425") ? true : (stryCov_9fa48("425", "426"), submittedAt !== undefined)))) {
      if (stryMutAct_9fa48("427")) {
        {}
      } else {
        stryCov_9fa48("427");
        const via = (stryMutAct_9fa48("430") ? spoken !== undefined : stryMutAct_9fa48("429") ? false : stryMutAct_9fa48("428") ? true : (stryCov_9fa48("428", "429", "430"), spoken === undefined)) ? {} : stryMutAct_9fa48("431") ? {} : (stryCov_9fa48("431"), {
          via: spoken.via
        });
        decision.approvals.push(stryMutAct_9fa48("432") ? {} : (stryCov_9fa48("432"), {
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
  if (stryMutAct_9fa48("433")) {
    {}
  } else {
    stryCov_9fa48("433");
    const count = stryMutAct_9fa48("434") ? `` : (stryCov_9fa48("434"), `${given} of ${needed} needed approval${(stryMutAct_9fa48("437") ? needed !== 1 : stryMutAct_9fa48("436") ? false : stryMutAct_9fa48("435") ? true : (stryCov_9fa48("435", "436", "437"), needed === 1)) ? stryMutAct_9fa48("438") ? "Stryker was here!" : (stryCov_9fa48("438"), "") : stryMutAct_9fa48("439") ? "" : (stryCov_9fa48("439"), "s")} given`);
    if (stryMutAct_9fa48("442") ? false : stryMutAct_9fa48("441") ? true : stryMutAct_9fa48("440") ? unknownAuthors : (stryCov_9fa48("440", "441", "442"), !unknownAuthors)) return count;
    return stryMutAct_9fa48("443") ? `` : (stryCov_9fa48("443"), `${count}; one more than usual, as not everyone who wrote or pushed these commits is known to GitHub`);
  }
}
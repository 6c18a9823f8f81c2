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
import { mayCommand } from "./authorize.js";
import type { Actor } from "./event.js";
import type { GateRules, GateScene, GateSnapshot, PullRequestCommit, Review } from "./gate.js";

/** A rule about the pull request as a whole; while one does not hold, no review counts. */
export interface SnapshotCondition<Scene extends GateScene = GateSnapshot> {
  name: string;
  /** Why it does not hold, for the reader of the check; undefined when it holds. */
  refuse(snapshot: Scene): string | undefined;
}

/** A rule about one person's latest opinion; each is named for the attack it prevents. */
export interface ReviewCondition<Scene extends GateScene = GateSnapshot> {
  name: string;
  /** What is wrong, to stand after the login; undefined when it holds. */
  refuse(review: OpinionReview, snapshot: Scene, rules: GateRules): string | undefined;
}
export type OpinionReview = Review & {
  user: Actor;
};
const short = stryMutAct_9fa48("227") ? () => undefined : (stryCov_9fa48("227"), (() => {
  const short = (sha: string): string => stryMutAct_9fa48("228") ? sha : (stryCov_9fa48("228"), sha.slice(0, 7));
  return short;
})());

/** Any list that was not read to its end could hide the one review or commit that matters. */
const complete: SnapshotCondition<GateScene> = stryMutAct_9fa48("229") ? {} : (stryCov_9fa48("229"), {
  name: stryMutAct_9fa48("230") ? "" : (stryCov_9fa48("230"), "complete"),
  refuse: stryMutAct_9fa48("231") ? () => undefined : (stryCov_9fa48("231"), s => (stryMutAct_9fa48("234") ? s.complete !== true : stryMutAct_9fa48("233") ? false : stryMutAct_9fa48("232") ? true : (stryCov_9fa48("232", "233", "234"), s.complete === (stryMutAct_9fa48("235") ? false : (stryCov_9fa48("235"), true)))) ? undefined : stryMutAct_9fa48("236") ? "" : (stryCov_9fa48("236"), "GitHub could not be read to the end"))
});
const previewShown: SnapshotCondition<GateScene> = stryMutAct_9fa48("237") ? {} : (stryCov_9fa48("237"), {
  name: stryMutAct_9fa48("238") ? "" : (stryCov_9fa48("238"), "preview-shown"),
  refuse: stryMutAct_9fa48("239") ? () => undefined : (stryCov_9fa48("239"), s => Number.isNaN(second(s.previewShownAt)) ? stryMutAct_9fa48("240") ? "" : (stryCov_9fa48("240"), "what there is to approve has not been shown yet") : undefined)
});
export const snapshotConditions: readonly SnapshotCondition[] = stryMutAct_9fa48("241") ? [] : (stryCov_9fa48("241"), [complete, stryMutAct_9fa48("242") ? {} : (stryCov_9fa48("242"), {
  name: stryMutAct_9fa48("243") ? "" : (stryCov_9fa48("243"), "same-pull-request"),
  refuse: stryMutAct_9fa48("244") ? () => undefined : (stryCov_9fa48("244"), s => (stryMutAct_9fa48("247") ? s.pullRequest.number !== s.run.pullRequest : stryMutAct_9fa48("246") ? false : stryMutAct_9fa48("245") ? true : (stryCov_9fa48("245", "246", "247"), s.pullRequest.number === s.run.pullRequest)) ? undefined : stryMutAct_9fa48("248") ? `` : (stryCov_9fa48("248"), `this run belongs to pull request #${s.run.pullRequest}`))
}), stryMutAct_9fa48("249") ? {} : (stryCov_9fa48("249"), {
  name: stryMutAct_9fa48("250") ? "" : (stryCov_9fa48("250"), "open"),
  refuse: stryMutAct_9fa48("251") ? () => undefined : (stryCov_9fa48("251"), s => (stryMutAct_9fa48("254") ? s.pullRequest.state !== "open" : stryMutAct_9fa48("253") ? false : stryMutAct_9fa48("252") ? true : (stryCov_9fa48("252", "253", "254"), s.pullRequest.state === (stryMutAct_9fa48("255") ? "" : (stryCov_9fa48("255"), "open")))) ? undefined : stryMutAct_9fa48("256") ? "" : (stryCov_9fa48("256"), "the pull request is not open"))
}), stryMutAct_9fa48("257") ? {} : (stryCov_9fa48("257"), {
  name: stryMutAct_9fa48("258") ? "" : (stryCov_9fa48("258"), "not-merged"),
  refuse: stryMutAct_9fa48("259") ? () => undefined : (stryCov_9fa48("259"), s => (stryMutAct_9fa48("262") ? s.pullRequest.merged !== false : stryMutAct_9fa48("261") ? false : stryMutAct_9fa48("260") ? true : (stryCov_9fa48("260", "261", "262"), s.pullRequest.merged === (stryMutAct_9fa48("263") ? true : (stryCov_9fa48("263"), false)))) ? undefined : stryMutAct_9fa48("264") ? "" : (stryCov_9fa48("264"), "the pull request is merged"))
}), stryMutAct_9fa48("265") ? {} : (stryCov_9fa48("265"), {
  name: stryMutAct_9fa48("266") ? "" : (stryCov_9fa48("266"), "not-draft"),
  refuse: stryMutAct_9fa48("267") ? () => undefined : (stryCov_9fa48("267"), s => (stryMutAct_9fa48("270") ? s.pullRequest.draft !== false : stryMutAct_9fa48("269") ? false : stryMutAct_9fa48("268") ? true : (stryCov_9fa48("268", "269", "270"), s.pullRequest.draft === (stryMutAct_9fa48("271") ? true : (stryCov_9fa48("271"), false)))) ? undefined : stryMutAct_9fa48("272") ? "" : (stryCov_9fa48("272"), "the pull request is a draft"))
}), stryMutAct_9fa48("273") ? {} : (stryCov_9fa48("273"), {
  name: stryMutAct_9fa48("274") ? "" : (stryCov_9fa48("274"), "same-repository"),
  refuse: stryMutAct_9fa48("275") ? () => undefined : (stryCov_9fa48("275"), s => (stryMutAct_9fa48("278") ? s.pullRequest.baseRepositoryId !== s.run.repositoryId : stryMutAct_9fa48("277") ? false : stryMutAct_9fa48("276") ? true : (stryCov_9fa48("276", "277", "278"), s.pullRequest.baseRepositoryId === s.run.repositoryId)) ? undefined : stryMutAct_9fa48("279") ? "" : (stryCov_9fa48("279"), "the pull request is of another repository"))
}), stryMutAct_9fa48("280") ? {} : (stryCov_9fa48("280"), {
  name: stryMutAct_9fa48("281") ? "" : (stryCov_9fa48("281"), "not-a-fork"),
  refuse: stryMutAct_9fa48("282") ? () => undefined : (stryCov_9fa48("282"), s => (stryMutAct_9fa48("285") ? s.pullRequest.headRepositoryId !== s.run.repositoryId : stryMutAct_9fa48("284") ? false : stryMutAct_9fa48("283") ? true : (stryCov_9fa48("283", "284", "285"), s.pullRequest.headRepositoryId === s.run.repositoryId)) ? undefined : stryMutAct_9fa48("286") ? "" : (stryCov_9fa48("286"), "the pull request comes from a fork"))
}), stryMutAct_9fa48("287") ? {} : (stryCov_9fa48("287"), {
  name: stryMutAct_9fa48("288") ? "" : (stryCov_9fa48("288"), "head-is-the-runs-commit"),
  refuse: stryMutAct_9fa48("289") ? () => undefined : (stryCov_9fa48("289"), s => (stryMutAct_9fa48("292") ? s.pullRequest.headSha === s.run.headSha || s.run.headSha !== "" : stryMutAct_9fa48("291") ? false : stryMutAct_9fa48("290") ? true : (stryCov_9fa48("290", "291", "292"), (stryMutAct_9fa48("294") ? s.pullRequest.headSha !== s.run.headSha : stryMutAct_9fa48("293") ? true : (stryCov_9fa48("293", "294"), s.pullRequest.headSha === s.run.headSha)) && (stryMutAct_9fa48("296") ? s.run.headSha === "" : stryMutAct_9fa48("295") ? true : (stryCov_9fa48("295", "296"), s.run.headSha !== (stryMutAct_9fa48("297") ? "Stryker was here!" : (stryCov_9fa48("297"), "")))))) ? undefined : stryMutAct_9fa48("298") ? `` : (stryCov_9fa48("298"), `the pull request has moved on to ${short(s.pullRequest.headSha)}, this run is of ${short(s.run.headSha)}`))
}), stryMutAct_9fa48("299") ? {} : (stryCov_9fa48("299"), {
  name: stryMutAct_9fa48("300") ? "" : (stryCov_9fa48("300"), "base-unchanged"),
  refuse: stryMutAct_9fa48("301") ? () => undefined : (stryCov_9fa48("301"), s => (stryMutAct_9fa48("304") ? s.pullRequest.baseRef !== s.run.baseRef : stryMutAct_9fa48("303") ? false : stryMutAct_9fa48("302") ? true : (stryCov_9fa48("302", "303", "304"), s.pullRequest.baseRef === s.run.baseRef)) ? undefined : stryMutAct_9fa48("305") ? `` : (stryCov_9fa48("305"), `the base was changed from ${s.run.baseRef} to ${s.pullRequest.baseRef}`))
}), stryMutAct_9fa48("306") ? {} : (stryCov_9fa48("306"), {
  name: stryMutAct_9fa48("307") ? "" : (stryCov_9fa48("307"), "head-in-commits"),
  refuse: stryMutAct_9fa48("308") ? () => undefined : (stryCov_9fa48("308"), s => (stryMutAct_9fa48("309") ? s.commits.every(commit => commit.sha === s.run.headSha) : (stryCov_9fa48("309"), s.commits.some(stryMutAct_9fa48("310") ? () => undefined : (stryCov_9fa48("310"), commit => stryMutAct_9fa48("313") ? commit.sha !== s.run.headSha : stryMutAct_9fa48("312") ? false : stryMutAct_9fa48("311") ? true : (stryCov_9fa48("311", "312", "313"), commit.sha === s.run.headSha))))) ? undefined : stryMutAct_9fa48("314") ? "" : (stryCov_9fa48("314"), "GitHub's list of commits does not hold the head yet"))
}), previewShown]);

/** Of a run that belongs to no pull request. */
export const branchConditions: readonly SnapshotCondition<GateScene>[] = stryMutAct_9fa48("315") ? [] : (stryCov_9fa48("315"), [complete, previewShown]);
const human: ReviewCondition<GateScene> = stryMutAct_9fa48("316") ? {} : (stryCov_9fa48("316"), {
  name: stryMutAct_9fa48("317") ? "" : (stryCov_9fa48("317"), "human"),
  refuse: stryMutAct_9fa48("318") ? () => undefined : (stryCov_9fa48("318"), ({
    user
  }) => (stryMutAct_9fa48("321") ? user.type === "User" || !user.login.endsWith("[bot]") : stryMutAct_9fa48("320") ? false : stryMutAct_9fa48("319") ? true : (stryCov_9fa48("319", "320", "321"), (stryMutAct_9fa48("323") ? user.type !== "User" : stryMutAct_9fa48("322") ? true : (stryCov_9fa48("322", "323"), user.type === (stryMutAct_9fa48("324") ? "" : (stryCov_9fa48("324"), "User")))) && (stryMutAct_9fa48("325") ? user.login.endsWith("[bot]") : (stryCov_9fa48("325"), !(stryMutAct_9fa48("326") ? user.login.startsWith("[bot]") : (stryCov_9fa48("326"), user.login.endsWith(stryMutAct_9fa48("327") ? "" : (stryCov_9fa48("327"), "[bot]")))))))) ? undefined : stryMutAct_9fa48("328") ? "" : (stryCov_9fa48("328"), "is not a person"))
});

/** Rules that hold for every opinion, whatever started the run. */
export const opinionConditions: readonly ReviewCondition<GateScene>[] = stryMutAct_9fa48("329") ? [] : (stryCov_9fa48("329"), [human, stryMutAct_9fa48("330") ? {} : (stryCov_9fa48("330"), {
  name: stryMutAct_9fa48("331") ? "" : (stryCov_9fa48("331"), "not-the-last-pusher"),
  refuse: stryMutAct_9fa48("332") ? () => undefined : (stryCov_9fa48("332"), ({
    user
  }, s) => (stryMutAct_9fa48("335") ? user.id !== s.lastPusherId : stryMutAct_9fa48("334") ? false : stryMutAct_9fa48("333") ? true : (stryCov_9fa48("333", "334", "335"), user.id === s.lastPusherId)) ? stryMutAct_9fa48("336") ? "" : (stryCov_9fa48("336"), "pushed the newest commit") : undefined)
}), stryMutAct_9fa48("337") ? {} : (stryCov_9fa48("337"), {
  name: stryMutAct_9fa48("338") ? "" : (stryCov_9fa48("338"), "write-permission"),
  refuse: stryMutAct_9fa48("339") ? () => undefined : (stryCov_9fa48("339"), ({
    user
  }, s) => mayWrite(user, s) ? undefined : stryMutAct_9fa48("340") ? "" : (stryCov_9fa48("340"), "has no write permission on the repository now"))
}), stryMutAct_9fa48("341") ? {} : (stryCov_9fa48("341"), {
  name: stryMutAct_9fa48("342") ? "" : (stryCov_9fa48("342"), "approver"),
  refuse: stryMutAct_9fa48("343") ? () => undefined : (stryCov_9fa48("343"), ({
    user
  }, s, rules) => isAmong(rules.approvers, user, s) ? undefined : stryMutAct_9fa48("344") ? "" : (stryCov_9fa48("344"), "is not among the gate's approvers"))
}), stryMutAct_9fa48("345") ? {} : (stryCov_9fa48("345"), {
  name: stryMutAct_9fa48("346") ? "" : (stryCov_9fa48("346"), "server-approver"),
  refuse: stryMutAct_9fa48("347") ? () => undefined : (stryCov_9fa48("347"), ({
    user
  }, s, rules) => isAmong(stryMutAct_9fa48("348") ? rules.serverApprovers && [] : (stryCov_9fa48("348"), rules.serverApprovers ?? (stryMutAct_9fa48("349") ? ["Stryker was here"] : (stryCov_9fa48("349"), []))), user, s) ? undefined : stryMutAct_9fa48("350") ? "" : (stryCov_9fa48("350"), "is not among the approvers that the server's configuration names"))
}), stryMutAct_9fa48("351") ? {} : (stryCov_9fa48("351"), {
  name: stryMutAct_9fa48("352") ? "" : (stryCov_9fa48("352"), "same-commit"),
  refuse: stryMutAct_9fa48("353") ? () => undefined : (stryCov_9fa48("353"), ({
    commitId
  }, s) => (stryMutAct_9fa48("356") ? commitId !== s.run.headSha : stryMutAct_9fa48("355") ? false : stryMutAct_9fa48("354") ? true : (stryCov_9fa48("354", "355", "356"), commitId === s.run.headSha)) ? undefined : stryMutAct_9fa48("357") ? `` : (stryCov_9fa48("357"), `reviewed ${short(stryMutAct_9fa48("358") ? commitId && "another commit" : (stryCov_9fa48("358"), commitId ?? (stryMutAct_9fa48("359") ? "" : (stryCov_9fa48("359"), "another commit"))))}, not ${short(s.run.headSha)}`))
}), stryMutAct_9fa48("360") ? {} : (stryCov_9fa48("360"), {
  name: stryMutAct_9fa48("361") ? "" : (stryCov_9fa48("361"), "after-the-gate-opened"),
  refuse: stryMutAct_9fa48("362") ? () => undefined : (stryCov_9fa48("362"), ({
    submittedAt
  }, s) => (stryMutAct_9fa48("366") ? second(submittedAt) <= second(s.gate.openedAt) : stryMutAct_9fa48("365") ? second(submittedAt) >= second(s.gate.openedAt) : stryMutAct_9fa48("364") ? false : stryMutAct_9fa48("363") ? true : (stryCov_9fa48("363", "364", "365", "366"), second(submittedAt) > second(s.gate.openedAt))) ? undefined : stryMutAct_9fa48("367") ? "" : (stryCov_9fa48("367"), "reviewed before the gate opened"))
}), stryMutAct_9fa48("368") ? {} : (stryCov_9fa48("368"), {
  name: stryMutAct_9fa48("369") ? "" : (stryCov_9fa48("369"), "after-the-preview"),
  refuse: stryMutAct_9fa48("370") ? () => undefined : (stryCov_9fa48("370"), ({
    submittedAt
  }, s) => (stryMutAct_9fa48("374") ? second(submittedAt) <= second(s.previewShownAt) : stryMutAct_9fa48("373") ? second(submittedAt) >= second(s.previewShownAt) : stryMutAct_9fa48("372") ? false : stryMutAct_9fa48("371") ? true : (stryCov_9fa48("371", "372", "373", "374"), second(submittedAt) > second(s.previewShownAt))) ? undefined : stryMutAct_9fa48("375") ? "" : (stryCov_9fa48("375"), "reviewed before there was something to approve"))
}), stryMutAct_9fa48("376") ? {} : (stryCov_9fa48("376"), {
  name: stryMutAct_9fa48("377") ? "" : (stryCov_9fa48("377"), "unedited"),
  refuse: stryMutAct_9fa48("378") ? () => undefined : (stryCov_9fa48("378"), ({
    spoken
  }) => (stryMutAct_9fa48("381") ? spoken === undefined && spoken.unedited === true : stryMutAct_9fa48("380") ? false : stryMutAct_9fa48("379") ? true : (stryCov_9fa48("379", "380", "381"), (stryMutAct_9fa48("383") ? spoken !== undefined : stryMutAct_9fa48("382") ? false : (stryCov_9fa48("382", "383"), spoken === undefined)) || (stryMutAct_9fa48("385") ? spoken.unedited !== true : stryMutAct_9fa48("384") ? false : (stryCov_9fa48("384", "385"), spoken.unedited === (stryMutAct_9fa48("386") ? false : (stryCov_9fa48("386"), true)))))) ? undefined : stryMutAct_9fa48("387") ? "" : (stryCov_9fa48("387"), "said it in a comment that was changed or deleted since"))
})]);
export const reviewConditions: readonly ReviewCondition[] = stryMutAct_9fa48("388") ? [] : (stryCov_9fa48("388"), [human, stryMutAct_9fa48("389") ? {} : (stryCov_9fa48("389"), {
  name: stryMutAct_9fa48("390") ? "" : (stryCov_9fa48("390"), "not-the-author"),
  refuse: stryMutAct_9fa48("391") ? () => undefined : (stryCov_9fa48("391"), ({
    user
  }, s) => (stryMutAct_9fa48("394") ? user.id !== s.pullRequest.author.id : stryMutAct_9fa48("393") ? false : stryMutAct_9fa48("392") ? true : (stryCov_9fa48("392", "393", "394"), user.id === s.pullRequest.author.id)) ? stryMutAct_9fa48("395") ? "" : (stryCov_9fa48("395"), "wrote the pull request") : undefined)
}), stryMutAct_9fa48("396") ? {} : (stryCov_9fa48("396"), {
  name: stryMutAct_9fa48("397") ? "" : (stryCov_9fa48("397"), "not-in-the-commits"),
  refuse: stryMutAct_9fa48("398") ? () => undefined : (stryCov_9fa48("398"), ({
    user
  }, s) => (stryMutAct_9fa48("399") ? s.commits.every(commit => takesPart(commit, user)) : (stryCov_9fa48("399"), s.commits.some(stryMutAct_9fa48("400") ? () => undefined : (stryCov_9fa48("400"), commit => takesPart(commit, user))))) ? stryMutAct_9fa48("401") ? "" : (stryCov_9fa48("401"), "wrote or committed a commit of the pull request") : undefined)
}), ...(stryMutAct_9fa48("402") ? opinionConditions : (stryCov_9fa48("402"), opinionConditions.filter(stryMutAct_9fa48("403") ? () => undefined : (stryCov_9fa48("403"), condition => stryMutAct_9fa48("406") ? condition === human : stryMutAct_9fa48("405") ? false : stryMutAct_9fa48("404") ? true : (stryCov_9fa48("404", "405", "406"), condition !== human)))))]);

/** GitHub's times have whole seconds: within the same second, which came first is not known. NaN when unreadable. */
export function second(time: string | undefined): number {
  if (stryMutAct_9fa48("407")) {
    {}
  } else {
    stryCov_9fa48("407");
    return (stryMutAct_9fa48("410") ? time !== undefined : stryMutAct_9fa48("409") ? false : stryMutAct_9fa48("408") ? true : (stryCov_9fa48("408", "409", "410"), time === undefined)) ? Number.NaN : Math.floor(stryMutAct_9fa48("411") ? Date.parse(time) * 1000 : (stryCov_9fa48("411"), Date.parse(time) / 1000));
  }
}
export function mayWrite(user: Actor, snapshot: GateScene): boolean {
  if (stryMutAct_9fa48("412")) {
    {}
  } else {
    stryCov_9fa48("412");
    return stryMutAct_9fa48("415") ? Object.hasOwn(snapshot.permissions, user.id) || mayCommand(snapshot.permissions[user.id] ?? "none") : stryMutAct_9fa48("414") ? false : stryMutAct_9fa48("413") ? true : (stryCov_9fa48("413", "414", "415"), Object.hasOwn(snapshot.permissions, user.id) && mayCommand(stryMutAct_9fa48("416") ? snapshot.permissions[user.id] && "none" : (stryCov_9fa48("416"), snapshot.permissions[user.id] ?? (stryMutAct_9fa48("417") ? "" : (stryCov_9fa48("417"), "none")))));
  }
}

/**
 * True when who wrote or pushed this code is not fully known. Each commit then may hide one approver, so the gate
 * asks for one approval more: whoever it is, enough others have approved.
 */
export function hasUnknownAuthors(snapshot: GateSnapshot): boolean {
  if (stryMutAct_9fa48("418")) {
    {}
  } else {
    stryCov_9fa48("418");
    const unknown = stryMutAct_9fa48("419") ? () => undefined : (stryCov_9fa48("419"), (() => {
      const unknown = (actor: Actor | undefined): boolean => stryMutAct_9fa48("422") ? actor === undefined && !isKnown(actor) : stryMutAct_9fa48("421") ? false : stryMutAct_9fa48("420") ? true : (stryCov_9fa48("420", "421", "422"), (stryMutAct_9fa48("424") ? actor !== undefined : stryMutAct_9fa48("423") ? false : (stryCov_9fa48("423", "424"), actor === undefined)) || (stryMutAct_9fa48("425") ? isKnown(actor) : (stryCov_9fa48("425"), !isKnown(actor))));
      return unknown;
    })());
    return stryMutAct_9fa48("428") ? snapshot.lastPusherId === undefined && snapshot.commits.some(({
      author,
      committer
    }) => unknown(author) || author?.login === webFlow || unknown(committer)) : stryMutAct_9fa48("427") ? false : stryMutAct_9fa48("426") ? true : (stryCov_9fa48("426", "427", "428"), (stryMutAct_9fa48("430") ? snapshot.lastPusherId !== undefined : stryMutAct_9fa48("429") ? false : (stryCov_9fa48("429", "430"), snapshot.lastPusherId === undefined)) || (stryMutAct_9fa48("431") ? snapshot.commits.every(({
      author,
      committer
    }) => unknown(author) || author?.login === webFlow || unknown(committer)) : (stryCov_9fa48("431"), snapshot.commits.some(stryMutAct_9fa48("432") ? () => undefined : (stryCov_9fa48("432"), ({
      author,
      committer
    }) => stryMutAct_9fa48("435") ? (unknown(author) || author?.login === webFlow) && unknown(committer) : stryMutAct_9fa48("434") ? false : stryMutAct_9fa48("433") ? true : (stryCov_9fa48("433", "434", "435"), (stryMutAct_9fa48("437") ? unknown(author) && author?.login === webFlow : stryMutAct_9fa48("436") ? false : (stryCov_9fa48("436", "437"), unknown(author) || (stryMutAct_9fa48("439") ? author?.login !== webFlow : stryMutAct_9fa48("438") ? false : (stryCov_9fa48("438", "439"), (stryMutAct_9fa48("440") ? author.login : (stryCov_9fa48("440"), author?.login)) === webFlow)))) || unknown(committer)))))));
  }
}
export function isKnown(actor: Actor): boolean {
  if (stryMutAct_9fa48("441")) {
    {}
  } else {
    stryCov_9fa48("441");
    return stryMutAct_9fa48("444") ? Number.isSafeInteger(actor.id) && actor.id > 0 || actor.type !== "Unknown" : stryMutAct_9fa48("443") ? false : stryMutAct_9fa48("442") ? true : (stryCov_9fa48("442", "443", "444"), (stryMutAct_9fa48("446") ? Number.isSafeInteger(actor.id) || actor.id > 0 : stryMutAct_9fa48("445") ? true : (stryCov_9fa48("445", "446"), Number.isSafeInteger(actor.id) && (stryMutAct_9fa48("449") ? actor.id <= 0 : stryMutAct_9fa48("448") ? actor.id >= 0 : stryMutAct_9fa48("447") ? true : (stryCov_9fa48("447", "448", "449"), actor.id > 0)))) && (stryMutAct_9fa48("451") ? actor.type === "Unknown" : stryMutAct_9fa48("450") ? true : (stryCov_9fa48("450", "451"), actor.type !== (stryMutAct_9fa48("452") ? "" : (stryCov_9fa48("452"), "Unknown")))));
  }
}

/** The committer that GitHub puts on commits made by its merge button and web editor. */
const webFlow = stryMutAct_9fa48("453") ? "" : (stryCov_9fa48("453"), "web-flow");
function takesPart(commit: PullRequestCommit, user: Actor): boolean {
  if (stryMutAct_9fa48("454")) {
    {}
  } else {
    stryCov_9fa48("454");
    if (stryMutAct_9fa48("457") ? commit.author?.id !== user.id : stryMutAct_9fa48("456") ? false : stryMutAct_9fa48("455") ? true : (stryCov_9fa48("455", "456", "457"), (stryMutAct_9fa48("458") ? commit.author.id : (stryCov_9fa48("458"), commit.author?.id)) === user.id)) return stryMutAct_9fa48("459") ? false : (stryCov_9fa48("459"), true);
    if (stryMutAct_9fa48("462") ? commit.committer?.id === user.id || commit.committer.login !== webFlow : stryMutAct_9fa48("461") ? false : stryMutAct_9fa48("460") ? true : (stryCov_9fa48("460", "461", "462"), (stryMutAct_9fa48("464") ? commit.committer?.id !== user.id : stryMutAct_9fa48("463") ? true : (stryCov_9fa48("463", "464"), (stryMutAct_9fa48("465") ? commit.committer.id : (stryCov_9fa48("465"), commit.committer?.id)) === user.id)) && (stryMutAct_9fa48("467") ? commit.committer.login === webFlow : stryMutAct_9fa48("466") ? true : (stryCov_9fa48("466", "467"), commit.committer.login !== webFlow)))) return stryMutAct_9fa48("468") ? false : (stryCov_9fa48("468"), true);
    return stryMutAct_9fa48("469") ? commit.coAuthorEmails.every(email => isNoreplyOf(email, user)) : (stryCov_9fa48("469"), commit.coAuthorEmails.some(stryMutAct_9fa48("470") ? () => undefined : (stryCov_9fa48("470"), email => isNoreplyOf(email, user))));
  }
}

/** `ID+LOGIN@users.noreply.github.com`, the address that names its owner; other addresses name nobody for certain. */
function isNoreplyOf(email: string, user: Actor): boolean {
  if (stryMutAct_9fa48("471")) {
    {}
  } else {
    stryCov_9fa48("471");
    const match = (stryMutAct_9fa48("477") ? /^(?:(\d+)\+)?([@+]+)@users\.noreply\./i : stryMutAct_9fa48("476") ? /^(?:(\d+)\+)?([^@+])@users\.noreply\./i : stryMutAct_9fa48("475") ? /^(?:(\D+)\+)?([^@+]+)@users\.noreply\./i : stryMutAct_9fa48("474") ? /^(?:(\d)\+)?([^@+]+)@users\.noreply\./i : stryMutAct_9fa48("473") ? /^(?:(\d+)\+)([^@+]+)@users\.noreply\./i : stryMutAct_9fa48("472") ? /(?:(\d+)\+)?([^@+]+)@users\.noreply\./i : (stryCov_9fa48("472", "473", "474", "475", "476", "477"), /^(?:(\d+)\+)?([^@+]+)@users\.noreply\./i)).exec(stryMutAct_9fa48("478") ? email : (stryCov_9fa48("478"), email.trim()));
    if (stryMutAct_9fa48("481") ? match !== null : stryMutAct_9fa48("480") ? false : stryMutAct_9fa48("479") ? true : (stryCov_9fa48("479", "480", "481"), match === null)) return stryMutAct_9fa48("482") ? true : (stryCov_9fa48("482"), false);
    if (stryMutAct_9fa48("485") ? match[1] === undefined : stryMutAct_9fa48("484") ? false : stryMutAct_9fa48("483") ? true : (stryCov_9fa48("483", "484", "485"), match[1] !== undefined)) return stryMutAct_9fa48("488") ? Number(match[1]) !== user.id : stryMutAct_9fa48("487") ? false : stryMutAct_9fa48("486") ? true : (stryCov_9fa48("486", "487", "488"), Number(match[1]) === user.id);
    return stryMutAct_9fa48("491") ? match[2]?.toLowerCase() !== user.login.toLowerCase() : stryMutAct_9fa48("490") ? false : stryMutAct_9fa48("489") ? true : (stryCov_9fa48("489", "490", "491"), (stryMutAct_9fa48("493") ? match[2].toLowerCase() : stryMutAct_9fa48("492") ? match[2]?.toUpperCase() : (stryCov_9fa48("492", "493"), match[2]?.toLowerCase())) === (stryMutAct_9fa48("494") ? user.login.toUpperCase() : (stryCov_9fa48("494"), user.login.toLowerCase())));
  }
}
function isAmong(approvers: readonly string[], user: Actor, snapshot: GateScene): boolean {
  if (stryMutAct_9fa48("495")) {
    {}
  } else {
    stryCov_9fa48("495");
    if (stryMutAct_9fa48("498") ? approvers.length !== 0 : stryMutAct_9fa48("497") ? false : stryMutAct_9fa48("496") ? true : (stryCov_9fa48("496", "497", "498"), approvers.length === 0)) return stryMutAct_9fa48("499") ? false : (stryCov_9fa48("499"), true);
    const login = stryMutAct_9fa48("500") ? user.login.toUpperCase() : (stryCov_9fa48("500"), user.login.toLowerCase());
    return stryMutAct_9fa48("501") ? approvers.every(entry => {
      const name = entry.replace(/^@/, "").toLowerCase();
      if (!name.includes("/")) return name === login;
      return Object.entries(snapshot.teams).some(([team, ids]) => team.toLowerCase() === name && ids.includes(user.id));
    }) : (stryCov_9fa48("501"), approvers.some(entry => {
      if (stryMutAct_9fa48("502")) {
        {}
      } else {
        stryCov_9fa48("502");
        const name = stryMutAct_9fa48("503") ? entry.replace(/^@/, "").toUpperCase() : (stryCov_9fa48("503"), entry.replace(stryMutAct_9fa48("504") ? /@/ : (stryCov_9fa48("504"), /^@/), stryMutAct_9fa48("505") ? "Stryker was here!" : (stryCov_9fa48("505"), "")).toLowerCase());
        if (stryMutAct_9fa48("508") ? false : stryMutAct_9fa48("507") ? true : stryMutAct_9fa48("506") ? name.includes("/") : (stryCov_9fa48("506", "507", "508"), !name.includes(stryMutAct_9fa48("509") ? "" : (stryCov_9fa48("509"), "/")))) return stryMutAct_9fa48("512") ? name !== login : stryMutAct_9fa48("511") ? false : stryMutAct_9fa48("510") ? true : (stryCov_9fa48("510", "511", "512"), name === login);
        return stryMutAct_9fa48("513") ? Object.entries(snapshot.teams).every(([team, ids]) => team.toLowerCase() === name && ids.includes(user.id)) : (stryCov_9fa48("513"), Object.entries(snapshot.teams).some(stryMutAct_9fa48("514") ? () => undefined : (stryCov_9fa48("514"), ([team, ids]) => stryMutAct_9fa48("517") ? team.toLowerCase() === name || ids.includes(user.id) : stryMutAct_9fa48("516") ? false : stryMutAct_9fa48("515") ? true : (stryCov_9fa48("515", "516", "517"), (stryMutAct_9fa48("519") ? team.toLowerCase() !== name : stryMutAct_9fa48("518") ? true : (stryCov_9fa48("518", "519"), (stryMutAct_9fa48("520") ? team.toUpperCase() : (stryCov_9fa48("520"), team.toLowerCase())) === name)) && ids.includes(user.id)))));
      }
    }));
  }
}
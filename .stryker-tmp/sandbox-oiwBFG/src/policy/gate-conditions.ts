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
const short = stryMutAct_9fa48("444") ? () => undefined : (stryCov_9fa48("444"), (() => {
  const short = (sha: string): string => stryMutAct_9fa48("445") ? sha : (stryCov_9fa48("445"), sha.slice(0, 7));
  return short;
})());

/** Any list that was not read to its end could hide the one review or commit that matters. */
const complete: SnapshotCondition<GateScene> = stryMutAct_9fa48("446") ? {} : (stryCov_9fa48("446"), {
  name: stryMutAct_9fa48("447") ? "" : (stryCov_9fa48("447"), "complete"),
  refuse: stryMutAct_9fa48("448") ? () => undefined : (stryCov_9fa48("448"), s => (stryMutAct_9fa48("451") ? s.complete !== true : stryMutAct_9fa48("450") ? false : stryMutAct_9fa48("449") ? true : (stryCov_9fa48("449", "450", "451"), s.complete === (stryMutAct_9fa48("452") ? false : (stryCov_9fa48("452"), true)))) ? undefined : stryMutAct_9fa48("453") ? "" : (stryCov_9fa48("453"), "GitHub could not be read to the end"))
});
const previewShown: SnapshotCondition<GateScene> = stryMutAct_9fa48("454") ? {} : (stryCov_9fa48("454"), {
  name: stryMutAct_9fa48("455") ? "" : (stryCov_9fa48("455"), "preview-shown"),
  refuse: stryMutAct_9fa48("456") ? () => undefined : (stryCov_9fa48("456"), s => Number.isNaN(second(s.previewShownAt)) ? stryMutAct_9fa48("457") ? "" : (stryCov_9fa48("457"), "what there is to approve has not been shown yet") : undefined)
});
export const snapshotConditions: readonly SnapshotCondition[] = stryMutAct_9fa48("458") ? [] : (stryCov_9fa48("458"), [complete, stryMutAct_9fa48("459") ? {} : (stryCov_9fa48("459"), {
  name: stryMutAct_9fa48("460") ? "" : (stryCov_9fa48("460"), "same-pull-request"),
  refuse: stryMutAct_9fa48("461") ? () => undefined : (stryCov_9fa48("461"), s => (stryMutAct_9fa48("464") ? s.pullRequest.number !== s.run.pullRequest : stryMutAct_9fa48("463") ? false : stryMutAct_9fa48("462") ? true : (stryCov_9fa48("462", "463", "464"), s.pullRequest.number === s.run.pullRequest)) ? undefined : stryMutAct_9fa48("465") ? `` : (stryCov_9fa48("465"), `this run belongs to pull request #${s.run.pullRequest}`))
}), stryMutAct_9fa48("466") ? {} : (stryCov_9fa48("466"), {
  name: stryMutAct_9fa48("467") ? "" : (stryCov_9fa48("467"), "open"),
  refuse: stryMutAct_9fa48("468") ? () => undefined : (stryCov_9fa48("468"), s => (stryMutAct_9fa48("471") ? s.pullRequest.state !== "open" : stryMutAct_9fa48("470") ? false : stryMutAct_9fa48("469") ? true : (stryCov_9fa48("469", "470", "471"), s.pullRequest.state === (stryMutAct_9fa48("472") ? "" : (stryCov_9fa48("472"), "open")))) ? undefined : stryMutAct_9fa48("473") ? "" : (stryCov_9fa48("473"), "the pull request is not open"))
}), stryMutAct_9fa48("474") ? {} : (stryCov_9fa48("474"), {
  name: stryMutAct_9fa48("475") ? "" : (stryCov_9fa48("475"), "not-merged"),
  refuse: stryMutAct_9fa48("476") ? () => undefined : (stryCov_9fa48("476"), s => (stryMutAct_9fa48("479") ? s.pullRequest.merged !== false : stryMutAct_9fa48("478") ? false : stryMutAct_9fa48("477") ? true : (stryCov_9fa48("477", "478", "479"), s.pullRequest.merged === (stryMutAct_9fa48("480") ? true : (stryCov_9fa48("480"), false)))) ? undefined : stryMutAct_9fa48("481") ? "" : (stryCov_9fa48("481"), "the pull request is merged"))
}), stryMutAct_9fa48("482") ? {} : (stryCov_9fa48("482"), {
  name: stryMutAct_9fa48("483") ? "" : (stryCov_9fa48("483"), "not-draft"),
  refuse: stryMutAct_9fa48("484") ? () => undefined : (stryCov_9fa48("484"), s => (stryMutAct_9fa48("487") ? s.pullRequest.draft !== false : stryMutAct_9fa48("486") ? false : stryMutAct_9fa48("485") ? true : (stryCov_9fa48("485", "486", "487"), s.pullRequest.draft === (stryMutAct_9fa48("488") ? true : (stryCov_9fa48("488"), false)))) ? undefined : stryMutAct_9fa48("489") ? "" : (stryCov_9fa48("489"), "the pull request is a draft"))
}), stryMutAct_9fa48("490") ? {} : (stryCov_9fa48("490"), {
  name: stryMutAct_9fa48("491") ? "" : (stryCov_9fa48("491"), "same-repository"),
  refuse: stryMutAct_9fa48("492") ? () => undefined : (stryCov_9fa48("492"), s => (stryMutAct_9fa48("495") ? s.pullRequest.baseRepositoryId !== s.run.repositoryId : stryMutAct_9fa48("494") ? false : stryMutAct_9fa48("493") ? true : (stryCov_9fa48("493", "494", "495"), s.pullRequest.baseRepositoryId === s.run.repositoryId)) ? undefined : stryMutAct_9fa48("496") ? "" : (stryCov_9fa48("496"), "the pull request is of another repository"))
}), stryMutAct_9fa48("497") ? {} : (stryCov_9fa48("497"), {
  name: stryMutAct_9fa48("498") ? "" : (stryCov_9fa48("498"), "not-a-fork"),
  refuse: stryMutAct_9fa48("499") ? () => undefined : (stryCov_9fa48("499"), s => (stryMutAct_9fa48("502") ? s.pullRequest.headRepositoryId !== s.run.repositoryId : stryMutAct_9fa48("501") ? false : stryMutAct_9fa48("500") ? true : (stryCov_9fa48("500", "501", "502"), s.pullRequest.headRepositoryId === s.run.repositoryId)) ? undefined : stryMutAct_9fa48("503") ? "" : (stryCov_9fa48("503"), "the pull request comes from a fork"))
}), stryMutAct_9fa48("504") ? {} : (stryCov_9fa48("504"), {
  name: stryMutAct_9fa48("505") ? "" : (stryCov_9fa48("505"), "head-is-the-runs-commit"),
  refuse: stryMutAct_9fa48("506") ? () => undefined : (stryCov_9fa48("506"), s => (stryMutAct_9fa48("509") ? s.pullRequest.headSha === s.run.headSha || s.run.headSha !== "" : stryMutAct_9fa48("508") ? false : stryMutAct_9fa48("507") ? true : (stryCov_9fa48("507", "508", "509"), (stryMutAct_9fa48("511") ? s.pullRequest.headSha !== s.run.headSha : stryMutAct_9fa48("510") ? true : (stryCov_9fa48("510", "511"), s.pullRequest.headSha === s.run.headSha)) && (stryMutAct_9fa48("513") ? s.run.headSha === "" : stryMutAct_9fa48("512") ? true : (stryCov_9fa48("512", "513"), s.run.headSha !== (stryMutAct_9fa48("514") ? "Stryker was here!" : (stryCov_9fa48("514"), "")))))) ? undefined : stryMutAct_9fa48("515") ? `` : (stryCov_9fa48("515"), `the pull request has moved on to ${short(s.pullRequest.headSha)}, this run is of ${short(s.run.headSha)}`))
}), stryMutAct_9fa48("516") ? {} : (stryCov_9fa48("516"), {
  name: stryMutAct_9fa48("517") ? "" : (stryCov_9fa48("517"), "base-unchanged"),
  refuse: stryMutAct_9fa48("518") ? () => undefined : (stryCov_9fa48("518"), s => (stryMutAct_9fa48("521") ? s.pullRequest.baseRef !== s.run.baseRef : stryMutAct_9fa48("520") ? false : stryMutAct_9fa48("519") ? true : (stryCov_9fa48("519", "520", "521"), s.pullRequest.baseRef === s.run.baseRef)) ? undefined : stryMutAct_9fa48("522") ? `` : (stryCov_9fa48("522"), `the base was changed from ${s.run.baseRef} to ${s.pullRequest.baseRef}`))
}), stryMutAct_9fa48("523") ? {} : (stryCov_9fa48("523"), {
  name: stryMutAct_9fa48("524") ? "" : (stryCov_9fa48("524"), "head-in-commits"),
  refuse: stryMutAct_9fa48("525") ? () => undefined : (stryCov_9fa48("525"), s => (stryMutAct_9fa48("526") ? s.commits.every(commit => commit.sha === s.run.headSha) : (stryCov_9fa48("526"), s.commits.some(stryMutAct_9fa48("527") ? () => undefined : (stryCov_9fa48("527"), commit => stryMutAct_9fa48("530") ? commit.sha !== s.run.headSha : stryMutAct_9fa48("529") ? false : stryMutAct_9fa48("528") ? true : (stryCov_9fa48("528", "529", "530"), commit.sha === s.run.headSha))))) ? undefined : stryMutAct_9fa48("531") ? "" : (stryCov_9fa48("531"), "GitHub's list of commits does not hold the head yet"))
}), previewShown]);

/** Of a run that belongs to no pull request. */
export const branchConditions: readonly SnapshotCondition<GateScene>[] = stryMutAct_9fa48("532") ? [] : (stryCov_9fa48("532"), [complete, previewShown]);
const human: ReviewCondition<GateScene> = stryMutAct_9fa48("533") ? {} : (stryCov_9fa48("533"), {
  name: stryMutAct_9fa48("534") ? "" : (stryCov_9fa48("534"), "human"),
  refuse: stryMutAct_9fa48("535") ? () => undefined : (stryCov_9fa48("535"), ({
    user
  }) => (stryMutAct_9fa48("538") ? user.type === "User" || !user.login.endsWith("[bot]") : stryMutAct_9fa48("537") ? false : stryMutAct_9fa48("536") ? true : (stryCov_9fa48("536", "537", "538"), (stryMutAct_9fa48("540") ? user.type !== "User" : stryMutAct_9fa48("539") ? true : (stryCov_9fa48("539", "540"), user.type === (stryMutAct_9fa48("541") ? "" : (stryCov_9fa48("541"), "User")))) && (stryMutAct_9fa48("542") ? user.login.endsWith("[bot]") : (stryCov_9fa48("542"), !(stryMutAct_9fa48("543") ? user.login.startsWith("[bot]") : (stryCov_9fa48("543"), user.login.endsWith(stryMutAct_9fa48("544") ? "" : (stryCov_9fa48("544"), "[bot]")))))))) ? undefined : stryMutAct_9fa48("545") ? "" : (stryCov_9fa48("545"), "is not a person"))
});

/** Rules that hold for every opinion, whatever started the run. */
export const opinionConditions: readonly ReviewCondition<GateScene>[] = stryMutAct_9fa48("546") ? [] : (stryCov_9fa48("546"), [human, stryMutAct_9fa48("547") ? {} : (stryCov_9fa48("547"), {
  name: stryMutAct_9fa48("548") ? "" : (stryCov_9fa48("548"), "not-the-last-pusher"),
  refuse: stryMutAct_9fa48("549") ? () => undefined : (stryCov_9fa48("549"), ({
    user
  }, s) => (stryMutAct_9fa48("552") ? user.id !== s.lastPusherId : stryMutAct_9fa48("551") ? false : stryMutAct_9fa48("550") ? true : (stryCov_9fa48("550", "551", "552"), user.id === s.lastPusherId)) ? stryMutAct_9fa48("553") ? "" : (stryCov_9fa48("553"), "pushed the newest commit") : undefined)
}), stryMutAct_9fa48("554") ? {} : (stryCov_9fa48("554"), {
  name: stryMutAct_9fa48("555") ? "" : (stryCov_9fa48("555"), "write-permission"),
  refuse: stryMutAct_9fa48("556") ? () => undefined : (stryCov_9fa48("556"), ({
    user
  }, s) => mayWrite(user, s) ? undefined : stryMutAct_9fa48("557") ? "" : (stryCov_9fa48("557"), "has no write permission on the repository now"))
}), stryMutAct_9fa48("558") ? {} : (stryCov_9fa48("558"), {
  name: stryMutAct_9fa48("559") ? "" : (stryCov_9fa48("559"), "approver"),
  refuse: stryMutAct_9fa48("560") ? () => undefined : (stryCov_9fa48("560"), ({
    user
  }, s, rules) => isAmong(rules.approvers, user, s) ? undefined : stryMutAct_9fa48("561") ? "" : (stryCov_9fa48("561"), "is not among the gate's approvers"))
}), stryMutAct_9fa48("562") ? {} : (stryCov_9fa48("562"), {
  name: stryMutAct_9fa48("563") ? "" : (stryCov_9fa48("563"), "server-approver"),
  refuse: stryMutAct_9fa48("564") ? () => undefined : (stryCov_9fa48("564"), ({
    user
  }, s, rules) => isAmong(stryMutAct_9fa48("565") ? rules.serverApprovers && [] : (stryCov_9fa48("565"), rules.serverApprovers ?? (stryMutAct_9fa48("566") ? ["Stryker was here"] : (stryCov_9fa48("566"), []))), user, s) ? undefined : stryMutAct_9fa48("567") ? "" : (stryCov_9fa48("567"), "is not among the approvers that the server's configuration names"))
}), stryMutAct_9fa48("568") ? {} : (stryCov_9fa48("568"), {
  name: stryMutAct_9fa48("569") ? "" : (stryCov_9fa48("569"), "same-commit"),
  refuse: stryMutAct_9fa48("570") ? () => undefined : (stryCov_9fa48("570"), ({
    commitId
  }, s) => (stryMutAct_9fa48("573") ? commitId !== s.run.headSha : stryMutAct_9fa48("572") ? false : stryMutAct_9fa48("571") ? true : (stryCov_9fa48("571", "572", "573"), commitId === s.run.headSha)) ? undefined : stryMutAct_9fa48("574") ? `` : (stryCov_9fa48("574"), `reviewed ${short(stryMutAct_9fa48("575") ? commitId && "another commit" : (stryCov_9fa48("575"), commitId ?? (stryMutAct_9fa48("576") ? "" : (stryCov_9fa48("576"), "another commit"))))}, not ${short(s.run.headSha)}`))
}), stryMutAct_9fa48("577") ? {} : (stryCov_9fa48("577"), {
  name: stryMutAct_9fa48("578") ? "" : (stryCov_9fa48("578"), "after-the-gate-opened"),
  refuse: stryMutAct_9fa48("579") ? () => undefined : (stryCov_9fa48("579"), ({
    submittedAt
  }, s) => (stryMutAct_9fa48("583") ? second(submittedAt) <= second(s.gate.openedAt) : stryMutAct_9fa48("582") ? second(submittedAt) >= second(s.gate.openedAt) : stryMutAct_9fa48("581") ? false : stryMutAct_9fa48("580") ? true : (stryCov_9fa48("580", "581", "582", "583"), second(submittedAt) > second(s.gate.openedAt))) ? undefined : stryMutAct_9fa48("584") ? "" : (stryCov_9fa48("584"), "reviewed before the gate opened"))
}), stryMutAct_9fa48("585") ? {} : (stryCov_9fa48("585"), {
  name: stryMutAct_9fa48("586") ? "" : (stryCov_9fa48("586"), "after-the-preview"),
  refuse: stryMutAct_9fa48("587") ? () => undefined : (stryCov_9fa48("587"), ({
    submittedAt
  }, s) => (stryMutAct_9fa48("591") ? second(submittedAt) <= second(s.previewShownAt) : stryMutAct_9fa48("590") ? second(submittedAt) >= second(s.previewShownAt) : stryMutAct_9fa48("589") ? false : stryMutAct_9fa48("588") ? true : (stryCov_9fa48("588", "589", "590", "591"), second(submittedAt) > second(s.previewShownAt))) ? undefined : stryMutAct_9fa48("592") ? "" : (stryCov_9fa48("592"), "reviewed before there was something to approve"))
}), stryMutAct_9fa48("593") ? {} : (stryCov_9fa48("593"), {
  name: stryMutAct_9fa48("594") ? "" : (stryCov_9fa48("594"), "unedited"),
  refuse: stryMutAct_9fa48("595") ? () => undefined : (stryCov_9fa48("595"), ({
    spoken
  }) => (stryMutAct_9fa48("598") ? spoken === undefined && spoken.unedited === true : stryMutAct_9fa48("597") ? false : stryMutAct_9fa48("596") ? true : (stryCov_9fa48("596", "597", "598"), (stryMutAct_9fa48("600") ? spoken !== undefined : stryMutAct_9fa48("599") ? false : (stryCov_9fa48("599", "600"), spoken === undefined)) || (stryMutAct_9fa48("602") ? spoken.unedited !== true : stryMutAct_9fa48("601") ? false : (stryCov_9fa48("601", "602"), spoken.unedited === (stryMutAct_9fa48("603") ? false : (stryCov_9fa48("603"), true)))))) ? undefined : stryMutAct_9fa48("604") ? "" : (stryCov_9fa48("604"), "said it in a comment that was changed or deleted since"))
})]);
export const reviewConditions: readonly ReviewCondition[] = stryMutAct_9fa48("605") ? [] : (stryCov_9fa48("605"), [human, stryMutAct_9fa48("606") ? {} : (stryCov_9fa48("606"), {
  name: stryMutAct_9fa48("607") ? "" : (stryCov_9fa48("607"), "not-the-author"),
  refuse: stryMutAct_9fa48("608") ? () => undefined : (stryCov_9fa48("608"), ({
    user
  }, s) => (stryMutAct_9fa48("611") ? user.id !== s.pullRequest.author.id : stryMutAct_9fa48("610") ? false : stryMutAct_9fa48("609") ? true : (stryCov_9fa48("609", "610", "611"), user.id === s.pullRequest.author.id)) ? stryMutAct_9fa48("612") ? "" : (stryCov_9fa48("612"), "wrote the pull request") : undefined)
}), stryMutAct_9fa48("613") ? {} : (stryCov_9fa48("613"), {
  name: stryMutAct_9fa48("614") ? "" : (stryCov_9fa48("614"), "not-in-the-commits"),
  refuse: stryMutAct_9fa48("615") ? () => undefined : (stryCov_9fa48("615"), ({
    user
  }, s) => (stryMutAct_9fa48("616") ? s.commits.every(commit => takesPart(commit, user)) : (stryCov_9fa48("616"), s.commits.some(stryMutAct_9fa48("617") ? () => undefined : (stryCov_9fa48("617"), commit => takesPart(commit, user))))) ? stryMutAct_9fa48("618") ? "" : (stryCov_9fa48("618"), "wrote or committed a commit of the pull request") : undefined)
}), ...(stryMutAct_9fa48("619") ? opinionConditions : (stryCov_9fa48("619"), opinionConditions.filter(stryMutAct_9fa48("620") ? () => undefined : (stryCov_9fa48("620"), condition => stryMutAct_9fa48("623") ? condition === human : stryMutAct_9fa48("622") ? false : stryMutAct_9fa48("621") ? true : (stryCov_9fa48("621", "622", "623"), condition !== human)))))]);

/** GitHub's times have whole seconds: within the same second, which came first is not known. NaN when unreadable. */
export function second(time: string | undefined): number {
  if (stryMutAct_9fa48("624")) {
    {}
  } else {
    stryCov_9fa48("624");
    return (stryMutAct_9fa48("627") ? time !== undefined : stryMutAct_9fa48("626") ? false : stryMutAct_9fa48("625") ? true : (stryCov_9fa48("625", "626", "627"), time === undefined)) ? Number.NaN : Math.floor(stryMutAct_9fa48("628") ? Date.parse(time) * 1000 : (stryCov_9fa48("628"), Date.parse(time) / 1000));
  }
}
export function mayWrite(user: Actor, snapshot: GateScene): boolean {
  if (stryMutAct_9fa48("629")) {
    {}
  } else {
    stryCov_9fa48("629");
    return stryMutAct_9fa48("632") ? Object.hasOwn(snapshot.permissions, user.id) || mayCommand(snapshot.permissions[user.id] ?? "none") : stryMutAct_9fa48("631") ? false : stryMutAct_9fa48("630") ? true : (stryCov_9fa48("630", "631", "632"), Object.hasOwn(snapshot.permissions, user.id) && mayCommand(stryMutAct_9fa48("633") ? snapshot.permissions[user.id] && "none" : (stryCov_9fa48("633"), snapshot.permissions[user.id] ?? (stryMutAct_9fa48("634") ? "" : (stryCov_9fa48("634"), "none")))));
  }
}

/**
 * True when who wrote or pushed this code is not fully known. Each commit then may hide one approver, so the gate
 * asks for one approval more: whoever it is, enough others have approved.
 */
export function hasUnknownAuthors(snapshot: GateSnapshot): boolean {
  if (stryMutAct_9fa48("635")) {
    {}
  } else {
    stryCov_9fa48("635");
    const unknown = stryMutAct_9fa48("636") ? () => undefined : (stryCov_9fa48("636"), (() => {
      const unknown = (actor: Actor | undefined): boolean => stryMutAct_9fa48("639") ? actor === undefined && !isKnown(actor) : stryMutAct_9fa48("638") ? false : stryMutAct_9fa48("637") ? true : (stryCov_9fa48("637", "638", "639"), (stryMutAct_9fa48("641") ? actor !== undefined : stryMutAct_9fa48("640") ? false : (stryCov_9fa48("640", "641"), actor === undefined)) || (stryMutAct_9fa48("642") ? isKnown(actor) : (stryCov_9fa48("642"), !isKnown(actor))));
      return unknown;
    })());
    return stryMutAct_9fa48("645") ? snapshot.lastPusherId === undefined && snapshot.commits.some(({
      author,
      committer
    }) => unknown(author) || author?.login === webFlow || unknown(committer)) : stryMutAct_9fa48("644") ? false : stryMutAct_9fa48("643") ? true : (stryCov_9fa48("643", "644", "645"), (stryMutAct_9fa48("647") ? snapshot.lastPusherId !== undefined : stryMutAct_9fa48("646") ? false : (stryCov_9fa48("646", "647"), snapshot.lastPusherId === undefined)) || (stryMutAct_9fa48("648") ? snapshot.commits.every(({
      author,
      committer
    }) => unknown(author) || author?.login === webFlow || unknown(committer)) : (stryCov_9fa48("648"), snapshot.commits.some(stryMutAct_9fa48("649") ? () => undefined : (stryCov_9fa48("649"), ({
      author,
      committer
    }) => stryMutAct_9fa48("652") ? (unknown(author) || author?.login === webFlow) && unknown(committer) : stryMutAct_9fa48("651") ? false : stryMutAct_9fa48("650") ? true : (stryCov_9fa48("650", "651", "652"), (stryMutAct_9fa48("654") ? unknown(author) && author?.login === webFlow : stryMutAct_9fa48("653") ? false : (stryCov_9fa48("653", "654"), unknown(author) || (stryMutAct_9fa48("656") ? author?.login !== webFlow : stryMutAct_9fa48("655") ? false : (stryCov_9fa48("655", "656"), (stryMutAct_9fa48("657") ? author.login : (stryCov_9fa48("657"), author?.login)) === webFlow)))) || unknown(committer)))))));
  }
}
export function isKnown(actor: Actor): boolean {
  if (stryMutAct_9fa48("658")) {
    {}
  } else {
    stryCov_9fa48("658");
    return stryMutAct_9fa48("661") ? Number.isSafeInteger(actor.id) && actor.id > 0 || actor.type !== "Unknown" : stryMutAct_9fa48("660") ? false : stryMutAct_9fa48("659") ? true : (stryCov_9fa48("659", "660", "661"), (stryMutAct_9fa48("663") ? Number.isSafeInteger(actor.id) || actor.id > 0 : stryMutAct_9fa48("662") ? true : (stryCov_9fa48("662", "663"), Number.isSafeInteger(actor.id) && (stryMutAct_9fa48("666") ? actor.id <= 0 : stryMutAct_9fa48("665") ? actor.id >= 0 : stryMutAct_9fa48("664") ? true : (stryCov_9fa48("664", "665", "666"), actor.id > 0)))) && (stryMutAct_9fa48("668") ? actor.type === "Unknown" : stryMutAct_9fa48("667") ? true : (stryCov_9fa48("667", "668"), actor.type !== (stryMutAct_9fa48("669") ? "" : (stryCov_9fa48("669"), "Unknown")))));
  }
}

/** The committer that GitHub puts on commits made by its merge button and web editor. */
const webFlow = stryMutAct_9fa48("670") ? "" : (stryCov_9fa48("670"), "web-flow");
function takesPart(commit: PullRequestCommit, user: Actor): boolean {
  if (stryMutAct_9fa48("671")) {
    {}
  } else {
    stryCov_9fa48("671");
    if (stryMutAct_9fa48("674") ? commit.author?.id !== user.id : stryMutAct_9fa48("673") ? false : stryMutAct_9fa48("672") ? true : (stryCov_9fa48("672", "673", "674"), (stryMutAct_9fa48("675") ? commit.author.id : (stryCov_9fa48("675"), commit.author?.id)) === user.id)) return stryMutAct_9fa48("676") ? false : (stryCov_9fa48("676"), true);
    if (stryMutAct_9fa48("679") ? commit.committer?.id === user.id || commit.committer.login !== webFlow : stryMutAct_9fa48("678") ? false : stryMutAct_9fa48("677") ? true : (stryCov_9fa48("677", "678", "679"), (stryMutAct_9fa48("681") ? commit.committer?.id !== user.id : stryMutAct_9fa48("680") ? true : (stryCov_9fa48("680", "681"), (stryMutAct_9fa48("682") ? commit.committer.id : (stryCov_9fa48("682"), commit.committer?.id)) === user.id)) && (stryMutAct_9fa48("684") ? commit.committer.login === webFlow : stryMutAct_9fa48("683") ? true : (stryCov_9fa48("683", "684"), commit.committer.login !== webFlow)))) return stryMutAct_9fa48("685") ? false : (stryCov_9fa48("685"), true);
    return stryMutAct_9fa48("686") ? commit.coAuthorEmails.every(email => isNoreplyOf(email, user)) : (stryCov_9fa48("686"), commit.coAuthorEmails.some(stryMutAct_9fa48("687") ? () => undefined : (stryCov_9fa48("687"), email => isNoreplyOf(email, user))));
  }
}

/** `ID+LOGIN@users.noreply.github.com`, the address that names its owner; other addresses name nobody for certain. */
function isNoreplyOf(email: string, user: Actor): boolean {
  if (stryMutAct_9fa48("688")) {
    {}
  } else {
    stryCov_9fa48("688");
    const match = (stryMutAct_9fa48("694") ? /^(?:(\d+)\+)?([@+]+)@users\.noreply\./i : stryMutAct_9fa48("693") ? /^(?:(\d+)\+)?([^@+])@users\.noreply\./i : stryMutAct_9fa48("692") ? /^(?:(\D+)\+)?([^@+]+)@users\.noreply\./i : stryMutAct_9fa48("691") ? /^(?:(\d)\+)?([^@+]+)@users\.noreply\./i : stryMutAct_9fa48("690") ? /^(?:(\d+)\+)([^@+]+)@users\.noreply\./i : stryMutAct_9fa48("689") ? /(?:(\d+)\+)?([^@+]+)@users\.noreply\./i : (stryCov_9fa48("689", "690", "691", "692", "693", "694"), /^(?:(\d+)\+)?([^@+]+)@users\.noreply\./i)).exec(stryMutAct_9fa48("695") ? email : (stryCov_9fa48("695"), email.trim()));
    if (stryMutAct_9fa48("698") ? match !== null : stryMutAct_9fa48("697") ? false : stryMutAct_9fa48("696") ? true : (stryCov_9fa48("696", "697", "698"), match === null)) return stryMutAct_9fa48("699") ? true : (stryCov_9fa48("699"), false);
    if (stryMutAct_9fa48("702") ? match[1] === undefined : stryMutAct_9fa48("701") ? false : stryMutAct_9fa48("700") ? true : (stryCov_9fa48("700", "701", "702"), match[1] !== undefined)) return stryMutAct_9fa48("705") ? Number(match[1]) !== user.id : stryMutAct_9fa48("704") ? false : stryMutAct_9fa48("703") ? true : (stryCov_9fa48("703", "704", "705"), Number(match[1]) === user.id);
    return stryMutAct_9fa48("708") ? match[2]?.toLowerCase() !== user.login.toLowerCase() : stryMutAct_9fa48("707") ? false : stryMutAct_9fa48("706") ? true : (stryCov_9fa48("706", "707", "708"), (stryMutAct_9fa48("710") ? match[2].toLowerCase() : stryMutAct_9fa48("709") ? match[2]?.toUpperCase() : (stryCov_9fa48("709", "710"), match[2]?.toLowerCase())) === (stryMutAct_9fa48("711") ? user.login.toUpperCase() : (stryCov_9fa48("711"), user.login.toLowerCase())));
  }
}
function isAmong(approvers: readonly string[], user: Actor, snapshot: GateScene): boolean {
  if (stryMutAct_9fa48("712")) {
    {}
  } else {
    stryCov_9fa48("712");
    if (stryMutAct_9fa48("715") ? approvers.length !== 0 : stryMutAct_9fa48("714") ? false : stryMutAct_9fa48("713") ? true : (stryCov_9fa48("713", "714", "715"), approvers.length === 0)) return stryMutAct_9fa48("716") ? false : (stryCov_9fa48("716"), true);
    const login = stryMutAct_9fa48("717") ? user.login.toUpperCase() : (stryCov_9fa48("717"), user.login.toLowerCase());
    return stryMutAct_9fa48("718") ? approvers.every(entry => {
      const name = entry.replace(/^@/, "").toLowerCase();
      if (!name.includes("/")) return name === login;
      return Object.entries(snapshot.teams).some(([team, ids]) => team.toLowerCase() === name && ids.includes(user.id));
    }) : (stryCov_9fa48("718"), approvers.some(entry => {
      if (stryMutAct_9fa48("719")) {
        {}
      } else {
        stryCov_9fa48("719");
        const name = stryMutAct_9fa48("720") ? entry.replace(/^@/, "").toUpperCase() : (stryCov_9fa48("720"), entry.replace(stryMutAct_9fa48("721") ? /@/ : (stryCov_9fa48("721"), /^@/), stryMutAct_9fa48("722") ? "Stryker was here!" : (stryCov_9fa48("722"), "")).toLowerCase());
        if (stryMutAct_9fa48("725") ? false : stryMutAct_9fa48("724") ? true : stryMutAct_9fa48("723") ? name.includes("/") : (stryCov_9fa48("723", "724", "725"), !name.includes(stryMutAct_9fa48("726") ? "" : (stryCov_9fa48("726"), "/")))) return stryMutAct_9fa48("729") ? name !== login : stryMutAct_9fa48("728") ? false : stryMutAct_9fa48("727") ? true : (stryCov_9fa48("727", "728", "729"), name === login);
        return stryMutAct_9fa48("730") ? Object.entries(snapshot.teams).every(([team, ids]) => team.toLowerCase() === name && ids.includes(user.id)) : (stryCov_9fa48("730"), Object.entries(snapshot.teams).some(stryMutAct_9fa48("731") ? () => undefined : (stryCov_9fa48("731"), ([team, ids]) => stryMutAct_9fa48("734") ? team.toLowerCase() === name || ids.includes(user.id) : stryMutAct_9fa48("733") ? false : stryMutAct_9fa48("732") ? true : (stryCov_9fa48("732", "733", "734"), (stryMutAct_9fa48("736") ? team.toLowerCase() !== name : stryMutAct_9fa48("735") ? true : (stryCov_9fa48("735", "736"), (stryMutAct_9fa48("737") ? team.toUpperCase() : (stryCov_9fa48("737"), team.toLowerCase())) === name)) && ids.includes(user.id)))));
      }
    }));
  }
}
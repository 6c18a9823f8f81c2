import { assertNever } from "../lib/assert-never.js";
import { matchesFilter } from "./glob.js";
import { skipWord } from "./skip-ci.js";
import type { EventFilter } from "./trigger-filter.js";
import type { Trigger } from "./trigger.js";

/** Something that may start runs, reduced to what triggers look at. */
export type Occasion =
  /** `ref` is a full ref: `refs/heads/main`, `refs/tags/v1`. `message` is that of the newest commit. */
  | { event: "push"; ref: string; deleted?: boolean; message?: string }
  | {
      event: "pull_request";
      action: string;
      baseRef: string;
      /** False or absent: ready for review. */
      draft?: boolean;
      labels?: readonly string[];
      /** Of the head commit. */
      message?: string;
    }
  /** `command` without its slash, lower case. */
  | { event: "comment"; command: string; baseRef: string }
  /** `baseRef` is the branch that the queue merges into, without `refs/heads/`. */
  | { event: "merge_group"; action: string; baseRef: string }
  | { event: "release"; action: string; tag: string; draft: boolean }
  /** A person asks for this manifest by its name. */
  | { event: "dispatch"; name: string }
  /** One of the manifest's schedules is due. */
  | { event: "schedule"; cron: string };

/** `skipped`: the manifest listens, and only its paths ruled it out; it still reports a check. */
export interface Match {
  result: "run" | "skipped" | "no";
  reason: string;
}

/** Says whether an occasion starts a manifest. `changedFiles` undefined (not known) counts as matching any path. */
export function matchTrigger(
  trigger: Trigger | undefined,
  occasion: Occasion,
  changedFiles: readonly string[] | undefined,
): Match {
  if (trigger === undefined) return no("the manifest is not started by events");
  switch (occasion.event) {
    case "push":
      return matchPush(trigger.push, occasion, changedFiles);
    case "pull_request":
      return matchPullRequest(trigger.pullRequest, occasion, changedFiles);
    case "comment":
      return matchComment(trigger, occasion);
    case "merge_group":
      return matchMergeGroup(trigger.mergeGroup, occasion);
    case "release":
      return matchRelease(trigger.release, occasion);
    case "dispatch":
      if (trigger.dispatch === true) return run(`/run ${occasion.name} asks for it`);
      return no("the manifest does not listen to /run: its trigger has no `dispatch: {}`");
    case "schedule":
      if (trigger.schedule?.some(({ cron }) => cron === occasion.cron) === true)
        return run(`the schedule ${occasion.cron} is due`);
      return no(`the manifest has no schedule ${occasion.cron}`);
    default:
      return assertNever(occasion, "occasion");
  }
}

/** True when the answer for this event depends on which files changed, so that they must be asked for. */
export function needsPaths(trigger: Trigger | undefined, event: Occasion["event"]): boolean {
  const filter =
    event === "push" ? trigger?.push : event === "pull_request" ? trigger?.pullRequest : undefined;
  return filter?.paths !== undefined || filter?.pathsIgnore !== undefined;
}

function matchPush(
  filter: EventFilter | undefined,
  occasion: { ref: string; deleted?: boolean; message?: string },
  changedFiles: readonly string[] | undefined,
): Match {
  if (filter === undefined) return no("the manifest does not listen to pushes");
  if (occasion.deleted === true) return no("the ref was deleted");
  const tag = cut(occasion.ref, "refs/tags/");
  if (tag !== undefined) {
    const onlyBranches = filter.branches !== undefined || filter.branchesIgnore !== undefined;
    if (!accepts(filter.tags, filter.tagsIgnore, tag, !onlyBranches))
      return no(`tag ${tag} is not in the trigger`);
    // Paths are not looked at for tags, as in GitHub Actions.
    return skipped(occasion.message) ?? run(`the push of tag ${tag} matches`);
  }
  const branch = cut(occasion.ref, "refs/heads/");
  if (branch === undefined) return no(`${occasion.ref} is neither a branch nor a tag`);
  if (branch.startsWith("gh-readonly-queue/")) return no("the branch is GitHub's merge queue's own");
  const onlyTags = filter.tags !== undefined || filter.tagsIgnore !== undefined;
  if (!accepts(filter.branches, filter.branchesIgnore, branch, !onlyTags)) {
    return no(`branch ${branch} is not in the trigger`);
  }
  return skipped(occasion.message) ?? matchPaths(filter, changedFiles, `the push to ${branch} matches`);
}

function matchPullRequest(
  filter: Trigger["pullRequest"],
  occasion: Extract<Occasion, { event: "pull_request" }>,
  changedFiles: readonly string[] | undefined,
): Match {
  if (filter === undefined) return no("the manifest does not listen to pull requests");
  if (!filter.types.includes(occasion.action))
    return no(`the activity ${occasion.action} is not in the trigger`);
  if (!accepts(filter.branches, filter.branchesIgnore, occasion.baseRef, true)) {
    return no(`base ${occasion.baseRef} is not in the trigger`);
  }
  if (filter.drafts === false && occasion.draft === true) return no("the pull request is a draft");
  return (
    matchLabels(filter, occasion.labels ?? []) ??
    skipped(occasion.message) ??
    matchPaths(filter, changedFiles, `the pull request into ${occasion.baseRef} matches`)
  );
}

function matchLabels(
  { labels: only, labelsIgnore }: EventFilter,
  labels: readonly string[],
): Match | undefined {
  if (only !== undefined && !labels.some((label) => matchesFilter(only, label)))
    return no("the pull request has none of the trigger's labels");
  const ignored = labels.find((label) => labelsIgnore !== undefined && matchesFilter(labelsIgnore, label));
  return ignored === undefined ? undefined : no(`the trigger leaves out the label ${ignored}`);
}

/** A comment starts a manifest only where the base passes the manifest's own `pull_request` branches, if it has any. */
function matchComment(trigger: Trigger, occasion: { command: string; baseRef: string }): Match {
  if (trigger.comment?.includes(occasion.command) !== true) {
    return no(`the manifest does not listen to /${occasion.command}`);
  }
  const filter = trigger.pullRequest;
  if (filter !== undefined && !accepts(filter.branches, filter.branchesIgnore, occasion.baseRef, true)) {
    return no(`base ${occasion.baseRef} is not in the trigger`);
  }
  return run(`/${occasion.command} matches`);
}

function matchMergeGroup(
  filter: Trigger["mergeGroup"],
  { action, baseRef }: { action: string; baseRef: string },
): Match {
  if (filter === undefined) return no("the manifest does not listen to merge groups");
  if (!filter.types.includes(action)) return no(`the activity ${action} is not in the trigger`);
  if (!accepts(filter.branches, filter.branchesIgnore, baseRef, true))
    return no(`base ${baseRef} is not in the trigger`);
  return run(`the merge group into ${baseRef} matches`);
}

const beforePublishing = new Set(["created", "edited", "deleted"]);

function matchRelease(
  filter: Trigger["release"],
  { action, tag, draft }: { action: string; tag: string; draft: boolean },
): Match {
  if (filter === undefined) return no("the manifest does not listen to releases");
  if (!filter.types.includes(action)) return no(`the activity ${action} is not in the trigger`);
  if (draft && beforePublishing.has(action)) return no("the release is a draft");
  return run(`the release ${tag} was ${action}`);
}

function accepts(
  only: string[] | undefined,
  ignore: string[] | undefined,
  value: string,
  otherwise: boolean,
): boolean {
  if (only !== undefined) return matchesFilter(only, value);
  if (ignore !== undefined) return !matchesFilter(ignore, value);
  return otherwise;
}

function matchPaths(filter: EventFilter, changedFiles: readonly string[] | undefined, reason: string): Match {
  const { paths, pathsIgnore } = filter;
  if (paths === undefined && pathsIgnore === undefined) return run(reason);
  if (changedFiles === undefined) return run(`${reason}; which files changed is not known`);
  if (changedFiles.some((file) => accepts(paths, pathsIgnore, file, true)))
    return run(`${reason}, and so do the paths`);
  return { result: "skipped", reason: "none of the changed files is in the trigger's paths" };
}

function skipped(message: string | undefined): Match | undefined {
  const word = message === undefined ? undefined : skipWord(message);
  return word === undefined ? undefined : no(`the commit's message says ${word}`);
}

function cut(ref: string, prefix: string): string | undefined {
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : undefined;
}
function run(reason: string): Match {
  return { result: "run", reason };
}
function no(reason: string): Match {
  return { result: "no", reason };
}

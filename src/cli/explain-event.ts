import { z } from "zod";
import { forkRefusal } from "../policy/authorize.js";
import { parseCommand } from "../policy/command.js";
import type { CommentEvent, Event, PushEvent } from "../policy/event.js";
import type { Occasion } from "../policy/match.js";
import { parseEvent } from "../server/events/parse-event.js";

/** What a payload could start, as far as the payload alone tells. */
export interface Plan {
  /** What happened, in a line. */
  heading: string;
  occasion?: Occasion;
  /** The commit whose manifests count; undefined when the payload does not name it. */
  sha?: string;
  /** Where changed files are measured from. `merge-base`: from the common ancestor, as GitHub does for pull requests. */
  changes?: { base: string; from: "merge-base" | "commit" };
  /** What only GitHub knows and how it was taken here; and why nothing starts, when `occasion` is missing. */
  notes: string[];
}

/** Which event a payload is of, by the fields that only it has; undefined when it is of none that Sluice follows. */
export function guessEvent(payload: object): string | undefined {
  const has = (...fields: string[]) => fields.every((field) => field in payload);
  if (has("merge_group")) return "merge_group";
  if (has("release")) return "release";
  if (has("check_run")) return "check_run";
  if (has("check_suite")) return "check_suite";
  if (has("issue", "comment")) return "issue_comment";
  if (has("pull_request", "review")) return "pull_request_review";
  if (has("pull_request", "number") && !has("comment") && !has("thread")) return "pull_request";
  if (has("ref", "before", "after")) return "push";
  return undefined;
}

/** Throws an UnreadableDelivery when the payload is not what GitHub documents for the event. */
export function planOf(name: string, payload: object): Plan {
  if (!("repository" in payload)) return nothing(name, "It belongs to no repository, so it starts nothing.");
  // Examples are often of repository webhooks, which name no installation.
  const filled = { installation: { id: 0 }, sender: { id: 0, login: "unknown", type: "User" }, ...payload };
  const event = parseEvent(name, JSON.stringify(filled), { id: "", receivedAt: 0 });
  if (event === undefined)
    return nothing(`${name}${actionOf(payload)}`, "Sluice does nothing with this event and activity.");
  return planOfEvent(event, payload);
}

function planOfEvent(event: Event, payload: object): Plan {
  const at = `of ${event.repository.slug}`;
  switch (event.kind) {
    case "push":
      return planOfPush(event);
    case "pull_request":
      return planOfPullRequest(event.action, event.repository.slug, payload);
    case "comment":
      return planOfComment(event);
    case "merge_group": {
      const baseRef = event.baseRef.replace(/^refs\/heads\//, "");
      const heading = `merge_group.${event.action} into ${baseRef} ${at}`;
      if (event.action === "destroyed")
        return nothing(heading, "The runs of this merge group are stopped; nothing starts.");
      const occasion: Occasion = { event: "merge_group", action: event.action, baseRef };
      return { heading, occasion, sha: event.headSha, notes: [] };
    }
    case "release": {
      const { action, tag, draft } = event;
      const occasion: Occasion = { event: "release", action, tag, draft };
      return {
        heading: `release.${action} of tag ${tag} ${at}`,
        occasion,
        sha: `refs/tags/${tag}`,
        notes: [],
      };
    }
    case "review":
      return nothing(
        `pull_request_review.${event.action} on #${event.number} ${at}`,
        "The gates of this pull request's runs are decided on again; nothing starts.",
      );
    case "check_run":
    case "check_suite":
      return nothing(
        `${event.kind}.${event.action} ${at}`,
        "It acts on runs that are there already; nothing else starts.",
      );
  }
}

const noCommit = /^0+$/;

function planOfPush({ ref, before, after, deleted, headMessage, repository }: PushEvent): Plan {
  const occasion: Occasion = { event: "push", ref, deleted, message: headMessage };
  const heading = `push to ${ref} of ${repository.slug}`;
  if (deleted || noCommit.test(after)) return nothing(heading, "The ref was deleted, so nothing starts.");
  const created = noCommit.test(before);
  const first = created && ref === `refs/heads/${repository.defaultBranch}`;
  const base = created ? repository.defaultBranch : before;
  return {
    heading,
    occasion,
    sha: after,
    ...(first ? {} : { changes: { base, from: created ? "merge-base" : "commit" } as const }),
    notes: ref.startsWith("refs/heads/")
      ? [
          "Where an open pull request has this commit as its head and starts the manifest, its run is the one.",
        ]
      : [],
  };
}

const PullRequestPayload = z.object({
  number: z.number(),
  pull_request: z.object({
    state: z.string(),
    draft: z.boolean().optional(),
    labels: z.array(z.object({ name: z.string().optional() })).default([]),
    base: z.object({ ref: z.string(), sha: z.string(), repo: z.object({ id: z.number() }).nullish() }),
    head: z.object({ sha: z.string(), repo: z.object({ id: z.number() }).nullish() }),
  }),
});

function planOfPullRequest(action: string, slug: string, payload: object): Plan {
  const read = PullRequestPayload.safeParse(payload);
  const heading = `pull_request.${action} of ${slug}`;
  if (!read.success) return nothing(heading, "The payload does not describe the pull request in full.");
  const { number, pull_request: pull } = read.data;
  const { base, head } = pull;
  const about = `pull_request.${action} on #${number} into ${base.ref} of ${slug}`;
  if (pull.state !== "open") return nothing(about, "The pull request is closed, so nothing starts.");
  const sides = { headRepositoryId: head.repo?.id, baseRepositoryId: base.repo?.id ?? 0 };
  const refusal = forkRefusal(sides, "local");
  return {
    heading: about,
    occasion: {
      event: "pull_request",
      action,
      baseRef: base.ref,
      draft: pull.draft ?? false,
      labels: pull.labels.map(({ name }) => name ?? ""),
    },
    sha: head.sha,
    changes: { base: base.sha, from: "merge-base" },
    notes: refusal === undefined ? [] : [`What would run is refused: ${refusal}`],
  };
}

function planOfComment(event: CommentEvent): Plan {
  const heading = `comment on #${event.number} of ${event.repository.slug}`;
  if (event.actor.type !== "User") return nothing(heading, "Only people's comments are commands.");
  const command = parseCommand(event.body);
  if (command === undefined) return nothing(heading, "The first line of the comment is no command.");
  if ("hint" in command) return nothing(heading, command.hint);
  const said = `/${command.name}`;
  if (command.name !== "apply" && command.name !== "run")
    return nothing(`${said}: ${heading}`, "This command starts no manifest by its trigger.");
  const notes = [
    `${said} needs write permission, which only GitHub knows; it is taken as given.`,
    "The manifests that count are those of the pull request's head, which the payload does not name.",
  ];
  if (command.name === "run")
    return {
      heading: `${said}: ${heading}`,
      occasion: { event: "dispatch", name: command.target ?? "" },
      notes,
    };
  const baseRef = event.repository.defaultBranch;
  notes.push(
    `The pull request's base is taken to be ${baseRef}.`,
    "Where a gate waits, /apply only has it decided on.",
  );
  return { heading: `${said}: ${heading}`, occasion: { event: "comment", command: "apply", baseRef }, notes };
}

function nothing(heading: string, why: string): Plan {
  return { heading, notes: [why] };
}

function actionOf(payload: object): string {
  const action = "action" in payload ? payload.action : undefined;
  return typeof action === "string" ? `.${action}` : "";
}

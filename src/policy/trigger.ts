import { parse } from "yaml";
import type { Manifest } from "../manifest/manifest.js";
import type { Path, Problem } from "../manifest/problem.js";
import { annotation } from "../run/metadata.js";
import { annotationPath, problemAt } from "./problem-at.js";
import { TriggerFault } from "./trigger-fault.js";
import type { Schedule } from "./schedule.js";
import {
  readComment,
  readDispatch,
  readPullRequest,
  readRelease,
  readSchedule,
  schedulesOf,
} from "./trigger-events.js";
import { activities, readFilter, type EventFilter } from "./trigger-filter.js";

/** The rule that says which events start a manifest; a missing event never starts it. */
export interface Trigger {
  push?: EventFilter;
  /** `drafts` false: not while the pull request is a draft. */
  pullRequest?: EventFilter & { types: string[]; drafts?: boolean };
  /** Command words, lower case, without the slash. */
  comment?: string[];
  /** `branches` are those that the queue merges into. */
  mergeGroup?: EventFilter & { types: string[] };
  release?: { types: string[] };
  /** A person may start it by name with `/run`. */
  dispatch?: true;
  /** On the default branch. */
  schedule?: Schedule[];
}

const events = ["push", "pull_request", "comment", "merge_group", "release", "dispatch", "schedule"];
const hint = "Write the events as in `on:` of GitHub Actions, e.g. `push: { branches: [main] }`.";

/**
 * What `sluice.dev/on` says. Without it a Workflow starts on every push to a branch, and a WorkflowTemplate is a
 * library. A CronWorkflow has its schedules besides. A trigger with an error starts nothing: it is then undefined.
 */
export function parseTrigger(manifest: Manifest): { trigger: Trigger | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  const trigger: Trigger = {};
  const attempt = (path: Path, text: string, read: () => void) => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof TriggerFault)) throw error;
      const { message, hint: advice } = error;
      problems.push(problemAt(manifest, path, { rule: "trigger", message, hint: advice, text }));
    }
  };
  attempt(["spec"], "", () => {
    const schedule = schedulesOf(manifest.object);
    if (schedule.length > 0) trigger.schedule = schedule;
  });
  const text = manifest.object.metadata.annotations?.[annotation.on];
  if (text === undefined) {
    if (manifest.kind === "Workflow") trigger.push = { branches: ["**"] };
  } else {
    const path = annotationPath(annotation.on);
    const report: Report = (fault) =>
      void problems.push(problemAt(manifest, path, { text: String(text), ...fault }));
    for (const [event, value] of readEvents(text, report))
      attempt(path, String(text), () => readEvent(trigger, event, value, report));
  }
  const failed = problems.some((problem) => problem.severity === "error");
  const listens = text !== undefined || Object.keys(trigger).length > 0;
  return { trigger: failed || !listens ? undefined : trigger, problems };
}

type Fault = Omit<Problem, "position" | "severity"> & { severity?: Problem["severity"] };
type Report = (fault: Fault) => void;

/** The three forms of Actions: one event, a list of events, a map of events to filters. */
function readEvents(text: unknown, report: Report): [string, unknown][] {
  let value: unknown;
  try {
    value = typeof text === "string" ? parse(text, { maxAliasCount: 0, logLevel: "error" }) : text;
  } catch (error) {
    const [first] = String(error instanceof Error ? error.message : error).split("\n");
    report({ rule: "trigger", message: `The trigger is not valid YAML: ${first ?? ""}`, hint });
    return [];
  }
  if (typeof value === "string") return [[value, undefined]];
  if (Array.isArray(value) && value.length > 0 && value.every((event) => typeof event === "string")) {
    return value.map((event): [string, unknown] => [event, undefined]);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  report({ rule: "trigger", message: "The trigger names no event.", hint });
  return [];
}

function readEvent(trigger: Trigger, event: string, value: unknown, report: Report): void {
  switch (event) {
    case "push":
      trigger.push = readFilter(event, value, ["branches", "tags", "paths"]).filter;
      return;
    case "pull_request":
      trigger.pullRequest = readPullRequest(value);
      return;
    case "comment":
      trigger.comment = readComment(value, (word) => {
        const message = `The command \`/${word}\` is not acted on by this version: it starts nothing.`;
        report({ severity: "warning", rule: "trigger-not-supported", message });
      });
      return;
    case "merge_group": {
      const { filter, types } = readFilter(event, value, ["branches", "types"]);
      trigger.mergeGroup = { ...filter, types: types ?? [...activities.merge_group] };
      return;
    }
    case "release":
      trigger.release = readRelease(value);
      return;
    case "dispatch":
      trigger.dispatch = readDispatch(value);
      return;
    case "schedule":
      trigger.schedule = [...(trigger.schedule ?? []), ...readSchedule(value)];
      return;
    default:
      throw new TriggerFault(
        `The trigger names an unknown event \`${event}\`.`,
        `The events are ${events.join(", ")}.`,
      );
  }
}

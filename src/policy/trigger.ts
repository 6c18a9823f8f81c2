import { parse } from "yaml";
import type { Manifest } from "../manifest/manifest.js";
import type { Problem } from "../manifest/problem.js";
import { annotation } from "../run/metadata.js";
import { annotationPath, problemAt } from "./problem-at.js";
import { TriggerFault } from "./trigger-fault.js";
import { defaultTypes, readFilter, readWords, type EventFilter } from "./trigger-filter.js";

/** The rule that says which events start a manifest; a missing event never starts it. */
export interface Trigger {
  push?: EventFilter;
  pullRequest?: EventFilter & { types: string[] };
  /** Command words, lower case, without the slash. */
  comment?: string[];
}

const notYet = new Set(["merge_group", "release", "schedule", "dispatch"]);
const startable = new Set(["apply"]);
const ownCommands = new Set(["cancel", "help"]);
const hint = "Write the events as in `on:` of GitHub Actions, e.g. `push: { branches: [main] }`.";

/**
 * What `sluice.dev/on` says. Without it a Workflow starts on every push to a branch, a WorkflowTemplate is a library,
 * and a CronWorkflow is not started by events. A trigger with an error starts nothing: `trigger` is then undefined.
 */
export function parseTrigger(manifest: Manifest): { trigger: Trigger | undefined; problems: Problem[] } {
  const text = manifest.object.metadata.annotations?.[annotation.on];
  if (text === undefined) {
    const trigger = manifest.kind === "Workflow" ? { push: { branches: ["**"] } } : undefined;
    return { trigger, problems: [] };
  }
  const problems: Problem[] = [];
  const report: Report = (fault) => {
    problems.push(problemAt(manifest, annotationPath(annotation.on), { text: String(text), ...fault }));
  };
  const trigger: Trigger = {};
  for (const [event, value] of readEvents(text, report)) {
    try {
      readEvent(trigger, event, value, report);
    } catch (error) {
      if (!(error instanceof TriggerFault)) throw error;
      report({ rule: "trigger", message: error.message, hint: error.hint });
    }
  }
  const failed = problems.some((problem) => problem.severity === "error");
  return { trigger: failed ? undefined : trigger, problems };
}

type Report = (fault: Omit<Problem, "position" | "severity"> & { severity?: Problem["severity"] }) => void;

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
  if (event === "push") {
    trigger.push = readFilter(event, value, ["branches", "tags", "paths"]).filter;
  } else if (event === "pull_request") {
    const { filter, types } = readFilter(event, value, ["branches", "paths", "types"]);
    trigger.pullRequest = { ...filter, types: types ?? defaultTypes };
  } else if (event === "comment") {
    trigger.comment = readComment(value, report);
  } else if (notYet.has(event)) {
    const message = `The event \`${event}\` is not acted on by this version: it starts nothing.`;
    report({ severity: "warning", rule: "trigger-not-supported", message });
  } else {
    const known = `push, pull_request, comment, ${[...notYet].join(", ")}`;
    throw new TriggerFault(`The trigger names an unknown event \`${event}\`.`, `The events are ${known}.`);
  }
}

function readComment(value: unknown, report: Report): string[] {
  const words = readWords("comment", value).map((word) => word.replace(/^\//, "").toLowerCase());
  for (const word of words) {
    if (!/^[a-z][a-z0-9-]*$/.test(word)) {
      throw new TriggerFault(
        `\`${word}\` is not a command word.`,
        "Write the words without the slash: `[apply]`.",
      );
    }
    if (ownCommands.has(word)) {
      throw new TriggerFault(`\`/${word}\` is Sluice's own and starts no manifest.`, "Use `apply`.");
    }
    if (!startable.has(word)) {
      const message = `The command \`/${word}\` is not acted on by this version: it starts nothing.`;
      report({ severity: "warning", rule: "trigger-not-supported", message });
    }
  }
  return words;
}

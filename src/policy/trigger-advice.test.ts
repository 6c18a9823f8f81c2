import { describe, expect, it } from "vitest";
import { makeManifest } from "./manifest-maker.js";
import { parseTrigger } from "./trigger.js";

const header = (kind: string, on?: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: x\n` +
  (on === undefined ? "" : `  annotations:\n    sluice.dev/on: ${on}\n`);

function read(on: string): ReturnType<typeof parseTrigger> {
  return parseTrigger(makeManifest(`${header("Workflow", JSON.stringify(on))}spec: {}\n`));
}
function ofSpec(spec: string, on?: string): ReturnType<typeof parseTrigger> {
  return parseTrigger(makeManifest(`${header("CronWorkflow", on)}spec: ${spec}\n`));
}
const events = "The events are push, pull_request, comment, merge_group, release, dispatch, schedule.";
const asInActions = "Write the events as in `on:` of GitHub Actions, e.g. `push: { branches: [main] }`.";
const five = "Write five fields: minute, hour, day of the month, month, day of the week.";
const texts = "Put numbers and empty texts in quotes, or leave it out.";
const patterns = "Put a pattern without `!` first, or use the `-ignore` filter.";

describe("what a trigger with a fault is answered", () => {
  it.each<[on: string, message: unknown, hint: string]>([
    ["pushed", "The trigger names an unknown event `pushed`.", events],
    ["[]", "The trigger names no event.", asInActions],
    ["", "The trigger names no event.", asInActions],
    ["[push, 1]", "The trigger names no event.", asInActions],
    ["7", "The trigger names no event.", asInActions],
    [
      "push: { branch: [main] }",
      "`push` has no filter `branch`.",
      "Its filters are branches, branches-ignore, tags, tags-ignore, paths, paths-ignore.",
    ],
    [
      "pull_request: { tags: [v1] }",
      "`pull_request` has no filter `tags`.",
      "Its filters are branches, branches-ignore, paths, paths-ignore, types, labels, labels-ignore.",
    ],
    [
      "pull_request: { types-ignore: [opened] }",
      "`pull_request` has no filter `types-ignore`.",
      "Its filters are branches, branches-ignore, paths, paths-ignore, types, labels, labels-ignore.",
    ],
    [
      "merge_group: { paths: [a] }",
      "`merge_group` has no filter `paths`.",
      "Its filters are branches, branches-ignore, types.",
    ],
    ["release: { branches: [main] }", "`release` has no filter `branches`.", "Its filters are types."],
    ["push: { tags: [1.0] }", "`push.tags` must be a list of texts.", texts],
    ["push: { tags: [''] }", "`push.tags` must be a list of texts.", texts],
    ["push: { branches-ignore: [a, 2] }", "`push.branches-ignore` must be a list of texts.", texts],
    ["comment: []", "`comment` must be a list of texts.", texts],
    ["schedule: [7]", "`schedule` must be a list of texts.", texts],
    ["release: ['']", "`release` must be a list of texts.", texts],
    [
      "push: { branches: ['!main', '!dev'] }",
      "`push.branches` only takes away, so it matches nothing.",
      patterns,
    ],
    ["push: { paths: '!a' }", "`push.paths` only takes away, so it matches nothing.", patterns],
    ...["branches", "tags", "paths"].map((name): [string, string, string] => [
      `push: { ${name}: [a], ${name}-ignore: [b] }`,
      `\`push\` has both \`${name}\` and \`${name}-ignore\`.`,
      `Use \`${name}\` alone, with \`!\` before what to leave out.`,
    ]),
    [
      "pull_request: { labels: [a], labels-ignore: [b] }",
      "`pull_request` has both `labels` and `labels-ignore`.",
      "Use `labels` alone, with `!` before what to leave out.",
    ],
    [
      "push: [main]",
      "`push` must hold filters.",
      "Write `push: {}` for all of them, or e.g. `push: { branches: [main] }`.",
    ],
    [
      "dispatch: true",
      "`dispatch` must hold filters.",
      "Write `dispatch: {}` for all of them, or e.g. `dispatch: { branches: [main] }`.",
    ],
    [
      "pull_request: { types: [opened, open] }",
      "`open` is not an activity of pull_request.",
      "Usual are opened, synchronize, reopened.",
    ],
    [
      "release: [publish]",
      "`publish` is not an activity of release.",
      "Usual are published, unpublished, created.",
    ],
    [
      "merge_group: { types: [destroyed] }",
      "`destroyed` is not an activity of merge_group.",
      "Usual are checks_requested.",
    ],
    [
      "pull_request: { drafts: never }",
      "`pull_request.drafts` must be true or false.",
      "`drafts: false` leaves drafts out until they are ready for review.",
    ],
    [
      "dispatch: { inputs: {} }",
      "`dispatch` has no filter `inputs`.",
      "Write `dispatch: {}`; the inputs are the workflow's own parameters.",
    ],
    ["comment: [cancel]", "`/cancel` is Sluice's own and starts no manifest.", "Use `apply`."],
    ["comment: ['do it']", "`do it` is not a command word.", "Write the words without the slash: `[apply]`."],
    ["comment: [1x]", "`1x` is not a command word.", "Write the words without the slash: `[apply]`."],
    [
      "schedule: ['0 0 4 * * 1']",
      expect.stringMatching(/^The schedule `0 0 4 \* \* 1` cannot be followed: .+\.$/),
      five,
    ],
    ["schedule: ['0 0 31 2 *']", "The schedule `0 0 31 2 *` cannot be followed: it is never due.", five],
  ])("%s", (on, message, hint) => {
    const { trigger, problems } = read(on);
    expect(trigger).toBeUndefined();
    expect(problems).toEqual([
      {
        severity: "error",
        rule: "trigger",
        message,
        hint,
        text: on,
        position: expect.objectContaining({ line: 6 }),
      },
    ]);
  });
  it("says what is wrong with the YAML in one line", () => {
    const { problems } = read("push: {\n  branches: ]\n");
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/^The trigger is not valid YAML: \S[^\n]+$/);
    expect(problems[0]).toMatchObject({ severity: "error", rule: "trigger", hint: asInActions });
  });
  it("collects the faults of all events, and one fault starts nothing", () => {
    const { trigger, problems } = read("push: { branch: [a] }\ncomment: [cancel]\nrelease: [published]");
    expect(trigger).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual([
      "`push` has no filter `branch`.",
      "`/cancel` is Sluice's own and starts no manifest.",
    ]);
  });
  it("warns of a command that nobody can say yet, and starts on the others", () => {
    const { trigger, problems } = read("comment: [/Deploy, apply]");
    expect(trigger).toEqual({ comment: ["deploy", "apply"] });
    expect(problems).toMatchObject([
      {
        severity: "warning",
        rule: "trigger-not-supported",
        message: "The command `/deploy` is not acted on by this version: it starts nothing.",
      },
    ]);
  });
});

describe("what a trigger may say", () => {
  it.each([
    ["release: published", { release: { types: ["published"] } }],
    ["release: {}", { release: { types: expect.arrayContaining(["published", "deleted", "released"]) } }],
    ["merge_group", { mergeGroup: { types: ["checks_requested"] } }],
    [
      "merge_group: { branches-ignore: dev }",
      { mergeGroup: { branchesIgnore: ["dev"], types: ["checks_requested"] } },
    ],
    ["dispatch", { dispatch: true }],
    ["comment: apply", { comment: ["apply"] }],
    ["comment: [/APPLY]", { comment: ["apply"] }],
    [
      "push: { branches: [main, '!x'], tags: v1, paths-ignore: '!a' }",
      { push: { branches: ["main", "!x"], tags: ["v1"], pathsIgnore: ["!a"] } },
    ],
    [
      "pull_request: { drafts: true, labels-ignore: [wip] }",
      {
        pullRequest: {
          drafts: true,
          labelsIgnore: ["wip"],
          types: ["opened", "synchronize", "reopened", "labeled", "unlabeled"],
        },
      },
    ],
    [
      "pull_request: { types: [opened], drafts: false }",
      { pullRequest: { drafts: false, types: ["opened"] } },
    ],
    ["schedule: '@daily'", { schedule: [{ cron: "@daily" }] }],
    [
      "schedule: [{ cron: '@daily' }, '0 4 * * *']",
      { schedule: [{ cron: "@daily" }, { cron: "0 4 * * *" }] },
    ],
  ])("%s", (on, trigger) => {
    expect(read(on)).toEqual({ trigger, problems: [] });
  });
  it.each([
    "opened synchronize reopened assigned unassigned labeled unlabeled edited closed converted_to_draft locked",
    "unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested",
    "review_request_removed auto_merge_enabled auto_merge_disabled",
  ])("the activities of a pull request: %s", (line) => {
    const types = line.split(" ");
    expect(read(`pull_request: { types: [${types.join(", ")}] }`).trigger).toEqual({
      pullRequest: { types },
    });
  });
  it("the activities of a release", () => {
    const types = ["published", "unpublished", "created", "edited", "deleted", "prereleased", "released"];
    expect(read(`release: [${types.join(", ")}]`).trigger).toEqual({ release: { types } });
    expect(read("release").trigger).toEqual({ release: { types } });
  });
  it("for a CronWorkflow, its own schedules and those of the annotation", () => {
    expect(ofSpec("{ schedules: ['0 4 * * *', 7], schedule: '0 5 * * *', timezone: '' }").trigger).toEqual({
      schedule: [{ cron: "0 4 * * *" }, { cron: "0 5 * * *" }],
    });
    expect(
      ofSpec("{ schedule: '0 5 * * *', suspend: false, timezone: 7 }", "'schedule: \"@daily\"'").trigger,
    ).toEqual({ schedule: [{ cron: "0 5 * * *" }, { cron: "@daily" }] });
    expect(ofSpec("{ schedule: '0 5 * * *' }", "push").trigger).toEqual({
      schedule: [{ cron: "0 5 * * *" }],
      push: {},
    });
    expect(ofSpec("{ schedule: '0 5 * * *', suspend: true }", "push").trigger).toEqual({ push: {} });
    expect(ofSpec("{}").trigger).toBeUndefined();
  });
  it("not a schedule in a time zone that does not exist, which is said at the spec", () => {
    const { trigger, problems } = ofSpec("{ schedule: '0 4 * * *', timezone: Mars/Olympus }");
    expect(trigger).toBeUndefined();
    expect(problems).toMatchObject([{ hint: five, text: "", position: { line: 5 } }]);
    expect(problems[0]?.message).toMatch(
      /^The schedule `0 4 \* \* \*` in Mars\/Olympus cannot be followed: /,
    );
  });
  it("as a map without quotes, which YAML has read already", () => {
    const text = `${header("Workflow", "{ push: { branches: [main] } }")}spec: {}\n`;
    expect(parseTrigger(makeManifest(text))).toEqual({
      trigger: { push: { branches: ["main"] } },
      problems: [],
    });
  });
  it("not the schedule of a Workflow: only a CronWorkflow's spec has one", () => {
    const text = `${header("Workflow", "push")}spec: { schedules: ['0 4 * * *'] }\n`;
    expect(parseTrigger(makeManifest(text)).trigger).toEqual({ push: {} });
  });
});

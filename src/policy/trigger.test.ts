import { describe, expect, it } from "vitest";
import { makeManifest } from "./manifest-maker.js";
import { parseTrigger } from "./trigger.js";

function trigger(on: string | undefined, kind = "Workflow"): ReturnType<typeof parseTrigger> {
  const annotations = on === undefined ? "" : `\n  annotations:\n    sluice.dev/on: ${JSON.stringify(on)}`;
  return parseTrigger(
    makeManifest(
      `apiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata:\n  name: x${annotations}\nspec: {}\n`,
    ),
  );
}

describe("a trigger", () => {
  it("without the annotation is every push to a branch, for a Workflow alone", () => {
    expect(trigger(undefined)).toEqual({ trigger: { push: { branches: ["**"] } }, problems: [] });
    expect(trigger(undefined, "WorkflowTemplate").trigger).toBeUndefined();
    expect(trigger(undefined, "CronWorkflow").trigger).toBeUndefined();
  });
  it("has the short forms of Actions", () => {
    const types = ["opened", "synchronize", "reopened"];
    expect(trigger("push").trigger).toEqual({ push: {} });
    expect(trigger("[push, pull_request]").trigger).toEqual({ push: {}, pullRequest: { types } });
    expect(trigger("push:\npull_request:\n").trigger).toEqual({ push: {}, pullRequest: { types } });
  });
  it("has all filters", () => {
    const { trigger: read, problems } = trigger(
      `push: { branches: [main, 'release/**'], tags-ignore: 'v0.*', paths: ['infra/**', '!infra/README.md'] }
pull_request: { branches-ignore: [wip], types: [ready_for_review], paths-ignore: ['**.md'] }
comment: [Apply]`,
    );
    expect(problems).toEqual([]);
    expect(read).toEqual({
      push: {
        branches: ["main", "release/**"],
        tagsIgnore: ["v0.*"],
        paths: ["infra/**", "!infra/README.md"],
      },
      pullRequest: { branchesIgnore: ["wip"], pathsIgnore: ["**.md"], types: ["ready_for_review"] },
      comment: ["apply"],
    });
  });
  it("has the other events", () => {
    const { trigger: read, problems } = trigger(
      "merge_group: { branches: [main] }\nrelease: [published]\ndispatch: {}",
    );
    expect(problems).toEqual([]);
    expect(read).toEqual({
      mergeGroup: { branches: ["main"], types: ["checks_requested"] },
      release: { types: ["published"] },
      dispatch: true,
    });
    expect(trigger("release: { types: [released] }").trigger).toEqual({ release: { types: ["released"] } });
    expect(trigger("release").trigger?.release?.types).toContain("deleted");
  });
  it("follows a pull request's labels and drafts without being told the activities", () => {
    const usual = ["opened", "synchronize", "reopened"];
    expect(trigger("pull_request: { labels: [deploy], drafts: false }").trigger).toEqual({
      pullRequest: {
        labels: ["deploy"],
        drafts: false,
        types: [...usual, "ready_for_review", "labeled", "unlabeled"],
      },
    });
    expect(trigger("pull_request: { labels-ignore: [wip], types: [opened] }").trigger).toEqual({
      pullRequest: { labelsIgnore: ["wip"], types: ["opened"] },
    });
  });
  it("has schedules, of the annotation and of a CronWorkflow's own spec", () => {
    expect(trigger("schedule: ['0 4 * * 1-5']").trigger).toEqual({ schedule: [{ cron: "0 4 * * 1-5" }] });
    expect(trigger("schedule: [{ cron: '@daily' }]").trigger).toEqual({ schedule: [{ cron: "@daily" }] });
    const cron = (spec: string) =>
      parseTrigger(makeManifest(`kind: CronWorkflow\nmetadata: { name: x }\nspec: ${spec}\n`));
    expect(cron("{ schedules: ['0 4 * * *'], timezone: Europe/Berlin }").trigger).toEqual({
      schedule: [{ cron: "0 4 * * *", timezone: "Europe/Berlin" }],
    });
    expect(cron("{ schedule: '0 4 * * *', suspend: true }").trigger).toBeUndefined();
    expect(cron("{ schedule: 'every day' }")).toMatchObject({
      trigger: undefined,
      problems: [{ rule: "trigger", message: expect.stringContaining("cannot be followed") }],
    });
  });
  it.each([
    ["an unknown event", "pushed: {}", /unknown event `pushed`/],
    ["an unknown filter", "push: { branch: [main] }", /no filter `branch`/],
    ["tags of a pull request", "pull_request: { tags: [v1] }", /no filter `tags`/],
    [
      "a filter and its opposite",
      "push: { paths: [a], paths-ignore: [b] }",
      /both `paths` and `paths-ignore`/,
    ],
    ["only negations", "push: { branches: ['!main'] }", /matches nothing/],
    ["an empty list", "push: { branches: [] }", /list of texts/],
    ["a number", "push: { tags: [1.0] }", /list of texts/],
    ["an unknown activity", "pull_request: { types: [open] }", /`open` is not an activity/],
    ["a schedule of six fields", "schedule: ['0 0 4 * * 1']", /cannot be followed/],
    ["an unknown activity of a release", "release: [publish]", /`publish` is not an activity of release/],
    ["paths of a merge group", "merge_group: { paths: [a] }", /no filter `paths`/],
    ["inputs of a dispatch", "dispatch: { inputs: {} }", /no filter `inputs`/],
    ["drafts that are no switch", "pull_request: { drafts: never }", /true or false/],
    ["only negated labels", "pull_request: { labels: ['!wip'] }", /matches nothing/],
    ["a list of filters", "push: [main]", /must hold filters/],
    ["a command of Sluice's own", "comment: [cancel]", /starts no manifest/],
    ["no event", "[]", /names no event/],
    ["broken YAML", "push: {", /not valid YAML/],
    ["aliases", "push: &a {}\npull_request: *a", /not valid YAML/],
    ["a key twice", "push: {}\npush: {}", /not valid YAML/],
  ])("starts nothing with %s", (_what, on, message) => {
    const { trigger: read, problems } = trigger(on);
    expect(read).toBeUndefined();
    expect(problems[0]).toMatchObject({ severity: "error", position: { line: 6 } });
    expect(problems[0]?.message).toMatch(message);
  });
});

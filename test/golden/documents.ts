import { renderProblems } from "../../src/report/render-problems.js";
import { renderRefused } from "../../src/report/render-refused.js";
import { renderSkipped } from "../../src/report/render-skipped.js";
import { at } from "../../src/report/run-maker.js";
import type { Situation } from "./situations.js";

const now = Date.parse(at("00:00"));

/** Checks of manifests that no run was made of. */
export function documents(): Situation[] {
  const place = { file: ".workflows/pulumi.yaml", column: 5, endColumn: 14 };
  return [
    {
      name: "problems",
      story: "The manifest has two mistakes and one thing to know; nothing was run.",
      check: renderProblems({
        checkName: "pulumi",
        title: "Pulumi preview and update",
        externalId: "problems/1",
        headSha: "4f2c9d17a6e83b05c1d2e3f405162738495a6b7c",
        now,
        problems: [
          {
            severity: "error",
            rule: "unknown-field",
            message: "`tempalte` is no field of a step.",
            hint: "Did you mean `template`?",
            text: "tempalte: preview",
            position: { ...place, line: 21, endLine: 21 },
          },
          {
            severity: "error",
            rule: "unknown-template",
            message: "There is no template `updat`.",
            hint: "Did you mean `update`?",
            position: { ...place, line: 27, endLine: 27 },
          },
          {
            severity: "notice",
            rule: "helm-escaped",
            message: "The tag is escaped for Helm and is read as `{{inputs.parameters.stack}}`.",
            position: { ...place, line: 40, endLine: 40 },
          },
        ],
      }),
    },
    {
      name: "skipped-by-paths",
      story: "The manifest listens to this event, but only where files in infra/ change.",
      check: renderSkipped({
        checkName: "pulumi",
        reason: "no changed file matches the paths infra/**.",
        externalId: "skipped/1",
        now,
      }),
    },
    {
      name: "refused-fork",
      story: "A pull request from a fork by someone who is new here.",
      check: renderRefused({
        checkName: "sluice",
        reason:
          "The pull request comes from a fork, by someone who has not contributed before. Someone with write permission looks at it and comments `/ok-to-test 4f2c9d17a6e83b05c1d2e3f405162738495a6b7c`: it then runs without Secrets, with a token that only reads.",
        externalId: "refused/1",
        now,
      }),
    },
  ];
}

import { describe, expect, it } from "vitest";
import type { Problem } from "../manifest/problem.js";
import { renderProblems } from "./render-problems.js";
import { renderSkipped } from "./render-skipped.js";

function problem(fields: Partial<Problem> = {}, line = 4): Problem {
  const position = { file: ".workflows/broken.yaml", line, column: 3, endLine: line, endColumn: 11 };
  return { severity: "error", rule: "unknown-field", message: "Unknown field.", position, ...fields };
}
function render(problems: Problem[]) {
  return renderProblems({
    checkName: "broken",
    title: "Broken",
    problems,
    externalId: "manifest/1",
    headSha: "abc1234def",
    now: 0,
  });
}

describe("the check of a manifest with problems", () => {
  it("lists them with their places, errors first, and marks them", () => {
    const several = { file: ".workflows/broken.yaml", line: 7, column: 5, endLine: 9, endColumn: 2 };
    const payload = render([
      problem({ severity: "warning", message: "Careful.", position: several }),
      problem({ text: "tmplates: ``", hint: "Write `templates`." }),
    ]);
    expect(payload).toMatchObject({
      status: "completed",
      conclusion: "failure",
      title: "1 error, 1 warning in broken.yaml",
      completedAt: "1970-01-01T00:00:00Z",
    });
    expect(payload.summary).toBe(`### Broken

1 error, 1 warning in broken.yaml at commit abc1234. Nothing was run.

- error .workflows/broken.yaml:4:3 Unknown field. — Write \\\`templates\\\`. \`\`\` tmplates: \`\` \`\`\`
- warning .workflows/broken.yaml:7:5 Careful.`);
    const path = ".workflows/broken.yaml";
    expect(payload.annotations).toEqual([
      {
        path,
        startLine: 4,
        endLine: 4,
        startColumn: 3,
        endColumn: 11,
        level: "failure",
        title: "unknown-field",
        message: "Unknown field.\nWrite `templates`.",
      },
      { path, startLine: 7, endLine: 9, level: "warning", title: "unknown-field", message: "Careful." },
    ]);
  });

  it("says how many more there are than are marked or listed", () => {
    const many = Array.from({ length: 60 }, (_, index) => problem({}, index + 1));
    expect(render(many).annotations).toHaveLength(50);
    expect(render(many).summary).toContain("The first 50 are marked at their lines.");
    const huge = Array.from({ length: 60 }, (_, index) => problem({ message: "x ".repeat(900) }, index + 1));
    expect(render([...huge, ...huge]).summary).toMatch(/\n\n\d+ more are not listed: /);
  });

  it("does not fail for notices alone", () => {
    expect(render([problem({ severity: "notice" })])).toMatchObject({
      conclusion: "neutral",
      title: "1 notice in broken.yaml",
    });
  });
});

it("reports a manifest that is ruled out as skipped, with the reason", () => {
  const payload = renderSkipped({
    checkName: "a",
    reason: "no path of infra/** changed",
    externalId: "manifest/1",
    now: 0,
  });
  expect(payload).toMatchObject({
    status: "completed",
    conclusion: "skipped",
    title: "Skipped: no path of infra/** changed",
    summary: "no path of infra/\\*\\* changed\n\nNothing was run for this commit.",
  });
});

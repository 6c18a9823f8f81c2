import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLength } from "../lib/text.js";
import type { Problem } from "../manifest/problem.js";
import type { GateDecision } from "../policy/gate.js";
import { limits, type CheckPayload } from "./check.js";
import { renderCheck } from "./render-check.js";
import { renderProblems } from "./render-problems.js";
import { renderSkipped } from "./render-skipped.js";
import { at, digestOf, makeNode, makeRun } from "./run-maker.js";

/** What GitHub refuses, or would show otherwise than meant. */
function expectWithinLimits(payload: CheckPayload): void {
  for (const text of [payload.summary, payload.text ?? ""]) {
    expect(byteLength(text)).toBeLessThanOrEqual(limits.textBytes);
    expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\u202e]/);
  }
  expect(payload.summary).not.toBe("");
  expect(payload.title).not.toMatch(/\n/);
  expect(byteLength(payload.title)).toBeLessThanOrEqual(255);
  expect(payload.actions.length).toBeLessThanOrEqual(limits.actions);
  for (const { label, description } of payload.actions) {
    expect(label.length).toBeLessThanOrEqual(limits.actionLabel);
    expect(description.length).toBeLessThanOrEqual(limits.actionDescription);
  }
  expect(payload.annotations.length).toBeLessThanOrEqual(limits.annotationsPerRequest);
  for (const each of payload.annotations) {
    expect(each.startLine).toBeGreaterThanOrEqual(1);
    expect(each.endLine).toBeGreaterThanOrEqual(each.startLine);
    expect(each.message).not.toBe("");
    if (each.startColumn !== undefined) expect(each.startLine).toBe(each.endLine);
  }
  expect(payload.status === "completed").toBe(payload.conclusion !== undefined);
  if (payload.startedAt && payload.completedAt) expect(payload.startedAt <= payload.completedAt).toBe(true);
}

const nasty = fc.constantFrom(
  "@bob ",
  "`",
  "```\n",
  "<!-- ",
  "<details>",
  "😀",
  "\u202e",
  "\ud800",
  "&",
  "[x](y)",
  "#1 ",
  "\n",
);
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(nasty, { maxLength: 20 }).map((parts) => parts.join("")),
  fc.tuple(nasty, fc.integer({ min: 1, max: 30_000 })).map(([part, times]) => part.repeat(times)),
);
const time = fc.integer({ min: 10, max: 59 }).map((minute) => at(`${minute}:00`));

const node = fc
  .record({
    name: hostile,
    type: fc.constantFrom("Pod", "Suspend", "Retry", "DAG"),
    phase: fc.constantFrom("Pending", "Running", "Succeeded", "Failed", "Error", "Skipped", "Omitted"),
    message: hostile,
    summary: hostile,
    startedAt: time,
    finishedAt: time,
  })
  .map(({ name, summary, ...rest }) =>
    makeNode(name, {
      ...rest,
      templateName: "wait",
      outputs: { parameters: [{ name: "summary", value: summary }] },
    }),
  );
const decision = fc.record({
  state: fc.constantFrom("waiting", "approved", "rejected"),
  needed: fc.integer({ min: 1, max: 5 }),
  approvals: fc.constant<GateDecision["approvals"]>([]),
  ignored: fc.array(fc.record({ user: fc.constant(undefined), reviewId: fc.nat(), reason: hostile })),
  reasons: fc.array(hostile),
});

describe("payloads keep to GitHub's limits, whatever people write", () => {
  it("of a run", () => {
    const status = fc.record({
      phase: fc.constantFrom("Pending", "Running", "Succeeded", "Failed", "Error"),
      message: hostile,
      startedAt: time,
      finishedAt: time,
    });
    fc.assert(
      fc.property(status, fc.array(node), decision, hostile, (state, nodes, gate, text) => {
        const payload = renderCheck(makeRun(state, nodes, { facts: { title: text, manifestFile: text } }), {
          now: 0,
          decisions: new Map(nodes.map(({ id }) => [id, gate])),
          leg: 1,
          logs: new Map(nodes.map(({ id }) => [id, digestOf(text)])),
          masks: [text.slice(0, 5)],
          gatesClosed: text,
        });
        expectWithinLimits(payload);
      }),
      { numRuns: 60 },
    );
  });

  it("of a run with a thousand steps, whose failed ones stay in the tree", () => {
    const nodes = Array.from({ length: 1000 }, (_, index) =>
      makeNode(`step-${index}`, {
        phase: index === 700 ? "Failed" : "Succeeded",
        outputs: { parameters: [{ name: "summary", value: "word ".repeat(3000) }] },
      }),
    );
    const payload = renderCheck(makeRun({ phase: "Failed" }, nodes), {
      now: 0,
      decisions: new Map(),
      leg: 1,
      masks: [],
    });
    expectWithinLimits(payload);
    const shown = payload.summary + payload.text;
    expect(shown).toContain("✖ step-700");
    expect(shown).toMatch(/… \d+ more/);
    expect(shown).toContain("The summaries of 980 earlier steps are not shown.");
    expect(payload.text).toMatch(
      /^Left out because of GitHub's limit on size: the summary of step-981, .*, 4 more\.\n/,
    );
  });

  it("of problems and of what was skipped", () => {
    const position = fc.record({
      file: hostile,
      line: fc.nat(9),
      column: fc.nat(9),
      endLine: fc.nat(9),
      endColumn: fc.nat(9),
    });
    const problem: fc.Arbitrary<Problem> = fc.record({
      severity: fc.constantFrom("error", "warning", "notice"),
      rule: fc.constant("unknown-field"),
      message: hostile,
      hint: hostile,
      text: hostile,
      position,
    });
    fc.assert(
      fc.property(fc.array(problem, { maxLength: 80 }), hostile, (problems, text) => {
        const common = { checkName: "a", externalId: "manifest/1", now: 0 };
        expectWithinLimits(renderProblems({ ...common, title: text, problems }));
        expectWithinLimits(renderSkipped({ ...common, reason: text }));
      }),
      { numRuns: 50 },
    );
  });
});

import { describe, expect, it } from "vitest";
import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import { annotation } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import { renderCheck, type CheckContext } from "./render-check.js";
import { at, makeNode, makeRun } from "./run-maker.js";

const plan = makeNode("plan", {
  phase: "Succeeded",
  startedAt: at("00:00"),
  finishedAt: at("00:12"),
  outputs: { parameters: [{ name: "summary", value: "**Plan**: 1 file to change" }] },
});
const gate = makeNode("approval", {
  type: "Suspend",
  templateName: "wait",
  phase: "Running",
  startedAt: at("00:12"),
});
const opened = { ...gate, phase: "Succeeded" as const, message: "approved by bob", finishedAt: at("05:12") };
const running = { phase: "Running" as const, startedAt: at("00:00") };
const bob = { id: 7, login: "bob", type: "User" as const };

function decision(fields: Partial<GateDecision> = {}): GateDecision {
  return { state: "waiting", needed: 1, approvals: [], ignored: [], reasons: [], ...fields };
}

function check(run: Run, context: Partial<CheckContext> = {}) {
  return renderCheck(run, {
    now: Date.parse(at("59:59")),
    decisions: new Map(),
    leg: 1,
    masks: [],
    ...context,
  });
}

describe("a leg in progress", () => {
  it("is queued until the engine has taken the run up", () => {
    expect(check(makeRun({}, []))).toMatchObject({ status: "queued", title: "Queued", actions: [] });
  });
  it("says how far it is and what runs", () => {
    const apply = makeNode("apply", { phase: "Running", startedAt: at("05:12") });
    const payload = check(makeRun(running, [plan, opened, apply]), { leg: 2, detailsUrl: "https://x/1" });
    expect(payload).toMatchObject({
      name: "plan",
      externalId: "sluice/plan-x#2",
      detailsUrl: "https://x/1",
      status: "in_progress",
      startedAt: at("00:00"),
      title: "2 of 3 steps, running apply",
    });
    expect(payload).not.toHaveProperty("conclusion");
    expect(payload).not.toHaveProperty("completedAt");
  });
  it.each([
    ["another step", makeNode("test", { phase: "Pending" })],
    ["a delay", makeNode("test", { type: "Suspend", templateName: "delay", phase: "Running" })],
    ["a retry between attempts", makeNode("test", { type: "Retry", phase: "Running" })],
  ])("goes on while %s is under way beside a gate", (_what, node) => {
    const payload = check(makeRun(running, [plan, gate, node]));
    expect(payload.status).toBe("in_progress");
    expect(payload.title).toContain("running test, waiting for approval at approval");
  });
  it("goes on while a stopped run ends", () => {
    const annotations = { [annotation.stopped]: JSON.stringify({ reason: "superseded", by: "" }) };
    const payload = check(makeRun(running, [gate], { annotations }));
    expect(payload).toMatchObject({ status: "in_progress", title: "Stopping: superseded" });
  });
});

describe("a leg at a gate", () => {
  it("says that nothing can open a gate whose annotations have a fault", () => {
    const faulty = decision({ needed: neverApprovable, reasons: ["sluice.dev/approvals must be a number"] });
    const payload = check(makeRun(running, [gate]), { decisions: new Map([["approval", faulty]]) });
    expect(payload.title).toBe("The gate approval has a fault");
    expect(payload.summary).toContain("Nothing can open it.");
    expect(payload.summary).not.toContain(String(neverApprovable));
  });
  it("is completed, with its buttons, since the gate opened, and names the approvals that do not count", () => {
    const waiting = decision({
      reasons: ["1 more approval is needed from @acme/platform"],
      ignored: [{ user: bob, reviewId: 1, reason: "reviewed commit abc1234, not the head" }],
    });
    const payload = check(makeRun(running, [plan, gate]), { decisions: new Map([["approval", waiting]]) });
    expect(payload).toMatchObject({
      status: "completed",
      conclusion: "action_required",
      completedAt: at("00:12"),
      title: "Waiting for approval at approval",
      actions: [
        { label: "Approve", description: "Approve the gates shown here", identifier: "approve" },
        { label: "Reject", description: "Reject the gates shown here", identifier: "reject" },
        { label: "Cancel", description: "Stop this run", identifier: "cancel" },
      ],
    });
    expect(payload.summary).toBe(`## Plan, approve, apply

Waiting for approval at approval

### Waiting for approval at approval

0 of 1 approval given.

- 1 more approval is needed from @&#8203;acme/platform

Reviews that do not count:

- bob: reviewed commit abc1234, not the head

**What to do:** read the output below, then approve commit abc1234 of pull request #12: "Files changed", "Review changes", "Approve", "Submit review"; or press Approve above, or comment \`/approve\`. An approval given before this output was shown, or on another commit, does not count. Cancel ends the run.

\`\`\`
● plan-x      since 2026-03-01T10:00:00Z
├─✔ plan      12s
└─◷ approval  waiting for approval since 2026-03-01T10:00:12Z
\`\`\`

Run sluice/plan-x of .workflows/plan.yaml at commit abc1234, event pull\\_request #12.

### plan

**Plan**: 1 file to change`);
  });
  it("counts approvals when several are needed", () => {
    const one = decision({ needed: 2, approvals: [{ user: bob, reviewId: 1, submittedAt: at("01:00") }] });
    const payload = check(makeRun(running, [gate]), { decisions: new Map([["approval", one]]) });
    expect(payload.title).toBe("Waiting for approval: 1 of 2 given");
    expect(payload.summary).toContain("1 of 2 approvals given: bob.");
  });
  it("says the same at any time, so that it is not updated for nothing", () => {
    const run = makeRun(running, [plan, gate]);
    expect(check(run, { now: 0 })).toEqual(check(run, { now: 9e12 }));
  });
  it("says what holds where reviews cannot open it", () => {
    const closed = check(makeRun(running, [gate]), { gatesClosed: "The pull request is closed." });
    expect(closed.summary).toContain("**What to do:** The pull request is closed. Cancel ends the run.");
  });
});

describe("the last leg", () => {
  const ended = { startedAt: at("00:00"), finishedAt: at("05:20") };
  const audit = { decision: "rejected", nodeName: "plan-x.approval", people: [{ id: 7, login: "bob" }] };
  const stopped = (reason: string) => ({ [annotation.stopped]: JSON.stringify({ reason, by: "alice" }) });
  const rejected = { [`${annotation.gatePrefix}approval`]: JSON.stringify(audit) };

  it.each([
    ["Succeeded", {}, "success", "Succeeded in 5m 20s"],
    ["Succeeded", stopped("superseded"), "success", "Succeeded in 5m 20s"],
    ["Succeeded", rejected, "failure", "Rejected at approval by bob"],
    ["Failed", rejected, "failure", "Rejected at approval by bob"],
    ["Failed", {}, "failure", "Failed at apply: Error (exit code 1)"],
    ["Error", {}, "failure", "Failed at apply: Error (exit code 1)"],
    ["Failed", stopped("superseded"), "cancelled", "Superseded by alice"],
    ["Error", stopped("cancelled"), "cancelled", "Cancelled by alice"],
    ["Failed", stopped("deadline"), "timed_out", "Timed out"],
    ["Failed", stopped("maintenance"), "cancelled", "Stopped by alice: maintenance"],
  ] as const)("of a run %s with %j concludes %s", (phase, annotations, conclusion, title) => {
    const bad = phase === "Succeeded" ? "Skipped" : "Failed";
    const apply = makeNode("apply", { phase: bad, message: "Error (exit code 1)", finishedAt: at("05:20") });
    const payload = check(makeRun({ phase, ...ended }, [plan, opened, apply], { annotations }));
    expect(payload).toMatchObject({ status: "completed", conclusion, title, completedAt: at("05:20") });
    expect(payload.actions.map(({ identifier }) => identifier)).toEqual(
      conclusion === "success" ? [] : ["retry"],
    );
  });

  it("shows where it failed first, with the end of the log and no secret", () => {
    const apply = makeNode("apply", {
      phase: "Failed",
      message: "Error (exit code 1): hunter2!",
      outputs: { exitCode: "1" },
      startedAt: at("05:12"),
      finishedAt: at("05:20"),
    });
    const run = makeRun({ phase: "Failed", ...ended, message: "child failed" }, [plan, opened, apply]);
    const log = {
      nodeId: "apply",
      text: "ter2!\nlogin hunter2!\n```\n\u001b[31mdenied\u001b[0m\n",
      truncated: true,
    };
    expect(check(run, { log, masks: ["hunter2!"] }).summary).toBe(`## Plan, approve, apply

Failed at apply: Error (exit code 1): \\*\\*\\*

### Failed at apply

Error (exit code 1): \\*\\*\\*

Exit code 1.

The end of the log of apply:

\`\`\`\`
login ***
\`\`\`
denied
\`\`\`\`

\`\`\`
✖ plan-x      5m 20s
├─✔ plan      12s
├─✔ approval  5m, approved by bob
└─✖ apply     8s, Error (exit code 1): ***
\`\`\`

Run sluice/plan-x of .workflows/plan.yaml at commit abc1234, event pull\\_request #12.

### plan

**Plan**: 1 file to change`);
  });
});

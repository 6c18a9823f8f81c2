import { describe, expect, it } from "vitest";
import { neverApprovable } from "../policy/gate-rules.js";
import type { GateDecision } from "../policy/gate.js";
import { annotation } from "../run/metadata.js";
import type { Run } from "../run/read-run.js";
import { renderCheck, type CheckContext } from "./render-check.js";
import { at, digestOf, makeNode, makeRun } from "./run-maker.js";

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
      title: "2 of 3 steps, running apply 54m 47s",
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
    expect(payload.summary).toContain("- 1 more approval is needed from @&#8203;acme/platform");
    expect(payload.summary).toContain("- bob: reviewed commit abc1234, not the head");
    // What steps wrote stands behind all that Sluice says.
    expect(payload.summary.endsWith("### plan\n\n**Plan**: 1 file to change")).toBe(true);
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
    const none = conclusion === "success" || title.startsWith("Superseded");
    expect(payload.actions.map(({ identifier }) => identifier)).toEqual(none ? [] : ["retry"]);
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
    const log = digestOf("login hunter2!\n```\n\u001b[31mdenied\u001b[0m\n");
    const { title, summary } = check(run, { logs: new Map([["apply", log]]), masks: ["hunter2!"] });
    expect(title).toBe("Failed at apply: Error (exit code 1): ***");
    expect(summary).toContain("### Failed at apply with exit code 1\n\nError (exit code 1): \\*\\*\\*");
    expect(summary).toContain("The log of apply:\n\n````\nlogin ***\n```\ndenied\n````");
    expect(summary).not.toContain("hunter2");
    expect(summary.indexOf("### Failed")).toBeLessThan(summary.indexOf("✖ plan-x"));
  });
  it("masks what a step asks to mask in all that is shown, whatever step printed it", () => {
    const steps = ["login", "apply"].map((name) =>
      makeNode(name, {
        phase: name === "apply" ? "Failed" : "Succeeded",
        message: "no access for s3cr3t-of-login",
        outputs: { parameters: [{ name: "summary", value: "used s3cr3t-of-login" }] },
      }),
    );
    const logs = new Map([
      ["login", digestOf("::add-mask::s3cr3t-of-login\n")],
      ["apply", digestOf("\u001b[1ms3cr3t-\u001b[0mof-login\n::error file=a.ts::s3cr3t-of-login is wrong\n")],
    ]);
    const payload = check(makeRun({ phase: "Failed", ...ended }, steps), { logs });
    expect(JSON.stringify(payload)).not.toContain("of-login");
    expect(payload.annotations[0]?.message).toBe("*** is wrong");
  });
  it("shows nothing that steps wrote where one asks to mask too much", () => {
    const apply = makeNode("apply", {
      phase: "Failed",
      outputs: { parameters: [{ name: "summary", value: "value-2000" }] },
    });
    const log = Array.from({ length: 2001 }, (_, index) => `::add-mask::value-${index}\n`).join("");
    const payload = check(makeRun({ phase: "Failed", ...ended }, [apply]), {
      logs: new Map([["apply", digestOf(`${log}value-2000\n::error::value-2000\n`)]]),
    });
    expect(JSON.stringify(payload)).not.toContain("value-2000");
    expect(payload.summary).toContain("asks to mask more than can be masked for certain");
  });
});

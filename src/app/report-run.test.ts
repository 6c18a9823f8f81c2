import { beforeEach, describe, expect, it } from "vitest";
import { openToldWorld, type ToldWorld } from "../../test/support/told-world.js";
import type { NodeStatus, WorkflowStatus } from "../manifest/argo.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type ReportState } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import type { CheckPayload } from "../report/check.js";
import { GitHubError } from "./ports.js";
import { previewShownAt, reportRun } from "./report-run.js";
import { openStepLogs } from "./step-logs.js";
import { isTold } from "./told.js";

const gate = makeNode("approval", {
  type: "Suspend",
  templateName: "wait",
  phase: "Running",
  startedAt: at("00:10"),
});
const plan = makeNode("plan", { phase: "Succeeded", startedAt: at("00:00"), finishedAt: at("00:09") });
const opened: NodeStatus = { ...gate, phase: "Succeeded", finishedAt: at("05:00") };
const apply = makeNode("apply", { phase: "Running", startedAt: at("05:00") });
const running = { phase: "Running" as const, startedAt: at("00:00") };

let world: ToldWorld;

beforeEach(() => {
  world = openToldWorld();
});

/** Moves the run on, as an engine does; its annotations stay. */
function set(status: Omit<WorkflowStatus, "nodes">, nodes: NodeStatus[]): void {
  const { workflow } = makeRun(status, nodes);
  const annotations = {
    ...workflow.metadata.annotations,
    ...world.workflows.get("plan-x")?.metadata.annotations,
  };
  world.workflows.set("plan-x", { ...workflow, metadata: { ...workflow.metadata, annotations } });
}

async function report(): Promise<boolean> {
  const workflow = world.workflows.get("plan-x");
  const run = workflow && readRun(structuredClone(workflow));
  if (run?.facts === undefined) throw new Error("there is no run");
  return reportRun(world.dependencies, run, run.facts, { decisions: new Map() });
}

/** As the queue does: again until nothing is left to do. */
async function reportUntilTold(): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const told = await report().catch(() => false);
    if (told) return;
  }
  throw new Error("never told");
}

const story: (() => void)[] = [
  () => set({}, []),
  () => set(running, [{ ...plan, phase: "Running" }]),
  () => set(running, [plan, gate]),
  () => set(running, [plan, opened, apply]),
  () =>
    set({ ...running, phase: "Succeeded", finishedAt: at("06:00") }, [
      plan,
      opened,
      { ...apply, phase: "Succeeded", finishedAt: at("05:59") },
    ]),
];

describe("the check of a run", () => {
  it("of k legs takes no more than 2 + 3k requests, and none to look for what it made itself", async () => {
    for (const move of story) {
      move();
      await reportUntilTold();
      await reportUntilTold();
    }
    expect(world.checks.map(({ externalId, conclusion }) => [externalId, conclusion])).toEqual([
      ["sluice/plan-x#0", "action_required"],
      ["sluice/plan-x#1", "success"],
    ]);
    expect(world.asked).toEqual([
      "create check",
      "update check",
      "update check",
      "create check",
      "update check",
    ]);
    expect(world.asked.length).toBeLessThanOrEqual(2 + 3 * world.checks.length);
  });

  it("is written anew for the passing of time in long strides only, and then tells the time", async () => {
    set(running, [{ ...plan, phase: "Running" }]);
    await reportUntilTold();
    world.time.now += 50_000;
    await reportUntilTold();
    expect(world.asked).toEqual(["create check"]);
    world.time.now += 22_000;
    await reportUntilTold();
    expect(world.checks[0]?.title).toBe("0 of 1 step, running plan 1m 12s");
    for (let minutes = 0; minutes < 600; minutes += 1) {
      world.time.now += 60_000;
      await reportUntilTold();
    }
    // 2, 5, 10, 20, 30 minutes, and each of ten hours.
    expect(world.asked.length).toBe(2 + 5 + 10);
  });

  const calls = ["create check", "update check", "annotate"];
  it.each(calls.flatMap((call) => (["before", "late"] as const).map((when) => [call, when] as const)))(
    "is no double and ends right when every %s is cut off once (%s)",
    async (call, when) => {
      for (const move of story) {
        move();
        for (let nth = 0; nth < 3; nth += 1) {
          let seen = 0;
          world.faults.next = (name) => (name === call && seen++ === nth ? when : undefined);
          await report().catch(() => false);
        }
        delete world.faults.next;
        await reportUntilTold();
      }
      expect(world.checks.map(({ externalId }) => externalId)).toEqual([
        "sluice/plan-x#0",
        "sluice/plan-x#1",
      ]);
      expect(world.checks.map(({ conclusion }) => conclusion)).toEqual(["action_required", "success"]);
    },
  );

  it("is one on display when a leader that was held up made one, too", async () => {
    set(running, [plan, gate]);
    const other = { id: 90, name: "plan", externalId: "sluice/plan-x#0", title: "", summary: "" };
    world.faults.next = (name) => {
      if (name !== "create check" || world.checks.length > 0) return undefined;
      world.checks.push({ ...other, status: "in_progress", annotations: [], actions: [] });
      const { metadata } = world.workflows.get("plan-x") ?? {};
      if (metadata === undefined) throw new Error("there is no run");
      const legs = [{ id: 90, leg: 0, completed: false, hash: "" }];
      metadata.annotations = { ...metadata.annotations, [annotation.report]: JSON.stringify({ legs }) };
      return undefined;
    };
    expect(await report()).toBe(false);
    await reportUntilTold();
    expect(world.checks.map(({ id, externalId, conclusion }) => [id, externalId, conclusion])).toEqual([
      [90, "sluice/plan-x#0", "action_required"],
      [2, "sluice/plan-x#0/double", "cancelled"],
    ]);
  });

  describe("of which a second arrives after the death of who asked for it", () => {
    let over: boolean;
    let begun: number;
    beforeEach(() => {
      world.time.now = Date.parse(at("00:20"));
      over = false;
      begun = 0;
      world.dependencies.late = {
        begin: () => void (begun += 1),
        isOver: () => over,
        forget: () => void (over = false),
      };
    });

    /** One leader dies before its check run has come to GitHub, and the next one makes another. */
    async function die(): Promise<void> {
      world.faults.next = (name) => (name === "create check" ? "before" : undefined);
      await expect(report()).rejects.toThrow("create check was cut off");
      delete world.faults.next;
      await reportUntilTold();
    }
    function arrive(leg: number, check: Pick<CheckPayload, "status" | "conclusion">): void {
      const late = { name: "plan", externalId: `sluice/plan-x#${leg}`, title: "", summary: "" };
      world.checks.push({ ...late, ...check, id: world.checks.length + 1, annotations: [], actions: [] });
    }
    const wait = async () => {
      over = true;
      expect(await report()).toBe(false);
      await reportUntilTold();
    };
    const shown = () =>
      world.checks.map(({ externalId, status, conclusion }) => [externalId, conclusion ?? status]);
    const isNowTold = () => isTold(readRun(world.workflows.get("plan-x") ?? never()));
    const end = async () => {
      set({ ...running, phase: "Succeeded", finishedAt: at("06:00") }, [plan]);
      await reportUntilTold();
    };

    it("the second goes on, and the run is not told to its end before", async () => {
      set(running, [{ ...plan, phase: "Running" }]);
      await die();
      arrive(0, { status: "in_progress" });
      await end();
      expect(begun).toBeGreaterThan(0);
      expect(isNowTold()).toBe(false);
      await wait();
      expect(shown()).toEqual([
        ["sluice/plan-x#0/double", "cancelled"],
        ["sluice/plan-x#0", "success"],
      ]);
      expect(isNowTold()).toBe(true);
    });

    it("a gate that the first has shown is shown anew, and counts as shown by none before that", async () => {
      set(running, [plan, gate]);
      await die();
      arrive(0, { status: "in_progress" });
      const shownAt = () => {
        const { report: now } = readRun(world.workflows.get("plan-x") ?? never());
        return previewShownAt(now, now.legs[0]?.gates?.[0] ?? "");
      };
      expect(shownAt()).toBeUndefined();
      world.time.now += 15_000;
      await wait();
      expect(shown()).toEqual([
        ["sluice/plan-x#0", "action_required"],
        ["sluice/plan-x#0/double", "cancelled"],
        ["sluice/plan-x#1", "action_required"],
      ]);
      expect(shownAt()).toBe(new Date(world.time.now).toISOString());
    });

    it("a gate counts as shown when it was where there is no second", async () => {
      set(running, [plan, gate]);
      await die();
      const at = new Date(world.time.now).toISOString();
      world.time.now += 15_000;
      await wait();
      const { report: now } = readRun(world.workflows.get("plan-x") ?? never());
      expect(previewShownAt(now, now.legs[0]?.gates?.[0] ?? "")).toBe(at);
    });

    it("who asked for the first has to read again where another is about to make the second", async () => {
      set(running, [plan, gate]);
      const { asked } = world;
      world.faults.next = (name) => {
        if (name !== "create check") return undefined;
        const { metadata } = world.workflows.get("plan-x") ?? never();
        const text = metadata.annotations?.[annotation.report] ?? "";
        const state = { ...(JSON.parse(text) as object), unsure: 0 };
        metadata.annotations = { ...metadata.annotations, [annotation.report]: JSON.stringify(state) };
        return undefined;
      };
      expect(await report()).toBe(false);
      delete world.faults.next;
      expect(asked.splice(0)).toEqual(["create check"]);
      await reportUntilTold();
      expect(asked).toEqual(["list checks", "create check"]);
      expect(shown()).toEqual([
        ["sluice/plan-x#0", "action_required"],
        ["sluice/plan-x#1", "action_required"],
      ]);
    });

    it("that one may come is written down before the first is looked for", async () => {
      set(running, [plan, gate]);
      world.faults.next = (name) => (name === "create check" ? "before" : undefined);
      await report().catch(() => false);
      world.faults.next = (name) => (name === "list checks" ? "before" : undefined);
      await report().catch(() => false);
      expect(readRun(world.workflows.get("plan-x") ?? never()).report).toEqual({
        legs: [],
        announced: 0,
        unsure: 0,
      });
    });

    it("the second may be of a leg that was answered by then", async () => {
      set(running, [plan, gate]);
      await die();
      set(running, [plan, opened, apply]);
      await reportUntilTold();
      arrive(0, { status: "completed", conclusion: "action_required" });
      await end();
      await wait();
      expect(shown().at(-1)).toEqual(["sluice/plan-x#1", "success"]);
      expect(isNowTold()).toBe(true);
    });

    it("the second may be of a leg that was never needed", async () => {
      const other = { ...gate, id: "other", name: "other", displayName: "other", startedAt: at("00:30") };
      set(running, [plan, gate]);
      await reportUntilTold();
      set(running, [plan, gate, other]);
      world.faults.next = (name) => (name === "create check" ? "before" : undefined);
      await expect(report()).rejects.toThrow("create check was cut off");
      delete world.faults.next;
      set(running, [plan, gate, { ...other, phase: "Succeeded" }]);
      await reportUntilTold();
      arrive(1, { status: "in_progress" });
      await wait();
      expect(shown()).toEqual([
        ["sluice/plan-x#0", "action_required"],
        ["sluice/plan-x#1/double", "cancelled"],
        ["sluice/plan-x#1", "action_required"],
      ]);
    });

    it("there may be no second, which is looked for once", async () => {
      set({ ...running, phase: "Succeeded", finishedAt: at("06:00") }, [plan]);
      await die();
      await wait();
      expect(isNowTold()).toBe(true);
      over = true;
      await reportUntilTold();
      expect(world.asked).toEqual(["create check", "list checks", "create check", "list checks"]);
      expect(shown()).toEqual([["sluice/plan-x#0", "success"]]);
    });

    it("the time begins anew for another leg, and that one is looked for when it is over", async () => {
      set(running, [plan, gate]);
      await die();
      set(running, [plan, opened, apply]);
      const before = begun;
      await die();
      expect(begun).toBeGreaterThan(before);
      arrive(1, { status: "in_progress" });
      await end();
      await wait();
      expect(shown().at(-1)).toEqual(["sluice/plan-x#1", "success"]);
      expect(isNowTold()).toBe(true);
    });

    it("of two that are there before it is the newer that goes on", async () => {
      set(running, [{ ...plan, phase: "Running" }]);
      world.faults.next = (name) => (name === "create check" ? "before" : undefined);
      await expect(report()).rejects.toThrow("create check was cut off");
      delete world.faults.next;
      for (let times = 0; times < 2; times += 1) arrive(0, { status: "queued" });
      await reportUntilTold();
      expect(world.checks.map(({ status }) => status)).toEqual(["queued", "in_progress"]);
      await wait();
      expect(shown()).toEqual([
        ["sluice/plan-x#0/double", "cancelled"],
        ["sluice/plan-x#0", "in_progress"],
      ]);
    });

    it("another leg that is unsure since the look began is looked for in its own time", async () => {
      set(running, [plan, gate]);
      await die();
      const { checkRuns } = world.dependencies.github;
      const list: typeof checkRuns.list = (...asked) => {
        const { metadata } = world.workflows.get("plan-x") ?? never();
        const text = metadata.annotations?.[annotation.report] ?? "";
        metadata.annotations = {
          ...metadata.annotations,
          [annotation.report]: text.replace('"unsure":0', '"unsure":1'),
        };
        return checkRuns.list(...asked);
      };
      world.dependencies.github.checkRuns = { ...checkRuns, list };
      await wait();
      expect(readRun(world.workflows.get("plan-x") ?? never()).report.unsure).toBe(1);
    });

    it("is no longer looked for where GitHub tells of no checks any more", async () => {
      set({ ...running, phase: "Succeeded", finishedAt: at("06:00") }, [plan]);
      await die();
      const { checkRuns } = world.dependencies.github;
      const refuse = () => Promise.reject(new GitHubError("gone", { status: 404, retryable: false }));
      world.dependencies.github.checkRuns = { ...checkRuns, list: refuse };
      await wait();
      expect(isNowTold()).toBe(true);
    });
  });

  describe("that is completed on GitHub, which the run does not know", () => {
    beforeEach(() => void (world.time.now = Date.parse(at("00:20"))));
    const shown = () =>
      world.checks.map(({ externalId, conclusion, status }) => [externalId, conclusion ?? status]);
    const cutOff = async (call: string) => {
      world.faults.next = (name) => (name === call ? "late" : undefined);
      await expect(report()).rejects.toThrow("was cut off");
      delete world.faults.next;
    };

    it("is gone on from in another leg where a gate waits, for nobody knows since when it shows that", async () => {
      set(running, [plan, gate]);
      await cutOff("create check");
      await reportUntilTold();
      expect(shown()).toEqual([
        ["sluice/plan-x#0", "action_required"],
        ["sluice/plan-x#1", "action_required"],
      ]);
      const { report: now } = readRun(world.workflows.get("plan-x") ?? never());
      expect(now.legs.map(({ gates }) => gates?.length)).toEqual([0, 1]);
    });

    it("waits the longer for each that ends like this after the other", async () => {
      set(running, [plan, gate]);
      await cutOff("create check");
      expect(await report()).toBe(false);
      await cutOff("create check");
      const failure = report();
      await expect(failure).rejects.toMatchObject({ name: "GitHubError", retryable: true });
      await reportUntilTold();
      expect(world.checks).toHaveLength(3);
    });

    it("is gone on from in another leg where an update finds that it had waited before", async () => {
      set(running, [{ ...plan, phase: "Running" }]);
      await reportUntilTold();
      const { checkRuns } = world.dependencies.github;
      const update: typeof checkRuns.update = async (...given) => ({
        ...(await checkRuns.update(...given)),
        completedBefore: true,
      });
      world.dependencies.github.checkRuns = { ...checkRuns, update };
      set(running, [plan, gate]);
      await reportUntilTold();
      expect(shown()).toEqual([
        ["sluice/plan-x#0", "action_required"],
        ["sluice/plan-x#1", "action_required"],
      ]);
    });

    it.each(["create check", "update check"])(
      "is gone on from in another leg where the run goes on (%s)",
      async (call) => {
        if (call === "update check") {
          set(running, [{ ...plan, phase: "Running" }]);
          await reportUntilTold();
        }
        set(running, [plan, gate]);
        await cutOff(call);
        set(running, [plan, opened, apply]);
        await reportUntilTold();
        expect(shown()).toEqual([
          ["sluice/plan-x#0", "action_required"],
          ["sluice/plan-x#1", "in_progress"],
        ]);
      },
    );

    it("is ended for good where the run has ended", async () => {
      set(running, [plan, gate]);
      await cutOff("create check");
      set({ ...running, phase: "Succeeded", finishedAt: at("06:00") }, [plan]);
      await reportUntilTold();
      expect(shown()).toEqual([["sluice/plan-x#0", "success"]]);
    });
  });

  describe("that another leader has written meanwhile", () => {
    /** The other one writes the run's report while a request of this one is on its way. */
    const meanwhile = (call: string, state: ReportState, fault?: "late") => {
      world.faults.next = (name) => {
        if (name !== call) return undefined;
        delete world.faults.next;
        const { metadata } = world.workflows.get("plan-x") ?? never();
        metadata.annotations = {
          ...metadata.annotations,
          [annotation.report]: JSON.stringify(state),
        };
        return fault;
      };
    };
    const now = () => readRun(world.workflows.get("plan-x") ?? never());
    const reported = () => now().report;

    it("is written anew where this one's update came later", async () => {
      set(running, [{ ...plan, phase: "Running" }]);
      await reportUntilTold();
      const ended = { id: 1, leg: 0, completed: true, hash: "known" };
      meanwhile("update check", { legs: [ended] });
      set({ ...running, phase: "Failed", finishedAt: at("06:00") }, [plan]);
      expect(await report()).toBe(false);
      expect(reported().legs).toEqual([{ ...ended, hash: "" }]);
      expect(isTold(now())).toBe(false);
      await reportUntilTold();
      expect(isTold(now())).toBe(true);
    });

    it("shows its gates in another leg where this one's update came later", async () => {
      set(running, [{ ...plan, phase: "Running" }]);
      await reportUntilTold();
      const waiting = { id: 1, leg: 0, completed: true, hash: "known", gates: ["approval@1"] };
      meanwhile("update check", { legs: [waiting] });
      set(running, [plan, gate]);
      expect(await report()).toBe(false);
      expect(reported().legs).toEqual([{ ...waiting, hash: "", hidden: true }]);
    });

    it("is unsure where this one's creation failed late", async () => {
      set(running, [plan, gate]);
      const other = { id: 90, leg: 0, completed: true, hash: "known", gates: ["approval@1"] };
      meanwhile("create check", { legs: [other] }, "late");
      await expect(report()).rejects.toThrow("create check was cut off");
      expect(reported()).toEqual({ legs: [other], unsure: 0 });
    });

    it("is not looked for where GitHub has refused to make it", async () => {
      set(running, [plan, gate]);
      const { checkRuns } = world.dependencies.github;
      const refuse = () => Promise.reject(new GitHubError("no", { status: 422, retryable: false }));
      world.dependencies.github.checkRuns = { ...checkRuns, create: refuse };
      await expect(report()).rejects.toThrow("no");
      expect(reported()).toEqual({ legs: [] });
    });
  });

  it("waits for the pace while it runs, and for nothing at the end", async () => {
    world.dependencies.pace = () => false;
    set(running, [{ ...plan, phase: "Running" }]);
    await reportUntilTold();
    expect(world.checks).toEqual([]);
    set(running, [plan, gate]);
    await reportUntilTold();
    expect(world.checks).toMatchObject([{ conclusion: "action_required" }]);
  });

  it("shows no more of what steps wrote when the log is gone that named what to mask", async () => {
    const told = { ...plan, outputs: { parameters: [{ name: "summary", value: "with s3cr3t" }] } };
    set(running, [told, gate]);
    world.logs.set("plan", "::add-mask::s3cr3t\n");
    await reportUntilTold();
    expect(world.checks[0]?.summary).toContain("with ***");
    world.logs.clear();
    const { engine, log } = world.dependencies;
    world.dependencies.logs = openStepLogs(engine, log);
    await reportUntilTold();
    expect(world.checks[0]?.summary).toContain("not shown any more");
    expect(JSON.stringify(world.checks)).not.toContain("s3cr3t");
  });

  it("reads a step's log once, and goes on where it cannot", async () => {
    const failed = { ...apply, phase: "Failed" as const, finishedAt: at("05:59") };
    set({ ...running, phase: "Failed", finishedAt: at("06:00") }, [plan, opened, failed]);
    let reads = 0;
    const { engine } = world.dependencies;
    const readLog = engine.readLog.bind(engine);
    engine.readLog = (key, nodeId) => {
      reads += 1;
      if (nodeId === "plan") return Promise.reject(new Error("the node is gone"));
      return readLog(key, nodeId);
    };
    world.logs.set("apply", "::error file=a.ts,line=3::it broke\n");
    await reportUntilTold();
    await reportUntilTold();
    expect(world.checks[0]?.summary).toContain("Error: it broke (a.ts:3)");
    expect(world.checks[0]?.annotations).toMatchObject([{ path: "a.ts", startLine: 3, message: "it broke" }]);
    // Twice the one that failed to be read, once the other.
    expect(reads).toBe(3);
  });
});

function never(): never {
  throw new Error("there is no such thing");
}

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Engine } from "../engine/engine.js";
import { at, makeNode, makeRun } from "../report/run-maker.js";
import { annotation, type ReportedLeg } from "../run/metadata.js";
import { readRun } from "../run/read-run.js";
import { openSweep, sweepMs } from "./sweep.js";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const gate = makeNode("approval", { type: "Suspend", phase: "Running", startedAt: at("00:10") });
const leg: ReportedLeg = { id: 1, leg: 0, completed: true, hash: "a", gates: ["approval@1"] };
const annotations = { [annotation.report]: JSON.stringify({ legs: [leg] }) };
const { workflow } = makeRun({ phase: "Running" }, [gate], { annotations });
const key = `${workflow.metadata.namespace}/${workflow.metadata.name}`;

it("looks at each run that is not told when it leads anew, and at those that wait for people only now and then else", async () => {
  const asked: string[] = [];
  let listener: (leads: boolean) => void = () => undefined;
  const engine = { list: () => Promise.resolve([workflow]) } as unknown as Engine;
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const leadership = { isLeader: () => true, onChange: (call: typeof listener) => void (listener = call) };
  const sweep = openSweep({ engine, clock: Date.now, log }, leadership, (text) => asked.push(text), vi.fn());
  const settled = { decisions: new Map(), released: false, settled: true, run: readRun(workflow) };
  await vi.advanceTimersByTimeAsync(sweepMs - 1000);
  sweep.settled(key, settled);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual([]);
  listener(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([key]);
  sweep.stop();
});

it("tells of the runs that have ended when it leads anew, also of those that are told", async () => {
  const last: ReportedLeg = { id: 1, leg: 0, completed: true, hash: "a" };
  const told = { [annotation.report]: JSON.stringify({ legs: [last] }) };
  const { workflow: over } = makeRun({ phase: "Failed" }, [], { annotations: told });
  const ended: string[] = [];
  let listener: (leads: boolean) => void = () => undefined;
  const engine = { list: () => Promise.resolve([workflow, over]) } as unknown as Engine;
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const leadership = { isLeader: () => true, onChange: (call: typeof listener) => void (listener = call) };
  const note = ({ phase }: { phase: string }) => void ended.push(phase);
  const sweep = openSweep({ engine, clock: Date.now, log }, leadership, vi.fn(), note);
  await vi.advanceTimersByTimeAsync(sweepMs);
  expect(ended).toEqual([]);
  listener(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toEqual(["Failed"]);
  sweep.stop();
});

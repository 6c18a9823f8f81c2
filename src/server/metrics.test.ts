import { describe, expect, it } from "vitest";
import { openMetrics } from "./metrics.js";

function open() {
  let now = Date.parse("2026-01-01T10:00:00Z");
  const metrics = openMetrics(() => now);
  const value = async (series: string) => {
    const line = (await metrics.render()).split("\n").find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };
  return { metrics, value, advance: (seconds: number) => void (now += seconds * 1000) };
}

describe("metrics", () => {
  it("makes one time series of all events that Sluice does not follow", async () => {
    const { metrics, value } = open();
    for (const event of ["push", "installation", "a".repeat(500)]) metrics.delivered(event, 200, 0.1);
    expect(await value('sluice_deliveries_total{event="push",answer="200"}')).toBe(1);
    expect(await value('sluice_deliveries_total{event="other",answer="200"}')).toBe(2);
    expect(await metrics.render()).not.toContain("aaaa");
  });

  it("shows unfinished runs as they are now, and counts each that ended once", async () => {
    const { metrics, value } = open();
    const running = { phase: "Running", finished: false, gates: [] };
    metrics.sawRun("ns/a", { ...running, phase: "Pending" });
    metrics.sawRun("ns/a", running);
    metrics.sawRun("ns/b", running);
    metrics.sawRun("ns/gone", running);
    metrics.sawRun("ns/gone", undefined);
    expect(await value('sluice_runs{phase="Running"}')).toBe(2);
    expect(await value('sluice_runs{phase="Pending"}')).toBe(0);
    for (let times = 0; times < 3; times++)
      metrics.sawRun("ns/a", { phase: "Failed", finished: true, gates: [] });
    expect(await value('sluice_runs{phase="Running"}')).toBe(1);
    expect(await value('sluice_runs_finished_total{phase="Failed"}')).toBe(1);
  });

  it("tells how long the oldest gate has waited", async () => {
    const { metrics, value, advance } = open();
    expect(await value("sluice_gate_longest_wait_seconds")).toBe(0);
    const gates = ["2026-01-01T09:00:00Z", "2026-01-01T09:59:00Z"];
    metrics.sawRun("ns/a", { phase: "Running", finished: false, gates });
    advance(60);
    expect(await value("sluice_gates_waiting")).toBe(2);
    expect(await value("sluice_gate_longest_wait_seconds")).toBe(3660);
    metrics.sawRun("ns/a", { phase: "Running", finished: false, gates: [] });
    expect(await value("sluice_gate_longest_wait_seconds")).toBe(0);
  });

  it("leaves a run to another replica when this one touches it no more, but not because GitHub fails", async () => {
    const { metrics, value, advance } = open();
    const run = { phase: "Running", finished: false, gates: ["2026-01-01T10:00:00Z"] };
    for (const key of ["ns/kept", "ns/left"]) metrics.sawRun(key, run);
    for (let minutes = 0; minutes < 20; minutes += 2) {
      advance(120);
      metrics.reconciled("ns/kept", "failed", 1);
    }
    expect(await value('sluice_runs{phase="Running"}')).toBe(1);
    expect(await value("sluice_gates_waiting")).toBe(1);
  });

  it("asks for the queue's depth when it is read", async () => {
    const { metrics, value } = open();
    let depth = 3;
    metrics.countQueue(() => depth);
    expect(await value("sluice_queue_depth")).toBe(3);
    depth = 0;
    expect(await value("sluice_queue_depth")).toBe(0);
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines } from "../support/engines.js";
import { gated } from "../support/manifests.js";
import { openPullRequest, openStage, repository, type Stage } from "../support/stage.js";

describe.each(engines)("the metrics of the App with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ ".workflows/gated.yaml": gated }, engine);
  });
  afterAll(async () => stage?.close());

  async function values(): Promise<Map<string, number>> {
    const lines = (await stage.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]),
    );
  }

  it("follow a gate from its opening to the end of its run", async () => {
    let refused = false;
    stage.github.faults.next = ({ method, path }) => {
      if (refused || method !== "GET" || !path.endsWith("/pulls/1")) return undefined;
      refused = true;
      return { status: 502, body: { message: "Server Error" } };
    };
    const { number, sha } = await openPullRequest(stage, "scale-up");
    await stage.observer.until(sha, "gated", "the gate", (check) => check.conclusion === "action_required");
    await expect.poll(async () => (await values()).get("sluice_gates_waiting")).toBe(1);
    expect((await values()).get('sluice_runs{phase="Running"}')).toBe(1);

    await sleep(1100);
    await stage.github.actAs("bob").review(repository, number, { state: "APPROVED" });
    await stage.observer.until(sha, "gated", "the end", (check) => check.conclusion === "success");
    // The run is counted when its turn ends, a moment after GitHub has the check.
    await expect
      .poll(async () => (await values()).get('sluice_runs_finished_total{phase="Succeeded"}'))
      .toBe(1);
    const now = await values();
    expect(now.get("sluice_gates_waiting")).toBe(0);
    expect(now.get('sluice_gate_wait_seconds_count{decision="approved"}')).toBe(1);
    expect(now.get('sluice_deliveries_total{event="pull_request_review",answer="202"}')).toBe(1);
    expect(now.get('sluice_reconcile_seconds_count{outcome="settled"}')).toBeGreaterThan(0);
    expect(now.get('sluice_github_requests_total{status="502"}')).toBe(1);
    expect(now.get('sluice_github_requests_total{status="201"}')).toBeGreaterThan(1);
    const limits = [...now].filter(([series]) => series.startsWith("sluice_github_rate_limit_remaining{"));
    expect(limits.length).toBeGreaterThan(0);
    expect(stage.invalid).toEqual([]);
  });

  it("are not served beside the webhook", async () => {
    expect(await stage.metrics()).toContain("process_cpu_seconds_total");
    const hook = stage.github.deliveries[0]?.attempts[0]?.url ?? "";
    expect((await fetch(new URL("/metrics", hook))).status).toBe(404);
  });
});

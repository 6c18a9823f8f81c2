import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { startCluster, type Cluster } from "../../../test/support/kubernetes/cluster.js";
import { holdLease, type LeaseOptions } from "./lease.js";

describe("a lease", () => {
  let cluster: Cluster;
  let now: number;
  beforeEach(async () => {
    cluster = await startCluster();
    now = Date.parse("2026-11-24T00:00:00Z");
  });
  afterEach(() => cluster.close());

  function candidate(identity: string, options: Partial<LeaseOptions> = {}) {
    const { kubeconfig } = cluster;
    const hold = holdLease({
      kubeconfig,
      fallbackNamespace: "sluice",
      name: "sluice",
      identity,
      clock: () => now,
      timings: { everyMs: 20 },
      ...options,
    });
    onTestFinished(() => hold.close());
    return hold;
  }

  const holder = () =>
    (cluster.api.store.get("leases", "sluice", "sluice")?.["spec"] as { holderIdentity?: string } | undefined)
      ?.holderIdentity;

  it("is held by one of two, and passes to the other 10 s after the first fell silent", async () => {
    const cut = { first: false };
    const first = candidate("first", { kubeconfig: cluster.otherKubeconfig });
    await expect.poll(() => first.isLeader()).toBe(true);
    const changes: boolean[] = [];
    const second = candidate("second", { clock: () => now + 3_600_000 });
    second.onChange((leads) => changes.push(leads));
    // The first one's renewals do not arrive any more; both still look.
    cluster.api.fault = ({ method, authorization }) =>
      method === "PUT" && cut.first && authorization.endsWith("another") ? "drop" : undefined;
    for (let seconds = 0; seconds < 30; seconds++) {
      now += 1000;
      await nextLooks();
      expect([first.isLeader(), second.isLeader()]).toEqual([true, false]);
    }
    cut.first = true;
    let lost: number | undefined;
    for (let seconds = 1; seconds <= 15 && !second.isLeader(); seconds++) {
      now += 1000;
      await nextLooks();
      if (!first.isLeader()) lost ??= seconds;
      if (seconds === 9) expect([first.isLeader(), second.isLeader()]).toEqual([false, false]);
      expect(first.isLeader() && second.isLeader()).toBe(false);
    }
    expect(lost).toBeLessThan(9);
    cut.first = false;
    await nextLooks();
    expect([first.isLeader(), second.isLeader()]).toEqual([false, true]);
    expect(changes).toEqual([true]);
    expect(holder()).toBe("second");
  });

  it("is given back at the end, and is not led with when the process slept", async () => {
    const first = candidate("first");
    await expect.poll(() => first.isLeader()).toBe(true);
    const changes: boolean[] = [];
    first.onChange((leads) => changes.push(leads));
    now += 7_000;
    expect(first.isLeader()).toBe(false);
    await expect.poll(() => first.isLeader()).toBe(true);
    expect(changes).toEqual([false, true]);
    const second = candidate("second");
    await nextLooks();
    expect(second.isLeader()).toBe(false);
    await first.close();
    expect(first.isLeader()).toBe(false);
    await expect.poll(() => second.isLeader()).toBe(true);
  });

  it("takes up again after the API server was away", async () => {
    const first = candidate("first");
    await expect.poll(() => first.isLeader()).toBe(true);
    await cluster.api.stop();
    now += 60_000;
    await nextLooks();
    expect(first.isLeader()).toBe(false);
    await cluster.api.start();
    await expect.poll(() => first.isLeader()).toBe(true);
  });

  /** Until each candidate has looked at least twice. */
  async function nextLooks(): Promise<void> {
    const before = cluster.api.requests.length;
    for (let tries = 0; tries < 40 && cluster.api.requests.length < before + 9; tries++) await sleep(5);
  }
});

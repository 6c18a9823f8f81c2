import { describe, expect, it } from "vitest";
import type { RunKey } from "../../engine/engine.js";
import type { Workflow } from "../../manifest/argo.js";
import type { GateDecision } from "../../policy/gate.js";
import { openSnapshots } from "./snapshots.js";

const key = { namespace: "ns", name: "wf" };
const gate = { id: "g", name: "g", displayName: "g", type: "Suspend", phase: "Running" } as const;
const step = {
  id: "s",
  name: "s",
  displayName: "s",
  type: "Pod",
  phase: "Succeeded",
  message: "hunter2 was used",
  outputs: { result: "hunter2", parameters: [{ name: "summary", value: "the password is hunter2" }] },
} as const;

function openWorld() {
  let phase: "Running" | "Succeeded" = "Running";
  let now = Date.parse("2026-01-01T10:00:00Z");
  const told: ((key: RunKey) => void)[] = [];
  const counts = { read: 0, asked: 0 };
  let answer: () => Promise<ReadonlyMap<string, GateDecision>> = async () => new Map();
  const workflow = (): Workflow => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name: "wf", namespace: "ns", uid: "u" },
    spec: {},
    status: {
      phase,
      nodes:
        phase === "Running"
          ? {
              g: gate,
              s: { ...step, outputs: { ...step.outputs, parameters: [...step.outputs.parameters] } },
            }
          : {},
    },
  });
  const snapshots = openSnapshots({
    engine: {
      async get({ name }) {
        counts.read += 1;
        return name === "wf" ? workflow() : undefined;
      },
      log: async () => undefined,
      watch(onChange) {
        told.push(onChange);
        return { close: async () => undefined };
      },
    },
    gatesOf() {
      counts.asked += 1;
      return answer();
    },
    maskOf: async () => (text) => text.replaceAll("hunter2", "***"),
    clock: () => now,
  });
  return {
    snapshots,
    counts,
    wait: (ms: number) => void (now += ms),
    change: (to: "Running" | "Succeeded") => {
      phase = to;
      for (const each of told) each(key);
    },
    says: (next: typeof answer) => void (answer = next),
  };
}

describe("readings of a run", () => {
  it("are one for all who look at one time, and new after a change or three seconds", async () => {
    const { snapshots, counts, wait, change } = openWorld();
    const [one, two] = await Promise.all([snapshots.read(key), snapshots.read(key)]);
    expect([one === two, counts.read]).toEqual([true, 1]);
    expect(one?.parts()).toBe(two?.parts());
    change("Succeeded");
    expect((await snapshots.read(key))?.run.phase).toBe("Succeeded");
    wait(3000);
    await snapshots.read(key);
    expect(counts.read).toBe(3);
    await snapshots.close();
  });

  it("hold nothing that a step asked to mask", async () => {
    const { snapshots } = openWorld();
    const read = await snapshots.read(key);
    const { html } = (await read?.parts()) ?? { html: "" };
    expect(html).toContain("the password is ***");
    expect(html + JSON.stringify(read?.run.workflow)).not.toContain("hunter2");
    await snapshots.close();
  });

  it("say that there is no such run", async () => {
    const { snapshots } = openWorld();
    expect(await snapshots.read({ namespace: "ns", name: "other" })).toBeUndefined();
    await snapshots.close();
  });

  it("have another version only when the page reads otherwise", async () => {
    const { snapshots, wait, change } = openWorld();
    const first = await (await snapshots.read(key))?.parts();
    wait(5000);
    expect((await (await snapshots.read(key))?.parts())?.version).toBe(first?.version);
    change("Succeeded");
    expect((await (await snapshots.read(key))?.parts())?.version).not.toBe(first?.version);
    await snapshots.close();
  });

  it("ask who approved once a minute, and say that it is not known when GitHub does not answer", async () => {
    const { snapshots, counts, wait, says } = openWorld();
    says(() => Promise.reject(new Error("no answer")));
    expect((await (await snapshots.read(key))?.parts())?.html).toContain(
      "GitHub has not said yet who approved",
    );
    const decision: GateDecision = { state: "waiting", needed: 2, approvals: [], ignored: [], reasons: [] };
    says(async () => new Map([["g", decision]]));
    wait(3000);
    expect((await (await snapshots.read(key))?.parts())?.html).toMatch(
      /<strong>0 of 2<\/strong> approvals\s+given/,
    );
    wait(30_000);
    await (await snapshots.read(key))?.parts();
    expect(counts.asked).toBe(2);
    wait(60_000);
    await (await snapshots.read(key))?.parts();
    expect(counts.asked).toBe(3);
    await snapshots.close();
  });

  it("tell followers of a change, and nobody who has left", async () => {
    const { snapshots, change } = openWorld();
    let heard = 0;
    let other = 0;
    const stop = snapshots.follow(key, () => (other += 1));
    const changed = new Promise<void>((resolve) => {
      snapshots.follow(key, () => {
        heard += 1;
        resolve();
      });
    });
    stop();
    for (let times = 0; times < 50; times++) change("Succeeded");
    await changed;
    expect([heard, other]).toEqual([1, 0]);
    await snapshots.close();
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { EngineError, GateAnswer } from "../../src/engine/engine.js";
import type { JsonObject, Workflow } from "../../src/manifest/argo.js";
import { openBench } from "../support/kubernetes/engine-bench.js";
import { finished, gate, has, key, node, sh, steps, until, workflow } from "./engine.contract.js";

const yes: GateAnswer = {
  phase: "Succeeded",
  message: "approved",
  outputs: { go: "YES" },
  annotations: { "sluice.dev/gate.x": "{}" },
};
const later = () => new Date(Date.now() + 3_600_000).toISOString();

describe("the Argo engine, when things go wrong", () => {
  let bench: Awaited<ReturnType<typeof openBench>>;
  afterEach(() => bench.dispose());

  async function waitingGate(name: string) {
    await bench.engine.submit(workflow(name, [gate]));
    const run = await until(bench.engine, name, (each) => has(each, name, "Running"));
    const { id, startedAt = "" } = node(run, name);
    return { uid: run.metadata.uid ?? "", nodeId: id, startedAt };
  }

  /** Collects what watchers are told, and waits for one of them. */
  function told() {
    const seen: string[] = [];
    bench.engine.watch(({ name }) => seen.push(name));
    return async (name: string) => {
      for (let tries = 0; !seen.includes(name); tries++) {
        if (tries > 200) throw new Error(`not told of ${name}, only of ${seen.join()}`);
        await sleep(25);
      }
    };
  }

  const put = (name: string) => {
    const labels = { "app.kubernetes.io/managed-by": "sluice" };
    const body = workflow(name, [sh("main", "true")], labels) as unknown as JsonObject;
    return bench.api.store.create("workflows", "default", { ...body, spec: { suspend: true } });
  };

  it("goes on with a watch that was cut, that fell silent, or whose version was forgotten", async () => {
    bench = await openBench();
    const { api } = bench;
    const heard = told();
    put("before");
    await heard("before");

    api.watches.cut();
    put("while-cut");
    await heard("while-cut");
    const lists = () =>
      api.requests.filter(({ path, query }) => path.endsWith("/workflows") && query.get("watch") === null)
        .length;
    expect(lists()).toBe(1);

    api.watches.freeze();
    put("while-frozen");
    await heard("while-frozen");
    expect(lists()).toBe(1);

    api.watches.freeze();
    put("forgotten");
    api.store.forget();
    api.watches.cut();
    await heard("forgotten");
    expect(lists()).toBe(2);
  });

  it("ends 50 runs rightly through cuts, forgotten versions, errors and a restart of the API server", async () => {
    bench = await openBench();
    const { api, engine } = bench;
    const names = Array.from({ length: 50 }, (_, index) => `many-${index}`);
    const ended = new Set<string>();
    const look = async (name: string): Promise<void> => {
      const run = await engine.get(key(name)).catch(() => undefined);
      // Asked in vain: as the App's queue does, later.
      if (run === undefined) setTimeout(() => void look(name), 100);
      else if (finished(run)) ended.add(name);
      else if (has(run, "gate", "Running")) {
        const { id, startedAt = "" } = node(run, "gate");
        const waiting = { uid: run.metadata.uid ?? "", nodeId: id, startedAt };
        await engine.release(key(name), waiting, yes).catch(() => setTimeout(() => void look(name), 100));
      }
    };
    engine.watch(({ name }) => void look(name));
    const mishaps: (() => unknown)[] = [
      () => api.watches.cut(),
      () => api.store.forget(),
      () => (api.fault = () => (Math.random() < 0.3 ? 500 : undefined)),
      () => (api.fault = () => (Math.random() < 0.3 ? "lost" : undefined)),
      () => (api.fault = undefined),
      async () => {
        await api.stop();
        await sleep(300);
        await api.start();
      },
    ];
    for (const [index, name] of names.entries()) {
      const templates = [steps("main", ["gate"], ["say"]), gate, sh("say", "true")];
      const submit = () => engine.submit(workflow(name, templates));
      await submit().catch(async () => {
        await sleep(500);
        await submit();
      });
      if (index % 8 === 7) await Promise.resolve(mishaps[Math.floor(index / 8)]?.());
    }
    api.fault = undefined;
    for (let tries = 0; ended.size < names.length && tries < 1500; tries++) await sleep(20);
    expect(names.filter((name) => !ended.has(name))).toEqual([]);
    const runs = await engine.list({});
    expect(runs.filter((run) => run.status?.phase === "Succeeded")).toHaveLength(50);
  });

  it("writes one answer when two come at once, and knows its own when the reply was lost", async () => {
    bench = await openBench();
    const { api, engine } = bench;
    const twice = await waitingGate("twice");
    const no: GateAnswer = { ...yes, phase: "Failed", message: "rejected" };
    const both = await Promise.all([
      engine.release(key("twice"), twice, yes),
      engine.release(key("twice"), twice, no),
    ]);
    expect(both.toSorted()).toEqual(["done", "moved"]);
    const run = await until(engine, "twice", finished);
    expect(run.status?.phase).toBe(both[0] === "done" ? "Succeeded" : "Failed");

    const lost = await waitingGate("lost");
    let losses = 1;
    api.fault = ({ method }) => (method === "PATCH" && losses-- > 0 ? "lost" : undefined);
    expect(await engine.release(key("lost"), lost, yes)).toBe("done");
    expect(await engine.release(key("lost"), lost, yes)).toBe("moved");
    const patches = api.requests.filter(({ method, path }) => method === "PATCH" && path.endsWith("/lost"));
    expect(patches).toHaveLength(1);
    for (const { contentType } of patches) expect(contentType).toBe("application/json-patch+json");
  });

  it("refuses a name that somebody else's Workflow has, and what the API server's schema does not know", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    const foreign = workflow("theirs", [sh("main", "true")]);
    api.store.create("workflows", "default", foreign as unknown as JsonObject);
    const refusal = async (submitted: Workflow) =>
      (await engine.submit(submitted).catch((error: unknown) => error)) as EngineError;
    expect(await refusal(foreign)).toMatchObject({ name: "EngineError", retryable: false });
    for (const name of ["theirs", "..", "a/b", ""]) expect(await engine.get(key(name))).toBeUndefined();
    expect(await engine.get({ namespace: "kube-system", name: "theirs" })).toBeUndefined();
    expect(await engine.annotate(key("theirs"), { a: "1" })).toBe("moved");
    expect(await engine.stop(key("theirs"), "Terminate", "")).toBe("moved");

    await engine.submit(workflow("ours", [gate], { "sluice.dev/sha": "1" }));
    const other = workflow("ours", [gate], { "sluice.dev/sha": "2" });
    expect((await refusal(other)).message).toContain("not this run");

    const misspelt = workflow("misspelt", [{ ...gate, suspned: {} }]);
    expect(await refusal(misspelt)).toMatchObject({ retryable: false });
    expect((await refusal(misspelt)).message).toContain("suspned");
    const elsewhere = workflow("x", [gate]);
    elsewhere.metadata.namespace = "kube-system";
    expect((await refusal(elsewhere)).message).toContain("none of Sluice's");
  });

  it("says whether trying again may help", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    await waitingGate("asked");
    const failure = (fault: number | "drop") => {
      api.fault = () => fault;
      return engine.get(key("asked")).catch((error: unknown) => error);
    };
    for (const fault of [500, 429, 401, "drop"] as const)
      expect(await failure(fault)).toMatchObject({ name: "EngineError", retryable: true });
    expect(await failure(403)).toMatchObject({ name: "EngineError", retryable: false });
    api.fault = undefined;
  });

  it("stops a run that is suspended as a whole, which Argo would not end", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    const whole = workflow("whole", [sh("main", "true")]);
    whole.spec.suspend = true;
    await engine.submit(whole);
    await until(engine, "whole", (run) => run.status?.phase === "Running");
    expect(await engine.stop(key("whole"), "Stop", "enough")).toBe("done");
    expect((await until(engine, "whole", finished)).status?.phase).toBe("Failed");
    expect(api.store.get("workflows", "default", "whole")?.["spec"]).not.toHaveProperty("suspend");
  });

  it("reads nodes that are compressed by brotli, and says what it cannot see of offloaded ones", async () => {
    bench = await openBench({ nodes: "brotli" });
    const waiting = await waitingGate("packed");
    expect(await bench.engine.release(key("packed"), waiting, yes)).toBe("done");
    expect((await until(bench.engine, "packed", finished)).status?.phase).toBe("Succeeded");
    await bench.dispose();

    bench = await openBench({ nodes: "offload" });
    await bench.engine.submit(workflow("away", [sh("main", "true")]));
    const run = await until(bench.engine, "away", finished);
    expect(run.status).toMatchObject({ phase: "Succeeded", message: expect.stringContaining("database") });
  });

  it("leaves no Secret of a run that ended while nobody could remove it, or just before it got a token", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    const secrets = () => api.store.list("secrets", "default").map(({ metadata }) => metadata.name);
    await engine.submit(workflow("ends", [gate]));
    const waiting = await until(engine, "ends", (run) => has(run, "ends", "Running"));
    await engine.putToken(key("ends"), { value: "ghs_first", expiresAt: later() });
    await engine.dropToken(key("ends"));
    expect(secrets()).toEqual(["ends-github"]);
    api.fault = ({ method }) => (method === "DELETE" ? 500 : undefined);
    const { id, startedAt = "" } = node(waiting, "ends");
    await engine.release(key("ends"), { uid: waiting.metadata.uid ?? "", nodeId: id, startedAt }, yes);
    await until(engine, "ends", finished);
    await expect(engine.dropToken(key("ends"))).rejects.toThrow("remove the token of ends");
    expect(secrets()).toEqual(["ends-github"]);
    api.fault = undefined;
    await engine.dropToken(key("ends"));
    expect(secrets()).toEqual([]);
    await engine.putToken(key("ends"), { value: "ghs_late", expiresAt: later() });
    expect(secrets()).toEqual([]);
  });

  it("keeps the token in a Secret that goes with the run, and mounts it where it is read", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    const env = [{ name: "T", valueFrom: { secretKeyRef: { name: "owner-github", key: "token" } } }];
    const main = sh("main", "true");
    const { workflow: stored } = await engine.submit(
      workflow("owner", [steps("m", ["gate"], ["main"]), gate, { ...main, script: { ...main.script, env } }]),
    );
    const script = stored.spec.templates?.[2]?.script;
    expect(script?.volumeMounts).toMatchObject([{ mountPath: "/var/run/sluice", readOnly: true }]);
    expect(stored.spec["volumes"]).toMatchObject([{ secret: { secretName: "owner-github" } }]);

    await engine.putToken(key("owner"), { value: "ghs_first", expiresAt: later() });
    const secret = api.store.get("secrets", "default", "owner-github");
    expect(secret?.metadata.ownerReferences).toMatchObject([{ kind: "Workflow", uid: stored.metadata.uid }]);
    const run = await until(engine, "owner", (each) => has(each, "gate", "Running"));
    const { id, startedAt = "" } = node(run, "gate");
    await engine.release(key("owner"), { uid: stored.metadata.uid ?? "", nodeId: id, startedAt }, yes);
    await until(engine, "owner", finished);
    for (let tries = 0; tries < 100 && api.store.get("secrets", "default", "owner-github"); tries++)
      await sleep(20);
    expect(api.store.get("secrets", "default", "owner-github")).toBeUndefined();

    const theirs = { metadata: { name: "own-github" }, data: { token: "eA==" } };
    api.store.create("secrets", "default", { apiVersion: "v1", kind: "Secret", ...theirs });
    await engine.submit(workflow("own", [gate]));
    const refused = engine.putToken(key("own"), { value: "ghs_x", expiresAt: later() });
    await expect(refused).rejects.toMatchObject({ retryable: false });
    const inSecrets = api.store.everything.filter(({ text }) => text.includes("ghs_first"));
    expect(inSecrets).toEqual([]);
  });

  it("shows a log that it has read also when the pod is gone", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    await engine.submit(workflow("gone", [sh("main", "echo here; exit 1")]));
    await until(engine, "gone", finished);
    expect((await engine.log(key("gone"), "gone", 1000))?.text).toContain("here");
    api.store.remove("pods", "default", "gone");
    expect((await engine.log(key("gone"), "gone", 1000))?.text).toContain("here");
    expect(await engine.log(key("gone"), "gone", 999)).toBeUndefined();
  });

  it("shows no half of a token where a log is cut", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    await engine.submit(workflow("cut", [sh("main", "true")]));
    await until(engine, "cut", finished);
    const token = `ghs_${"a1b2c3d4".repeat(5)}`;
    for (const before of [0, 100, 5000]) {
      api.podLog = () => Promise.resolve(`${"x".repeat(before)}\n${token} ${token}\nend\n`);
      for (let bytes = 1; bytes < 100; bytes += 7) {
        const log = await engine.log(key("cut"), "cut", bytes);
        expect(log?.text).not.toMatch(/[a1b2c3d4]{8}/);
        expect(Buffer.byteLength(log?.text ?? "")).toBeLessThanOrEqual(bytes);
      }
      expect(await engine.log(key("cut"), "cut", 10_000)).toMatchObject({
        truncated: false,
        text: expect.stringContaining("*** ***\nend\n"),
      });
    }
  });

  it("asks over connections that are kept, pages its lists, and watches metadata only", async () => {
    bench = await openBench();
    const { engine, api } = bench;
    for (let index = 0; index < 120; index++) put(`p-${String(index).padStart(3, "0")}`);
    const before = api.connections;
    for (let index = 0; index < 30; index++) await engine.get(key("p-000"));
    expect(api.connections - before).toBeLessThan(3);
    const all = await engine.list({});
    expect(new Set(all.map(({ metadata }) => metadata.name)).size).toBe(120);
    const outlines = await engine.list({ outline: true });
    expect(outlines).toHaveLength(120);
    expect(outlines[0]?.spec).toEqual({});
  });
});

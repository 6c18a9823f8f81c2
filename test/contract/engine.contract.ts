import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine, GateAnswer, RunKey } from "../../src/engine/engine.js";
import type { NodeStatus, Template, Workflow } from "../../src/manifest/argo.js";

/** One engine of its own for a test. `reopen` opens it again on the same state; `files` are those of the state. */
export interface EngineUnderTest {
  engine: Engine;
  reopen(): Promise<Engine>;
  dispose(): Promise<void>;
  files?(): { path: string; content: Buffer }[];
}

export function workflow(name: string, templates: Template[], labels?: Record<string, string>): Workflow {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: { name, namespace: "default", ...(labels ? { labels } : {}) },
    spec: { entrypoint: templates[0]?.name ?? "", templates },
  };
}

export function sh(name: string, source: string, rest: Partial<Template> = {}): Template {
  return { name, script: { image: "busybox", command: ["sh"], source }, ...rest };
}

export function steps(name: string, ...groups: (string | Record<string, unknown>)[][]): Template {
  const call = (entry: string | Record<string, unknown>) =>
    typeof entry === "string"
      ? { name: entry, template: entry }
      : { name: String(entry["template"]), ...entry };
  return { name, steps: groups.map((group) => group.map(call)) };
}

export const gate: Template = {
  name: "gate",
  suspend: {},
  inputs: { parameters: [{ name: "go", default: "NO", enum: ["YES", "NO"] }] },
  outputs: { parameters: [{ name: "go", valueFrom: { supplied: {} } }] },
};

const gated = (name: string) =>
  workflow(name, [
    steps("main", ["gate"], [{ template: "say", when: "{{steps.gate.outputs.parameters.go}} == YES" }]),
    gate,
    sh("say", "echo said"),
  ]);

const yes: GateAnswer = {
  phase: "Succeeded",
  message: "approved",
  outputs: { go: "YES" },
  annotations: { "sluice.dev/gate.x": "{}" },
};

export function key(name: string): RunKey {
  return { namespace: "default", name };
}

/** Pods of a real cluster pull images first. */
const patience = process.env["SLUICE_E2E_NAMESPACE"] === undefined ? 600 : 6000;

/** Reads the workflow until the condition holds. */
export async function until(
  engine: Engine,
  name: string,
  holds: (workflow: Workflow) => boolean,
): Promise<Workflow> {
  for (let tries = 0; tries < patience; tries++) {
    const found = await engine.get(key(name));
    if (found && holds(found)) return found;
    await sleep(50);
  }
  throw new Error(`the workflow is ${JSON.stringify((await engine.get(key(name)))?.status, null, 1)}`);
}

export const finished = (run: Workflow) => ["Succeeded", "Failed", "Error"].includes(run.status?.phase ?? "");

export function node(run: Workflow, displayName: string): NodeStatus {
  const found = Object.values(run.status?.nodes ?? {}).find((each) => each.displayName === displayName);
  if (!found) throw new Error(`no node ${displayName}`);
  return found;
}

export function has(run: Workflow, displayName: string, phase: string): boolean {
  const nodes = Object.values(run.status?.nodes ?? {});
  return nodes.some((each) => each.displayName === displayName && each.phase === phase);
}

/** Annotations, without those that Argo keeps for itself. */
function notes(run: Workflow | undefined): Record<string, string> {
  const entries = Object.entries(run?.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith("workflows.argoproj.io/")));
}

async function openGate(engine: Engine, name: string) {
  const run = await until(engine, name, (each) => has(each, "gate", "Running"));
  const { id, startedAt = "" } = node(run, "gate");
  return { uid: run.metadata.uid ?? "", nodeId: id, startedAt };
}

/** What every Engine promises. `skip` names tests that cannot hold somewhere, each with the reason. */
export function engineContract(
  name: string,
  open: () => Promise<EngineUnderTest>,
  skip: { test: string; reason: string }[] = [],
): void {
  describe(`the engine contract: ${name}`, () => {
    let test: EngineUnderTest;
    let engine: Engine;
    beforeEach(async ({ task, skip: leaveOut }) => {
      const skipped = skip.find((each) => task.name.includes(each.test));
      if (skipped) leaveOut(skipped.reason);
      test = await open();
      engine = test.engine;
    });
    afterEach(() => test?.dispose());

    it("submits a name once", async () => {
      const first = await engine.submit(workflow("once", [sh("main", "true")]));
      expect(first.created).toBe(true);
      expect(first.workflow.metadata).toMatchObject({ uid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      const second = await engine.submit(workflow("once", [sh("main", "false")]));
      expect(second.created).toBe(false);
      expect(second.workflow.metadata.uid).toBe(first.workflow.metadata.uid);
      expect(second.workflow.spec.templates?.[0]?.script?.source).toBe("true");
      expect(await engine.get(key("another"))).toBeUndefined();
    });

    it("submits a name once, also when it is asked twice at one time", async () => {
      const asked = ["true", "true; true"].map((source) =>
        engine.submit(workflow("twice", [sh("main", source)])),
      );
      const answers = await Promise.all(asked);
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(answers.map(({ workflow: { metadata } }) => metadata.uid)).size).toBe(1);
      expect((await until(engine, "twice", finished)).status?.phase).toBe("Succeeded");
    });

    it("runs a step to Succeeded with its result and log", async () => {
      await engine.submit(workflow("hello", [sh("main", "echo hello; echo oops >&2")]));
      const run = await until(engine, "hello", finished);
      expect(run.status?.phase).toBe("Succeeded");
      const log = await engine.log(key("hello"), "hello", 10_000);
      expect(log?.text).toContain("hello\n");
      expect(log?.text).toContain("oops\n");
      expect(log?.text).not.toContain("argo=true");
      expect(log?.truncated).toBe(false);
      expect(await engine.log(key("hello"), "hello", 3)).toMatchObject({ truncated: true });
      expect(await engine.log(key("hello"), "none", 10)).toBeUndefined();
      const pieces: Uint8Array[] = [];
      for await (const piece of (await engine.readLog(key("hello"), "hello")) ?? []) pieces.push(piece);
      expect(Buffer.concat(pieces).toString("utf8")).toBe(log?.text);
      expect(await engine.readLog(key("hello"), "none")).toBeUndefined();
    });

    it("releases a gate once, and only the one that the key names", async () => {
      await engine.submit(gated("gated"));
      const waiting = await openGate(engine, "gated");
      const moved = [
        { ...waiting, uid: "another" },
        { ...waiting, startedAt: "2001-01-01T00:00:00Z" },
        { ...waiting, nodeId: "gated" },
      ];
      for (const wrong of moved) expect(await engine.release(key("gated"), wrong, yes)).toBe("moved");
      expect(await engine.release(key("nowhere"), waiting, yes)).toBe("moved");
      expect(notes(await engine.get(key("gated")))).toEqual({});

      expect(await engine.release(key("gated"), waiting, yes)).toBe("done");
      expect(await engine.release(key("gated"), waiting, yes)).toBe("moved");
      const run = await until(engine, "gated", finished);
      expect(run.metadata.annotations).toMatchObject(yes.annotations);
      expect(node(run, "gate")).toMatchObject({ phase: "Succeeded", message: "approved" });
      expect(node(run, "gate").outputs?.parameters?.[0]).toMatchObject({ name: "go", value: "YES" });
      expect(node(run, "say").phase).toBe("Succeeded");
    });

    it("fails the gate when it is rejected", async () => {
      await engine.submit(gated("rejected"));
      const waiting = await openGate(engine, "rejected");
      const answer: GateAnswer = { ...yes, phase: "Failed", message: "rejected", outputs: {} };
      expect(await engine.release(key("rejected"), waiting, answer)).toBe("done");
      const run = await until(engine, "rejected", finished);
      expect(run.status?.phase).toBe("Failed");
      expect(node(run, "gate").message).toBe("rejected");
    });

    it("annotates, and compares first when told to", async () => {
      await engine.submit(gated("notes"));
      await openGate(engine, "notes");
      expect(await engine.annotate(key("notes"), { a: "1", b: "2" })).toBe("done");
      expect(await engine.annotate(key("notes"), { a: "3" }, { a: "2" })).toBe("moved");
      expect(await engine.annotate(key("notes"), { a: "3", b: null }, { a: "1", c: null })).toBe("done");
      expect(await engine.annotate(key("notes"), { a: "4" }, { a: "3", b: "2" })).toBe("moved");
      expect(notes(await engine.get(key("notes")))).toEqual({ a: "3" });
      expect(await engine.annotate(key("nowhere"), { a: "1" })).toBe("moved");
      await engine.stop(key("notes"), "Terminate", "enough");
      await until(engine, "notes", finished);
      expect(await engine.annotate(key("notes"), { after: "1" })).toBe("done");
      expect(notes(await engine.get(key("notes")))).toEqual({ a: "3", after: "1" });
    });

    it("stops a run, and leaves a finished one alone", async () => {
      await engine.submit(workflow("long", [sh("main", "sleep 1000")]));
      await until(engine, "long", (run) => has(run, "long", "Running"));
      expect(await engine.stop(key("long"), "Stop", "enough")).toBe("done");
      const run = await until(engine, "long", finished);
      expect(run.status?.phase).toBe("Failed");
      expect(await engine.stop(key("long"), "Stop", "enough")).toBe("moved");
      expect(await engine.stop(key("nowhere"), "Stop", "enough")).toBe("moved");
    });

    it("holds a run that was submitted with suspend until it may begin, also when it was opened again", async () => {
      const held = workflow("held", [sh("main", "echo ran")]);
      held.spec.suspend = true;
      held.metadata.annotations = { turn: "waits", kept: "1" };
      await engine.submit(held);
      await sleep(200);
      engine = await test.reopen();
      await sleep(200);
      const waiting = await engine.get(key("held"));
      expect(waiting?.spec.suspend).toBe(true);
      expect(Object.keys(waiting?.status?.nodes ?? {})).toEqual([]);
      expect(await engine.begin(key("held"), { turn: null, told: "2" })).toBe("done");
      const run = await until(engine, "held", finished);
      expect(run.status?.phase).toBe("Succeeded");
      expect(run.metadata.annotations).toMatchObject({ kept: "1", told: "2" });
      expect(run.metadata.annotations).not.toHaveProperty("turn");
      expect(await engine.begin(key("held"), { told: "3" })).toBe("moved");
      expect(await engine.begin(key("nowhere"), {})).toBe("moved");
    });

    it("lets a held run begin once, and stops one without running anything", async () => {
      for (const name of ["held-twice", "held-stopped"]) {
        const held = workflow(name, [gate, sh("exit", "true")]);
        held.spec.suspend = true;
        held.spec.onExit = "exit";
        await engine.submit(held);
      }
      const both = [1, 2].map(() => engine.begin(key("held-twice"), { turn: "came" }));
      expect((await Promise.all(both)).toSorted()).toEqual(["done", "moved"]);
      expect(await engine.stop(key("held-stopped"), "Stop", "cancelled by alice")).toBe("done");
      const stopped = await until(engine, "held-stopped", finished);
      expect(stopped.status?.phase).toBe("Failed");
      expect(Object.values(stopped.status?.nodes ?? {}).filter(({ type }) => type === "Pod")).toEqual([]);
      expect(await engine.begin(key("held-stopped"), {})).toBe("moved");
    });

    it("removes a finished run with its log, and no other", async () => {
      await engine.submit(workflow("gone", [sh("main", "echo hello")]));
      await engine.submit(workflow("waits", [gate]));
      await until(engine, "gone", finished);
      expect(await engine.remove(key("waits"))).toBe("moved");
      expect(await engine.remove(key("gone"))).toBe("done");
      expect(await engine.remove(key("gone"))).toBe("moved");
      expect(await engine.get(key("gone"))).toBeUndefined();
      expect(await engine.log(key("gone"), "gone", 100)).toBeUndefined();
      expect((await engine.list({})).map(({ metadata }) => metadata.name)).toEqual(["waits"]);
      expect((await engine.submit(workflow("gone", [sh("main", "true")]))).created).toBe(true);
    });

    it("lists by labels and what is unfinished", async () => {
      await engine.submit(workflow("l1", [gate], { team: "a", kind: "x" }));
      await engine.submit(workflow("l2", [sh("main", "true")], { team: "a", kind: "y" }));
      await engine.submit(workflow("l3", [gate], { team: "b" }));
      await until(engine, "l2", finished);
      const names = async (selector: Parameters<Engine["list"]>[0]) =>
        (await engine.list(selector)).map((run) => run.metadata.name).join();
      expect(await names({})).toBe("l1,l2,l3");
      expect(await names({ labels: { team: "a" } })).toBe("l1,l2");
      expect(await names({ labels: { team: "a", kind: "y" } })).toBe("l2");
      expect(await names({ unfinished: true })).toBe("l1,l3");
      expect(await names({ labels: { team: "c" } })).toBe("");
    });

    it("tells watchers which run to read", async () => {
      const told: string[] = [];
      const handle = engine.watch((changed) => told.push(`${changed.namespace}/${changed.name}`));
      await engine.submit(workflow("watched", [sh("main", "true")]));
      await until(engine, "watched", finished);
      await sleep(100);
      expect(new Set(told)).toEqual(new Set(["default/watched"]));
      await handle.close();
      const before = told.length;
      await engine.annotate(key("watched"), { a: "1" });
      await sleep(100);
      expect(told).toHaveLength(before);
    });

    it("holds a step back until the run has a token that is good, and writes the token nowhere", async () => {
      const secret = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";
      const env = [{ name: "T", valueFrom: { secretKeyRef: { name: "tokened-github", key: "token" } } }];
      const main = sh("main", 'echo "token $T"; echo "$T" > /tmp/t; test ${#T} = 40');
      const template: Template = {
        ...main,
        script: { ...main.script, env },
        outputs: { parameters: [{ name: "t", valueFrom: { path: "/tmp/t" } }] },
      };
      await engine.submit(workflow("tokened", [template]));
      const waiting = await until(engine, "tokened", (run) => has(run, "tokened", "Pending"));
      expect(await engine.tokenExpiry(key("tokened"))).toBeUndefined();
      await engine.putToken(key("tokened"), { value: "ghs_old", expiresAt: "2001-01-01T00:00:00Z" });
      expect(await engine.tokenExpiry(key("tokened"))).toBe("2001-01-01T00:00:00Z");
      await sleep(200);
      expect(node((await engine.get(key("tokened"))) ?? waiting, "tokened").phase).toBe("Pending");

      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      await engine.putToken(key("tokened"), { value: secret, expiresAt });
      const run = await until(engine, "tokened", finished);
      expect(run.status?.phase).toBe("Succeeded");
      expect(JSON.stringify(run)).not.toContain(secret);
      for (const { path, content } of test.files?.() ?? [])
        expect(content.includes(secret), path).toBe(false);
    });

    it("goes on at a gate after it was opened again", async () => {
      await engine.submit(gated("kept"));
      const waiting = await openGate(engine, "kept");
      engine = await test.reopen();
      const run = await until(engine, "kept", (each) => has(each, "gate", "Running"));
      expect(run.metadata.uid).toBe(waiting.uid);
      expect(await engine.release(key("kept"), waiting, yes)).toBe("done");
      expect((await until(engine, "kept", finished)).status?.phase).toBe("Succeeded");
      engine = await test.reopen();
      expect((await engine.get(key("kept")))?.status?.phase).toBe("Succeeded");
      expect((await engine.submit(gated("kept"))).created).toBe(false);
    });
  });
}

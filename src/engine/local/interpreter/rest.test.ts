import { expect, it } from "vitest";
import { gated, Play } from "../../../../test/support/interpreter-play.js";

const gate = "{ name: gate, suspend: {} }";
const parallel = (other: string, rest = "") => `
entrypoint: main
${rest}
templates:
  - { name: main, steps: [[{ name: gate, template: gate }, { name: other, template: other }]] }
  - ${gate}
  - ${other}`;
const alone = (rest: string) => `{ entrypoint: gate, ${rest}, templates: [${gate}] }`;

it.each([
  ["waits at two gates", parallel("{ name: other, suspend: {} }")],
  ["has not been let begin", alone("suspend: true")],
])("a run rests that %s", (_, spec) => {
  expect(new Play(spec).isAtRest).toBe(true);
});

it.each([
  ["has a step to do", parallel("{ name: other, container: { image: busybox } }")],
  ["waits for a time", parallel("{ name: other, suspend: { duration: 1h } }")],
  ["has a deadline", alone("activeDeadlineSeconds: 600")],
  ["asks for a lock", alone("synchronization: { mutexes: [{ name: m }] }")],
  [
    "asks a cache",
    parallel("{ name: other, suspend: {}, memoize: { key: k, cache: { configMap: { name: c } } } }"),
  ],
])("a run does not rest that %s", (_, spec) => {
  expect(new Play(spec).isAtRest).toBe(false);
});

it("does not rest while it has a lock, although it waits at its gate", () => {
  const play = new Play(alone("synchronization: { mutexes: [{ name: m }] }"));
  play.send({ type: "locked", nodeId: "" });
  expect(play.node("wf")).toMatchObject({ type: "Suspend", phase: "Running" });
  expect(play.isAtRest).toBe(false);
});

it("rests between its steps, not at them", () => {
  const play = new Play(gated);
  expect(play.isAtRest).toBe(false);
  play.finish("plan");
  expect(play.isAtRest).toBe(true);
  const answer = { phase: "Succeeded", message: "", outputs: { approval: "YES" }, annotations: {} } as const;
  play.send({ type: "answered", nodeId: play.node("approval").id, answer });
  expect(play.isAtRest).toBe(false);
});

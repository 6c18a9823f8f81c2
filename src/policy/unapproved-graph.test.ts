import { describe, expect, it } from "vitest";
import type { Call, DAGTask } from "../manifest/argo.js";
import { analyzeDag } from "./unapproved-dag.js";
import { dependsTruth, namesOf } from "./unapproved-depends.js";
import {
  analyzeSteps,
  continues,
  endOfCall,
  isLoop,
  type Outcome,
  type Scene,
} from "./unapproved-outcomes.js";

/** `gate`: nobody approves it. `ok`: may end either way. */
const scene: Scene = {
  known: new Map(),
  endsOf: ({ template }) => new Set<Outcome>(template === "gate" ? ["Failed"] : ["Succeeded", "Failed"]),
};
const call = (name: string, template: string, more: Partial<DAGTask> = {}): DAGTask => ({
  name,
  template,
  ...more,
});
const sorted = (outcomes: Iterable<string>): string => [...outcomes].toSorted().join(" ");

describe("what `depends` may come to", () => {
  const truth = (task: Partial<DAGTask>, ends: Record<string, string>, loops: Partial<Call> = {}): string => {
    const { mayBeTrue, mayBeFalse } = dependsTruth({ name: "x", template: "ok", ...task }, (name) => {
      const outcomes = ends[name];
      if (outcomes === undefined) return undefined;
      const all = new Set(outcomes.split(" ").filter((word) => word !== "") as Outcome[]);
      return { task: call(name, "ok", loops), outcomes: all };
    });
    return `${mayBeTrue ? "true" : ""}${mayBeTrue && mayBeFalse ? " or " : ""}${mayBeFalse ? "false" : ""}`;
  };
  it.each<[depends: string, ends: Record<string, string>, may: string]>([
    ["a", { a: "Succeeded" }, "true"],
    ["a", { a: "Failed" }, "false"],
    ["a", { a: "Succeeded Failed" }, "true or false"],
    ["a", { a: "Skipped" }, "true"],
    ["a", { a: "Omitted" }, "false"],
    ["a.Succeeded", { a: "Skipped" }, "false"],
    ["a.Failed", { a: "Failed" }, "true or false"],
    ["a.Errored", { a: "Failed" }, "true or false"],
    ["a.Failed || a.Errored", { a: "Failed" }, "true"],
    ["a.Failed || a.Errored", { a: "Succeeded" }, "false"],
    ["a.Skipped", { a: "Skipped" }, "true"],
    ["a.Omitted", { a: "Omitted" }, "true"],
    ["a.Daemoned", { a: "Succeeded Failed Skipped Omitted" }, "false"],
    ["!a", { a: "Failed" }, "true"],
    ["a && b", { a: "Succeeded", b: "Failed" }, "false"],
    ["a || b", { a: "Succeeded", b: "Failed" }, "true"],
    ["a || b", { a: "Succeeded Failed", b: "Failed" }, "true or false"],
    ["a && !a", { a: "Succeeded Failed" }, "false"],
    ["a.AnySucceeded", { a: "Succeeded" }, "false"],
    ["a && b", { a: "", b: "Succeeded" }, ""],
    ["a || b", { a: "", b: "Succeeded" }, ""],
    ["a && gone", { a: "Failed" }, "true or false"],
    ["a &&", { a: "Failed" }, "true or false"],
    ["", {}, "true"],
  ])("%j when %j: %s", (depends, ends, may) => {
    expect(truth({ depends }, ends)).toBe(may);
  });
  it("is as little known of a loop's items as what they gave", () => {
    for (const loop of [{ withItems: [1] }, { withParam: "x" }, { withSequence: { count: 1 } }]) {
      expect(truth({ depends: "a.AnySucceeded" }, { a: "Succeeded" }, loop)).toBe("true or false");
      expect(truth({ depends: "a.AnySucceeded" }, { a: "Failed" }, loop)).toBe("false");
      expect(truth({ depends: "a.AllFailed" }, { a: "Failed" }, loop)).toBe("true or false");
      expect(truth({ depends: "a" }, { a: "Failed" }, loop)).toBe("false");
      expect(truth({ depends: "a" }, { a: "Succeeded" }, loop)).toBe("true");
    }
    expect(truth({ depends: "a.AllFailed" }, { a: "Failed" })).toBe("false");
  });
  it("is read from `dependencies` with what each one continues on", () => {
    const dependencies = ["a"];
    expect(truth({ dependencies }, { a: "Failed" })).toBe("false");
    expect(truth({ dependencies }, { a: "Failed" }, { continueOn: { failed: true } })).toBe("true or false");
    expect(truth({ dependencies }, { a: "Failed" }, { continueOn: { error: true } })).toBe("true or false");
    expect(truth({ dependencies }, { a: "Failed" }, { continueOn: { failed: true, error: true } })).toBe(
      "true",
    );
    expect(truth({ dependencies: ["a", "b"] }, { a: "Succeeded", b: "Failed" })).toBe("false");
    expect(truth({}, {})).toBe("true");
  });
  describe("of more tasks than there is time to combine", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const open = Object.fromEntries(names.map((name) => [name, "Succeeded Failed"]));
    const any = (name: string) => `(${name}.Succeeded || ${name}.Failed || ${name}.Errored)`;
    it("is exact up to 256 combinations", () => {
      const four = Object.fromEntries(names.slice(0, 4).map((name) => [name, "Succeeded Failed Skipped"]));
      const always = names.slice(0, 4).map((name) => `(${any(name)} || ${name}.Skipped)`);
      expect(truth({ depends: always.join(" && ") }, four)).toBe("true");
    });
    it("errs to both above that, and still tells what cannot hold", () => {
      expect(truth({ depends: names.map(any).join(" && ") }, open)).toBe("true or false");
      expect(truth({ depends: names.join(" && ") }, { ...open, f: "Failed" })).toBe("false");
      expect(truth({ depends: names.join(" || ") }, { ...open, f: "Failed" })).toBe("true or false");
      const [, ...others] = names;
      const six = Object.fromEntries([...others, "g"].map((name) => [name, "Succeeded Failed"]));
      expect(truth({ depends: ["a", ...others, "g"].join(" || ") }, { ...six, a: "Succeeded" })).toBe("true");
      expect(truth({ depends: `!(${names.join(" && ")})` }, { ...open, f: "Failed" })).toBe("true or false");
    });
  });
  it("names the tasks that are waited for, none when they cannot be read", () => {
    expect(namesOf(call("x", "ok", { depends: "a.Failed && (b || !c-d)" }))).toEqual(["a", "b", "c-d"]);
    expect(namesOf(call("x", "ok", { dependencies: ["a", "b"] }))).toEqual(["a", "b"]);
    expect(namesOf(call("x", "ok", { depends: "a &&" }))).toEqual([]);
    expect(namesOf(call("x", "ok"))).toEqual([]);
  });
});

describe("how a call may end", () => {
  it.each<[what: string, call: Call, outcomes: string, starts: boolean]>([
    ["a gate", call("a", "gate"), "Failed", true],
    ["a step", call("a", "ok"), "Failed Succeeded", true],
    ["a step that is left out", call("a", "ok", { when: "false" }), "Failed Skipped", false],
    ["a step that is always there", call("a", "gate", { when: "true" }), "Failed", true],
    ["a step that may be left out", call("a", "gate", { when: "{{x}}" }), "Failed Skipped", true],
    ["a gate for each of some items", call("a", "gate", { withItems: [1] }), "Failed", true],
    ["a gate for none", call("a", "gate", { withItems: [] }), "Failed Skipped Succeeded", true],
    ["a gate for what is given", call("a", "gate", { withParam: "{{x}}" }), "Failed Skipped Succeeded", true],
    [
      "a gate for a sequence",
      call("a", "gate", { withSequence: { count: 2 } }),
      "Failed Skipped Succeeded",
      true,
    ],
    [
      "a loop that is left out",
      call("a", "gate", { withItems: [1], when: "false" }),
      "Failed Skipped Succeeded",
      false,
    ],
    [
      "a loop that goes on over failures",
      call("a", "gate", { withItems: [1], continueOn: { failed: true } }),
      "Failed Succeeded",
      true,
    ],
    [
      "a gate that goes on over failures",
      call("a", "gate", { continueOn: { failed: true } }),
      "Failed",
      true,
    ],
  ])("%s", (_what, given, outcomes, starts) => {
    const end = endOfCall(given, scene);
    expect([sorted(end.outcomes), end.starts]).toEqual([outcomes, starts]);
  });
  it("continues on what it says, and on nothing else", () => {
    expect(continues(call("a", "ok"))).toBe(false);
    expect(continues(call("a", "ok", { continueOn: {} }))).toBe(false);
    expect(continues(call("a", "ok", { continueOn: { failed: false, error: true } }))).toBe(true);
    expect(continues(call("a", "ok", { continueOn: { failed: true } }))).toBe(true);
    expect(isLoop(call("a", "ok"))).toBe(false);
    expect(isLoop(call("a", "ok", { withParam: "x" }))).toBe(true);
  });
});

describe("the groups of a steps template", () => {
  const steps = (...groups: Call[][]): [ends: string, reached: string[]] => {
    const { outcomes, reached } = analyzeSteps(groups, scene);
    return [
      sorted(outcomes),
      reached.map(({ path, starts }) => `${path.join(".")}${starts ? "" : " not started"}`),
    ];
  };
  it("end with the first that cannot end well", () => {
    expect(steps([call("a", "ok")], [call("g", "gate"), call("b", "ok")], [call("c", "ok")])).toEqual([
      "Failed",
      ["steps.0.0", "steps.1.0", "steps.1.1"],
    ]);
    expect(steps([call("a", "ok")], [call("b", "ok")])).toEqual([
      "Failed Succeeded",
      ["steps.0.0", "steps.1.0"],
    ]);
    expect(steps()).toEqual(["Failed Succeeded", []]);
  });
  it("go on over what is skipped, or what they say", () => {
    const last = call("c", "ok");
    expect(steps([call("g", "gate", { when: "{{x}}" })], [last])[1]).toContain("steps.1.0");
    expect(steps([call("g", "gate", { continueOn: { error: true } })], [last])[1]).toContain("steps.1.0");
    expect(steps([call("g", "gate", { when: "false" })], [last])).toEqual([
      "Failed Succeeded",
      ["steps.0.0 not started", "steps.1.0"],
    ]);
  });
});

describe("the tasks of a DAG", () => {
  const dag = (tasks: DAGTask[], target?: string): string => {
    const { outcomes, reached } = analyzeDag({ tasks, ...(target === undefined ? {} : { target }) }, scene);
    expect(reached.map(({ path }) => path)).toEqual(tasks.map((_, index) => ["dag", "tasks", index]));
    const started = reached.filter(({ starts }) => starts).map(({ call: { name } }) => name);
    return `${started.join(" ")}: ${sorted(outcomes)}`;
  };
  const gate = call("g", "gate");
  const plan = call("p", "ok");
  it.each<[what: string, ends: string, tasks: DAGTask[], target?: string]>([
    ["a gate alone", "g: Failed", [gate]],
    ["a plan alone", "p: Failed Succeeded", [plan]],
    ["what waits for a gate", "g: Failed", [gate, call("b", "ok", { depends: "g" })]],
    [
      "what waits behind that",
      "g: Failed",
      [gate, call("b", "ok", { depends: "g" }), call("c", "ok", { depends: "b" })],
    ],
    [
      "whatever order they stand in",
      "g: Failed",
      [call("c", "ok", { depends: "b" }), call("b", "ok", { depends: "g" }), gate],
    ],
    ["what waits for a plan", "b p: Failed Succeeded", [call("b", "ok", { depends: "p" }), plan]],
    [
      "what runs when a gate is refused",
      "g b: Failed Succeeded",
      [gate, call("b", "ok", { depends: "g.Failed" })],
    ],
    [
      "what runs when a gate's dependant was left out",
      "g c: Failed Succeeded",
      [gate, call("b", "ok", { depends: "g" }), call("c", "ok", { depends: "b.Omitted" })],
    ],
    [
      "what runs when a plan was skipped",
      "b: Failed Succeeded",
      [call("p", "ok", { when: "false" }), call("b", "ok", { depends: "p.Skipped" })],
    ],
    ["a gate beside a plan", "g p: Failed", [gate, plan]],
    ["a gate that is no target", "g p: Failed Succeeded", [gate, plan], " p "],
    ["a gate that is one of two targets", "g p: Failed", [gate, plan], "p  g"],
    ["an empty target", "g p: Failed", [gate, plan], " "],
    [
      "a gate that failures do not stop",
      "g: Failed Succeeded",
      [call("g", "gate", { continueOn: { failed: true } })],
    ],
    ["a task that is skipped", ": Failed Succeeded", [call("p", "ok", { when: "false" })]],
    [
      "a task that is skipped behind a gate",
      "g: Failed",
      [gate, call("p", "ok", { when: "false", depends: "g" })],
    ],
    [
      "a task that is skipped behind a plan",
      "p: Failed Succeeded",
      [plan, call("b", "gate", { when: "false", depends: "p" })],
    ],
    [
      "a task left out behind a plan that went well",
      "p b: Failed Succeeded",
      [plan, call("b", "gate", { depends: "p.Failed" })],
    ],
    [
      "a task left out behind a plan and a gate",
      "p g: Failed",
      [plan, gate, call("b", "ok", { depends: "p && g" })],
    ],
    [
      "two tasks of one name",
      "p p b: Failed",
      [plan, call("p", "gate"), call("b", "gate", { depends: "p" })],
    ],
    [
      "a task that waits for one that is not there",
      "b: Failed Succeeded",
      [call("b", "ok", { depends: "gone" })],
    ],
    ["a `depends` that cannot be read", "b: Failed Succeeded", [call("b", "ok", { depends: "g &&" })]],
    [
      "tasks that wait for each other",
      ": Failed",
      [call("a", "ok", { depends: "b" }), call("b", "ok", { depends: "a" })],
      "a",
    ],
    ["no tasks", ": Failed Succeeded", []],
  ])("%s", (_what, ends, tasks, target) => {
    expect(dag(tasks, target)).toBe(ends);
  });
});

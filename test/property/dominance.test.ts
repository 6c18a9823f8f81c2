import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call, DAGTask, Template, WorkflowSpec } from "../../src/manifest/argo.js";
import { findUnguarded } from "../../src/policy/dominance.js";
import { exploreUnapproved } from "../support/unapproved-worlds.js";

const container = { image: "busybox", command: ["true"] };
const leaves: Template[] = [
  { name: "plan", container },
  { name: "protected", container, serviceAccountName: "deployer" },
  { name: "gate", suspend: {} },
  {
    name: "ask",
    suspend: {},
    inputs: { parameters: [{ name: "answer", default: "NO", enum: ["YES", "NO"] }] },
    outputs: { parameters: [{ name: "answer", valueFrom: { supplied: {} } }] },
  },
  { name: "delay", suspend: { duration: "1s" } },
];
const guarded = { serviceAccounts: ["deployer"], secrets: [], templates: [] };

interface Draft {
  template: string;
  when: [what: string, of: number] | undefined;
  continueOn: Call["continueOn"];
  withItems: string[] | undefined;
  onExit: string | undefined;
  depends: [what: string, of: number] | undefined;
}
type Shape = { kind: "steps" | "dag"; calls: Draft[]; together: boolean[]; target: number | undefined };

const often = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 1 });
const rare = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const leaf = fc.constantFrom("plan", "protected", "gate", "ask", "delay");
const order = fc.integer({ min: 0, max: 3 });

function draft(callees: string[]): fc.Arbitrary<Draft> {
  return fc.record({
    template: fc.oneof(leaf, { weight: 4, arbitrary: fc.constantFrom(...callees) }),
    when: rare(
      fc.tuple(fc.constantFrom("== 'YES'", "== 'YES'", "!= 'NO'", "== 'NO'", "true", "false"), order),
    ),
    continueOn: rare(fc.constantFrom({ failed: true }, { error: true }, { failed: true, error: true })),
    withItems: rare(fc.constantFrom([], ["a"], ["a", "b"])),
    onExit: rare(leaf),
    depends: often(
      fc.tuple(
        fc.constantFrom(
          "X",
          "X",
          "X.Succeeded",
          "X.Failed",
          "!X.Succeeded",
          "X.Omitted || X.Skipped",
          "X.AnySucceeded",
        ),
        order,
      ),
    ),
  });
}
function shape(callees: string[]): fc.Arbitrary<Shape> {
  return fc.record({
    kind: fc.constantFrom("steps" as const, "dag" as const),
    calls: fc
      .tuple(draft(["gate", "gate", "ask"]), fc.array(draft(["protected", ...callees]), { maxLength: 3 }))
      .map(([first, rest]) => [first, ...rest]),
    together: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    target: rare(order),
  });
}

const spec: fc.Arbitrary<WorkflowSpec> = fc
  .record({
    main: shape(["inner"]),
    inner: shape(["gate"]),
    onExit: rare(fc.constantFrom("protected", "inner")),
  })
  .map(({ main, inner, onExit }) => ({
    entrypoint: "main",
    templates: [templateOf("main", main), templateOf("inner", inner), ...leaves],
    ...(onExit === undefined ? {} : { onExit }),
  }));

function templateOf(name: string, { kind, calls, together, target }: Shape): Template {
  if (kind === "dag") {
    const tasks = calls.map((each, index): DAGTask => {
      const [what, of] = each.depends ?? ["", 0];
      const depends = index === 0 ? "" : what.replaceAll("X", `c${of % index}`);
      return { ...callOf(each, index, "tasks", calls.length), ...(depends === "" ? {} : { depends }) };
    });
    return { name, dag: { tasks, ...(target === undefined ? {} : { target: `c${target % calls.length}` }) } };
  }
  const steps: Call[][] = [];
  calls.forEach((each, index) => {
    const call = callOf(each, index, "steps", calls.length);
    if (together[index] === true && index > 0 && index % 2 === 0) steps.at(-1)?.push(call);
    else steps.push([call]);
  });
  return { name, steps };
}

function callOf(each: Draft, index: number, prefix: "steps" | "tasks", count: number): Call {
  const [what, of] = each.when ?? ["", 0];
  const text = what.includes(" ") ? `'{{${prefix}.c${of % count}.outputs.parameters.answer}}' ${what}` : what;
  return {
    name: `c${index}`,
    template: each.template,
    ...(text === "" ? {} : { when: text }),
    ...(each.continueOn === undefined ? {} : { continueOn: each.continueOn }),
    ...(each.withItems === undefined ? {} : { withItems: each.withItems }),
    ...(each.onExit === undefined ? {} : { onExit: each.onExit }),
  };
}

describe("the ways that a run can take without an approval", () => {
  const when = "'{{steps.c0.outputs.parameters.answer}}' == 'YES'";
  const apply: Call = { name: "c1", template: "protected", when };
  it.each<[string, Call]>([
    ["rejected", { name: "c0", template: "ask", continueOn: { failed: true } }],
    ["skipped", { name: "c0", template: "ask", when: "false" }],
  ])("hold one on which a pod forges what a gate gives that was %s", (_what, ask) => {
    const given: WorkflowSpec = {
      entrypoint: "main",
      templates: [{ name: "main", steps: [[ask], [{ name: "p", template: "plan" }], [apply]] }, ...leaves],
    };
    expect([...exploreUnapproved(given).started]).toContain("protected");
    expect(findUnguarded(given, guarded)).toHaveLength(1);
  });
});

describe("the proof that protected steps run only behind an approved gate", () => {
  it("holds against every way that the interpreter can take without an approval", () => {
    const count = { refused: 0, needlessly: 0, accepted: 0, guarded: 0 };
    fc.assert(
      fc.property(spec, (given) => {
        const proven = findUnguarded(given, guarded).length === 0;
        const { started, complete } = exploreUnapproved(given);
        if (proven) expect([...started]).not.toContain("protected");
        if (proven) count.accepted += 1;
        if (proven && exploreUnapproved(given, { approve: true }).started.has("protected"))
          count.guarded += 1;
        else count.refused += 1;
        if (!proven && complete && !started.has("protected")) count.needlessly += 1;
      }),
      {
        numRuns: Number(process.env["SLUICE_PROPERTY_RUNS"] ?? 300),
        seed: Number(process.env["SLUICE_PROPERTY_SEED"] ?? 7),
      },
    );
    if (process.env["SLUICE_PROPERTY_RUNS"] !== undefined) console.log(count);
    // A proof that refuses all, or a generator that never tempts it, would show nothing.
    expect(count.guarded).toBeGreaterThan(15);
    expect(count.refused).toBeGreaterThan(50);
  });
});

import { Session } from "node:inspector/promises";
import { expect, it } from "vitest";
import { checkManifests } from "../../src/manifest/check.js";
import { lintPolicy } from "../../src/policy/lint-policy.js";

const spec = (rest: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: x}\nspec:\n  entrypoint: main\n${rest}`;
const main = (rest: string) => spec(`  templates:\n    - name: main\n${rest}`);
function fill(length: number, part: (index: number) => string): string {
  let text = "";
  for (let index = 0; text.length < length; index += 1) text += part(index);
  return text;
}

/** What somebody who may push could write to keep the server busy, of about so many characters. */
const hostile: Record<string, (length: number) => string> = {
  "deep lists": (length) => "[".repeat(length),
  "deep maps": (length) => fill(length, () => "{a: "),
  "many templates": (length) =>
    spec(`  templates:\n${fill(length, (i) => `    - {name: t${i}, suspend: {}}\n`)}`),
  "templates of one name": (length) =>
    spec(`  templates:\n${fill(length, () => "    - {name: a, suspend: {}}\n")}`),
  "templates that are none": (length) => spec(`  templates:\n${fill(length, () => "    - 1\n")}`),
  "unknown fields": (length) => main(`      container:\n${fill(length, (i) => `        f${i}: 1\n`)}`),
  "many steps": (length) =>
    main(`      steps:\n${fill(length, (i) => `        - - {name: s${i}, template: main}\n`)}`),
  "steps of nothing": (length) =>
    main(`      steps:\n${fill(length, (i) => `        - - {name: s${i}, template: n${i}}\n`)}`),
  "inline templates": (length) =>
    main(`      steps:\n${fill(length, (i) => `        - - {name: s${i}, inline: {suspend: {}}}\n`)}`),
  "a long chain of tasks": (length) =>
    main(
      `      dag:\n        tasks:\n${fill(length, (i) => `          - {name: s${i}, template: main, depends: "${i > 0 ? `s${i - 1}` : ""}"}\n`)}`,
    ),
  "templates that call each other": (length) =>
    spec(
      `  templates:\n${fill(length, (i) => `    - {name: t${i}, steps: [[{name: a, template: t${i + 1}}]]}\n`)}`,
    ),
  references: (length) =>
    main(`      container: {image: a, args: ["${fill(length, (i) => `{{steps.a${i}.outputs.result}}`)}"]}\n`),
  expressions: (length) =>
    main(`      container: {image: "${fill(length, () => `{{=${"(".repeat(200)}}}`)}"}\n`),
  parameters: (length) =>
    spec(
      `  arguments:\n    parameters:\n${fill(length, (i) => `      - {name: p${i}, value: "{{workflow.parameters.p${i}}}"}\n`)}`,
    ),
  aliases: (length) => `a: &a [x,x,x,x,x,x,x,x]\n${fill(length, (i) => `b${i}: [*a,*a,*a,*a]\n`)}`,
  documents: (length) => fill(length, () => "---\nkind: Workflow\n"),
  tabs: (length) => fill(length, () => "\ta: b\n"),
  colons: (length) => fill(length, () => "a: b: c\n"),
  "wrong indentation": (length) =>
    spec(`  templates:\n${fill(length, (i) => `  - name: t${i}\n   suspend: {}\n`)}`),
  "tags of a chart": (length) => main(`      container: {image: "${fill(length, () => "{{`{{x}}`}}")}"}\n`),
};

/** How often functions and blocks were entered: the same on any machine, whatever else it does. */
async function workOf(session: Session, text: string): Promise<number> {
  await session.post("Profiler.takePreciseCoverage");
  const { manifests } = checkManifests([{ path: ".workflows/a.yaml", text }]);
  lintPolicy(manifests);
  const { result } = await session.post("Profiler.takePreciseCoverage");
  const ranges = result.flatMap(({ functions }) => functions.flatMap((each) => each.ranges));
  return ranges.reduce((sum, { count }) => sum + count, 0);
}

it.each(Object.entries(hostile))("%s cost no more than their length", async (_name, text) => {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  try {
    // The first reading fills what is filled once.
    await workOf(session, text(1000));
    const small = await workOf(session, text(10_000));
    const large = await workOf(session, text(40_000));
    expect(large / small, "four times the text, a little more than four times the work").toBeLessThan(6);
    expect(large / 40_000, "entries for each character").toBeLessThan(400);
  } finally {
    await session.post("Profiler.stopPreciseCoverage");
    session.disconnect();
  }
});

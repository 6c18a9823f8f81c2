import { describe, expect, it } from "vitest";
import { explain, problemsOf } from "./explain.js";
import { makeManifest } from "./manifest-maker.js";
import type { Problem } from "../manifest/problem.js";

const manifest = (name: string, on?: string, kind = "Workflow") =>
  makeManifest(
    `kind: ${kind}\nmetadata:\n  name: ${name}\n${on === undefined ? "" : `  annotations:\n    sluice.dev/on: "${on}"\n`}spec: {}\n`,
    `.workflows/${name}.yaml`,
  );
const all = [
  manifest("docs", "push: { paths: [docs/**] }"),
  manifest("every"),
  manifest("library", undefined, "WorkflowTemplate"),
  manifest("promote", "dispatch: {}"),
  manifest("broken", "push: {}"),
];
const problem: Problem = {
  severity: "error",
  rule: "x",
  message: "x",
  position: { file: ".workflows/broken.yaml", line: 4, column: 1, endLine: 4, endColumn: 2 },
};
const known = { problems: [problem], changedFiles: ["src/a.ts"] };

describe("an explanation", () => {
  it("says of every manifest what an event does and why", () => {
    const said = explain(all, { event: "push", ref: "refs/heads/main" }, known);
    expect(said.map(({ manifest: name, result }) => [name, result])).toEqual([
      ["docs", "skipped"],
      ["every", "run"],
      ["library", "no"],
      ["promote", "no"],
      ["broken", "problems"],
    ]);
    expect(said.map(({ reason }) => reason)).toEqual([
      "none of the changed files is in the trigger's paths",
      "the push to main matches",
      "it has no trigger: it is a library for the other manifests",
      "the manifest does not listen to pushes",
      "it has 1 problem to mend first",
    ]);
  });
  it("lets /run start only the manifest that it names", () => {
    const said = explain(all, { event: "dispatch", name: "promote" }, known);
    expect(said.filter(({ result }) => result === "run").map(({ manifest: name }) => name)).toEqual([
      "promote",
    ]);
  });
  it("gives a problem to the document whose lines it is on", () => {
    expect(all.filter((each) => problemsOf(each, all, [problem]).length > 0)).toEqual([all[4]]);
  });
});

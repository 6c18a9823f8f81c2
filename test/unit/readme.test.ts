import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandNames } from "../../src/policy/command.js";
import { makeManifest } from "../../src/policy/manifest-maker.js";
import { parseTrigger } from "../../src/policy/trigger.js";

const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");

it("shows a trigger that has every event and is understood", () => {
  const block =
    /^ {4}metadata:\n(?: {4}.*\n)+/m.exec(readme.slice(readme.indexOf("### Triggers")))?.[0] ?? "";
  const { trigger, problems } = parseTrigger(
    makeManifest(`kind: Workflow\n${block.replaceAll(/^ {4}/gm, "")}`),
  );
  expect(problems).toEqual([]);
  expect(Object.keys(trigger ?? {}).toSorted()).toEqual(
    ["push", "pullRequest", "comment", "mergeGroup", "release", "schedule", "dispatch"].toSorted(),
  );
});

it("names every command", () => {
  const section = readme.slice(readme.indexOf("## Commands"), readme.indexOf("## Security model"));
  expect(commandNames.filter((name) => !section.includes(`\`/${name}`))).toEqual([]);
});

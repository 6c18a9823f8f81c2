import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readImages } from "../../src/cli/run-images.js";
import { Configuration, parseConfiguration } from "../../src/policy/configuration.js";
import { annotation } from "../../src/run/metadata.js";
import { commandNames } from "../../src/policy/command.js";
import { makeManifest } from "../../src/policy/manifest-maker.js";
import { parseTrigger } from "../../src/policy/trigger.js";

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The first indented block of a text that begins with these words, without its indentation. */
function blockOf(text: string, start: string): string {
  const [, after = ""] = text.split(`\n    ${start}`, 2);
  const [rest = ""] = after.split(/\n(?! {4})/, 1);
  return `${start}${rest}`.replaceAll(/^ {4}/gm, "");
}

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

it("names every annotation that a manifest may carry, and no other", () => {
  const table = readme.slice(readme.indexOf("## The manifest reference"), readme.indexOf("### Triggers"));
  const rows = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  const { on, tokenPermissions, approvals, approvers, approve, codeOwners, ...others } = annotation;
  const { rejectOnChanges, comment, environment, title } = others;
  const written = [on, tokenPermissions, approvals, approvers, approve, codeOwners];
  expect(rows).toEqual([...written, rejectOnChanges, comment, environment, title]);
});

it("shows an images file that can be read", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-readme-"));
  try {
    mkdirSync(join(folder, "stand-ins/argosay"), { recursive: true });
    const file = join(folder, "images.yaml");
    writeFileSync(file, blockOf(readme, "argoproj/argosay:*:"));
    const [rule, ...more] = readImages(file);
    expect(more).toEqual([]);
    expect(rule).toMatchObject({ image: "argoproj/argosay:*", entrypoint: ["/argosay"] });
    expect(rule?.command).toEqual(["echo", "hello"]);
    expect(rule?.mounts).toHaveLength(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("shows commands that there are, with the options that they have", () => {
  const program = readFileSync(join(root, "src/cli/main.ts"), "utf8");
  const shown = [...readme.matchAll(/^ {4}npm run -s sluice -- ([^#\n]+)/gm)].map(([, line = ""]) => line);
  expect(shown.length).toBeGreaterThan(6);
  for (const line of shown) {
    const [name = "", ...words] = line.trim().split(/\s+/);
    const [, own = ""] = program.split(`.command("${name}")`);
    expect(own, line).not.toBe("");
    const [options = ""] = own.split('.command("', 1);
    for (const word of words.filter((each) => each.startsWith("-")))
      expect(options, line).toMatch(new RegExp(`ption\\(\\s*"[^"]*(?<![\\w-])${word}(?![\\w-])`));
  }
});

it("has a configuration in the table of attacks that names everything a repository can be given", () => {
  const security = readFileSync(join(root, "docs/security.md"), "utf8");
  const [policy] = parseConfiguration(blockOf(security, "repositories:"), "docs/security.md").repositories;
  const { repositories } = Configuration.shape;
  expect(Object.keys(policy ?? {}).toSorted()).toEqual(
    Object.keys(repositories.unwrap().element.shape).toSorted(),
  );
});

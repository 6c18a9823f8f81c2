import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lint } from "./lint.js";

const GOOD =
  "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: { name: a }\nspec:\n  entrypoint: main\n  templates:\n    - { name: main, suspend: {} }\n";

describe("lint", () => {
  let folder: string;
  let output: string;
  const out = (text: string): void => {
    output += text;
  };

  beforeEach(async () => {
    output = "";
    folder = await mkdtemp(join(tmpdir(), "lint-"));
    await mkdir(join(folder, ".workflows/deep"), { recursive: true });
    await mkdir(join(folder, "node_modules"));
    await writeFile(join(folder, "node_modules/x.yaml"), "a: 1");
    await writeFile(join(folder, ".workflows/good.yaml"), GOOD);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("says nothing of good manifests but their number", async () => {
    expect(await lint([folder], { json: false }, out)).toBe(0);
    expect(output).toBe("0 errors, 0 warnings, 0 notices in 1 file\n");
  });

  it("prints the line with a caret, and the hint", async () => {
    const path = join(folder, ".workflows/deep/bad.yml");
    await writeFile(path, GOOD.replace("entrypoint: main", "entrypoint: mian"));
    expect(await lint([folder], { json: false }, out)).toBe(1);
    expect(output).toBe(
      [
        `${path}:5:15: error unknown-template: There is no template \`mian\` for this entrypoint.`,
        "      entrypoint: mian",
        "                  ^^^^",
        "    hint: Did you mean `main`?",
        "1 error, 0 warnings, 0 notices in 2 files\n",
      ].join("\n"),
    );
  });

  it("prints JSON, and exits with 2 when a path cannot be read", async () => {
    expect(await lint([join(folder, "absent.yaml"), folder], { json: true }, out)).toBe(2);
    expect(JSON.parse(output)).toMatchObject([{ severity: "error", rule: "unreadable" }]);
  });
});

import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: join("src", path), text: readFileSync(join(root, "src", path), "utf8") }));

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
}

describe("the layout", () => {
  it("reaches engine/argo from compose.ts only", () => {
    const users = sources.filter(
      ({ path, text }) =>
        !path.startsWith("src/engine/argo/") && importsOf(text).some((name) => name.includes("engine/argo/")),
    );
    expect(users.map(({ path }) => path).filter((path) => path !== "src/compose.ts")).toEqual([]);
  });

  it("keeps Octokit and Kubernetes clients in their folders", () => {
    const octokit = /^src\/(github|server|simulator|cli)\/|^src\/compose\.ts$/;
    for (const { path, text } of sources) {
      for (const name of importsOf(text)) {
        if (name.startsWith("@octokit/")) expect(path).toMatch(octokit);
        if (name.startsWith("@kubernetes/")) expect(path).toMatch(/^src\/engine\/argo\//);
      }
    }
  });

  it("tests the core without mocks", () => {
    const core = /^src\/(lib|expression|manifest|run|policy|report)\/.*\.test\.ts$/;
    for (const { path, text } of sources.filter((source) => core.test(source.path))) {
      expect(/vi\.(mock|fn|spyOn)|nock/.test(text), path).toBe(false);
    }
  });
});

describe("the lint rule", () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "sluice-layout-"));
    cpSync(join(root, "src"), join(copy, "src"), { recursive: true });
    cpSync(join(root, ".oxlintrc.json"), join(copy, ".oxlintrc.json"));
    cpSync(join(root, "package.json"), join(copy, "package.json"));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  function lint(file: string, text: string): string {
    const path = join(copy, file);
    writeFileSync(path, text);
    try {
      execFileSync(join(root, "node_modules/.bin/oxlint"), ["--deny-warnings", relative(copy, path)], {
        cwd: copy,
        encoding: "utf8",
      });
      return "clean";
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    } finally {
      rmSync(path);
    }
  }

  const forbidden: [string, string][] = [
    ["src/lib/x.ts", "../manifest/argo.js"],
    ["src/expression/x.ts", "../manifest/argo.js"],
    ["src/manifest/x.ts", "../run/metadata.js"],
    ["src/run/x.ts", "../policy/event.js"],
    ["src/policy/x.ts", "../report/check.js"],
    ["src/report/x.ts", "../engine/engine.js"],
    ["src/policy/x.ts", "node:fs"],
    ["src/engine/engine-x.ts", "../app/ports.js"],
    ["src/engine/local/x.ts", "../../app/ports.js"],
    ["src/engine/local/interpreter/x.ts", "node:fs"],
    ["src/engine/local/x.ts", "../argo/argo-engine.js"],
    ["src/engine/argo/x.ts", "../local/local-engine.js"],
    ["src/engine/argo/x.ts", "../../app/ports.js"],
    ["src/cli/x.ts", "../engine/argo/argo-engine.js"],
    ["src/server/x.ts", "@kubernetes/client-node"],
    ["src/app/x.ts", "../github/octokit.js"],
    ["src/app/x.ts", "../engine/local/local-engine.js"],
    ["src/github/x.ts", "../engine/engine.js"],
    ["src/server/x.ts", "../github/octokit.js"],
    ["src/simulator/x.ts", "../app/ports.js"],
  ];
  it.each(forbidden)("forbids %s to import %s", (file, imported) => {
    expect(lint(file, `import * as x from "${imported}";\nexport { x };\n`)).toContain(
      "no-restricted-imports",
    );
  });

  it("allows what the layout allows", () => {
    expect(
      lint("src/run/x.ts", `import type { Path } from "../manifest/problem.js";\nexport type X = Path;\n`),
    ).toBe("clean");
  });

  it("forbids a cycle", () => {
    writeFileSync(
      join(copy, "src/lib/cycle-a.ts"),
      `import { b } from "./cycle-b.js";\nexport const a = () => b;\n`,
    );
    expect(
      lint("src/lib/cycle-b.ts", `import { a } from "./cycle-a.js";\nexport const b = () => a;\n`),
    ).toContain("no-cycle");
  });
});

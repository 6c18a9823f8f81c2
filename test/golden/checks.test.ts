import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CheckPayload } from "../../src/report/check.js";
import { situations, type Situation } from "./situations.js";

const folder = join(import.meta.dirname, "checks");
const shownAnnotations = 4;

/** `npx vitest run test/golden -u` writes the files anew: read what changed as a stranger would. */
describe("a check in each situation", () => {
  const all = situations();

  it.each(all.map((situation) => [situation.name, situation] as const))("%s", async (name, situation) => {
    await expect(print(situation)).toMatchFileSnapshot(join(folder, `${name}.md`));
  });

  it("has one file and one name", () => {
    const names = all.map(({ name }) => `${name}.md`);
    expect(readdirSync(folder).sort()).toEqual(names.toSorted());
    expect(names.length).toBeGreaterThanOrEqual(20);
  });
});

function print({ story, check }: Situation): string {
  const { status, conclusion, title, summary, text, actions } = check;
  const rows = [
    ["Check", check.name],
    ["State", conclusion === undefined ? status : `${status}, ${conclusion}`],
    ["Title", title],
    ["Buttons", actions.map(({ label }) => label).join(", ") || "none"],
    ...annotationRows(check),
  ];
  const head = rows.map(([name, value]) => `- ${name}: ${value}`).join("\n");
  const details = text === undefined ? "" : `\n\n<!-- The check's second part begins here. -->\n\n${text}`;
  return `<!-- ${story} -->\n\n${head}\n\n---\n\n${summary}${details}\n`;
}

function annotationRows({ annotations }: CheckPayload): string[][] {
  const rows = annotations.slice(0, shownAnnotations).map((each) => {
    const to = each.endLine === each.startLine ? "" : `-${each.endLine}`;
    const column = each.startColumn === undefined ? "" : `:${each.startColumn}`;
    return [
      "Annotation",
      `${each.level} at ${each.path}:${each.startLine}${to}${column} (${each.title}) ${each.message}`,
    ];
  });
  const more = annotations.length - rows.length;
  return more > 0 ? [...rows, ["Annotations", `${more} more`]] : rows;
}

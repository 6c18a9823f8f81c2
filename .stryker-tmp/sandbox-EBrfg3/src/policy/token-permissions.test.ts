import { describe, expect, it } from "vitest";
import { makeManifest } from "./manifest-maker.js";
import { parseTokenPermissions } from "./token-permissions.js";

function permissions(text?: string): ReturnType<typeof parseTokenPermissions> {
  const annotations =
    text === undefined ? "" : `\n  annotations:\n    sluice.dev/token-permissions: ${JSON.stringify(text)}`;
  return parseTokenPermissions(makeManifest(`kind: Workflow\nmetadata:\n  name: x${annotations}\n`));
}

describe("a token's permissions", () => {
  it("are to read contents by default, and only what is named otherwise", () => {
    expect(permissions().permissions).toEqual({ metadata: "read", contents: "read" });
    expect(permissions("pull-requests: write, issues: none").permissions).toEqual({
      metadata: "read",
      pull_requests: "write",
    });
  });
  it.each([
    "administration: write",
    "secrets: read",
    "members: read",
    "workflows: write",
    "actions: write",
    "metadata: write",
    "contents: admin",
    "contents",
    "contents: read, contents: write",
    "constructor: read",
    "__proto__: write",
  ])("cannot be %j", (text) => {
    const result = permissions(text);
    expect(result.problems).toHaveLength(1);
    expect(result.problems[0]).toMatchObject({ severity: "error", position: { line: 5 } });
    expect(Object.values(result.permissions)).not.toContain("write");
  });
});

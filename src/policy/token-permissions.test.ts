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
  const hint =
    "Write e.g. 'contents: read, pull_requests: write'; the names are contents, pull_requests, issues, deployments, packages, actions.";
  it.each([
    ["contents", "`contents` is not a permission and its level."],
    ["contents: admin", "`admin` is not a level of contents."],
    ["contents: Read", "`Read` is not a level of contents."],
    ["contents: read, contents: write", "`contents` is named twice."],
    ["contents: none, contents: write", "`contents` is named twice."],
    ["secrets: read", "A run's token cannot have `secrets`."],
    ["pull-request-s: read", "A run's token cannot have `pull_request_s`."],
    ["metadata: none", "A run's token cannot have `metadata`."],
    ["actions: write", "A run's token can only read `actions`."],
    ["contents: read write", "`contents: read write` is not a permission and its level."],
    ["x contents: read", "`x contents: read` is not a permission and its level."],
    ["1: read", "`1: read` is not a permission and its level."],
  ])("%j is answered with what would work", (text, message) => {
    expect(permissions(text).problems).toEqual([
      {
        severity: "error",
        rule: "token-permissions",
        message,
        hint,
        text,
        position: expect.objectContaining({ line: 5 }),
      },
    ]);
  });
  it.each([
    ["contents: write", { contents: "write" }],
    ["contents:write\n issues :  read ,,\n", { contents: "write", issues: "read" }],
    ["pull_requests: write, deployments: write", { pull_requests: "write", deployments: "write" }],
    ["packages: write, actions: read", { packages: "write", actions: "read" }],
    ["issues: write, metadata: read", { issues: "write" }],
    ["contents: none", {}],
    ["contents: read, , \n ", { contents: "read" }],
    ["", {}],
  ])("%j is given", (text, given) => {
    expect(permissions(text)).toEqual({ permissions: { metadata: "read", ...given }, problems: [] });
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

import { describe, expect, it } from "vitest";
import { parseConfiguration } from "./configuration.js";

describe("the server's configuration", () => {
  it("has defaults for everything", () => {
    expect(parseConfiguration("", "sluice.yaml")).toEqual({
      engine: "local",
      namespace: "sluice",
      local: { mounts: [] },
      repositories: [],
    });
  });
  it("names the key that is wrong and the file", () => {
    expect(() => parseConfiguration("enginee: local", "sluice.yaml")).toThrow(/sluice\.yaml.*enginee/);
    expect(() => parseConfiguration("local: {mounts: [relative]}", "x")).toThrow(
      /local\.mounts\.0: a mount is an absolute path/,
    );
  });
  it("does not expand aliases", () => {
    expect(() => parseConfiguration("a: &a [1]\nb: [*a, *a]", "x")).toThrow(/failed to read x/);
  });
});

import { describe, expect, it } from "vitest";
import type { Shape } from "./compile-fields.js";
import { pick, type MayUse, type Unpicked } from "./pick-fields.js";

function picked(value: unknown, shape: Shape, mayUse?: MayUse): { copy: unknown; unpicked: Unpicked[] } {
  const unpicked: Unpicked[] = [];
  const copy = pick(value, shape, ["spec"], (one) => unpicked.push(one), mayUse);
  return { copy, unpicked };
}
const shape: Shape = {
  fields: { name: "text", any: "plain", list: { list: "text" }, map: { map: { fields: { name: "text" } } } },
  ignored: ["labels"],
};

describe("a copy by an allow-list", () => {
  it("holds what the list names, and shares nothing with its source", () => {
    const value = { name: "a", any: { deep: [1] }, list: ["b"], map: { __proto__: null, k: { name: "c" } } };
    const { copy, unpicked } = picked(value, shape);
    expect(copy).toEqual({ name: "a", any: { deep: [1] }, list: ["b"], map: { k: { name: "c" } } });
    expect(unpicked).toEqual([]);
    value.any.deep.push(2);
    expect(copy).toMatchObject({ any: { deep: [1] } });
  });
  it("says of everything else where it stands", () => {
    const { copy, unpicked } = picked({ hostPath: "/", labels: {}, map: { k: { x: 1 } } }, shape);
    expect(copy).toEqual({ map: { k: {} } });
    expect(unpicked).toEqual([
      { path: ["spec", "hostPath"], kind: "refused", field: "hostPath" },
      { path: ["spec", "labels"], kind: "ignored", field: "labels" },
      { path: ["spec", "map", "k", "x"], kind: "refused", field: "x" },
    ]);
  });
  it("does not take a name of the prototype for one of the list", () => {
    for (const key of ["constructor", "toString", "__proto__"]) {
      const { copy, unpicked } = picked(JSON.parse(`{"${key}":{"a":1}}`), shape);
      expect(copy).toEqual({});
      expect(unpicked).toEqual([{ path: ["spec", key], kind: "refused", field: key }]);
    }
  });
  it.each<[what: string, value: unknown, shape: Shape, path: (string | number)[], field: string]>([
    ["a number as a name", { name: 7 }, shape, ["spec", "name"], "name"],
    ["a text as a list", { list: "a" }, shape, ["spec", "list"], "list"],
    ["a number in a list of texts", { list: ["a", 7] }, shape, ["spec", "list", 1], "1"],
    ["a list as a map", { map: [] }, shape, ["spec", "map"], "map"],
    ["a text in a map of objects", { map: { k: "x" } }, shape, ["spec", "map", "k"], "k"],
    ["a text as a whole", "x", shape, ["spec"], "spec"],
    ["null as a whole", null, shape, ["spec"], "spec"],
    ["a list as an account", { a: ["x"] }, { fields: { a: { named: "secrets" } } }, ["spec", "a"], "a"],
  ])("leaves out %s", (_what, value, by, path, field) => {
    const { copy, unpicked } = picked(value, by, () => true);
    expect(unpicked).toEqual([{ path, kind: "wrong-type", field }]);
    expect(JSON.stringify(copy ?? null)).not.toMatch(/7|x/);
  });
  it("says `spec` of what stands nowhere", () => {
    const unpicked: Unpicked[] = [];
    expect(pick([], shape, [], (one) => unpicked.push(one))).toBeUndefined();
    expect(unpicked).toEqual([{ path: [], kind: "wrong-type", field: "spec" }]);
  });
  it("holds an account or Secret only when the run may use it, by its kind and whole name", () => {
    const by: Shape = { fields: { account: { named: "serviceAccounts" }, key: { named: "secrets" } } };
    const asked: [string, string][] = [];
    const { copy, unpicked } = picked({ account: "a", key: "k" }, by, (identity, name) => {
      asked.push([identity, name]);
      return identity === "secrets";
    });
    expect(copy).toEqual({ key: "k" });
    expect(asked).toEqual([
      ["serviceAccounts", "a"],
      ["secrets", "k"],
    ]);
    const named = { identity: "serviceAccounts", name: "a" };
    expect(unpicked).toEqual([{ path: ["spec", "account"], kind: "not-given", field: "account", named }]);
    expect(picked({ key: "{{x}}" }, by, () => true).unpicked).toMatchObject([{ kind: "not-given" }]);
    expect(picked({ key: "k" }, by).unpicked).toMatchObject([{ kind: "not-given" }]);
  });
});

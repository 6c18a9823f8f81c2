import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workflow } from "../../manifest/argo.js";
import { volumeMounts } from "./volumes.js";

let folder: string;
beforeEach(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), "sluice-volumes-")))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a volume", () => {
  const folders = () => ({ own: join(folder, "a/own"), shared: join(folder, "a/shared") });
  function mount(subPath: string, volumes: object[] = [{ name: "v", emptyDir: {} }], name = "v") {
    const volumeClaimTemplates = [{ metadata: { name: "claim" } }];
    const workflow: Workflow = {
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Workflow",
      metadata: { name: "w" },
      spec: { volumes, volumeClaimTemplates },
    };
    const library = { workflowTemplates: {}, configMaps: { m: { k: "text" } } };
    const container = { volumeMounts: [{ name, mountPath: "/v", subPath }] };
    return volumeMounts({ name: "t" }, [container], workflow, library, folders());
  }

  it("has folders of its own", () => {
    expect(mount("x/y/")).toEqual([{ path: "/v", host: join(folder, "a/own/v/x/y") }]);
    expect(mount("x/../y")).toEqual([{ path: "/v", host: join(folder, "a/own/v/y") }]);
  });

  it("has none outside, and makes none there", () => {
    for (const subPath of ["..", "../v2", "../../../climbed", "x/../../../../climbed"])
      expect(() => mount(subPath), subPath).toThrow("subPath leads out of it");
    expect([readdirSync(folder), readdirSync(folders().own)]).toEqual([["a"], ["v"]]);
    const configMap = { name: "m", items: [{ key: "k", path: "../../../climbed" }] };
    expect(() => mount("", [{ name: "v", configMap }])).toThrow("leads out of it");
    expect(existsSync(join(folder, "climbed"))).toBe(false);
  });

  it("shows nothing outside through a link that a step has left in it", () => {
    const claim = join(folders().shared, "claim");
    mkdirSync(join(claim, "inner"), { recursive: true });
    mkdirSync(join(folder, "host"));
    symlinkSync("../../../host", join(claim, "out"));
    symlinkSync("/nowhere", join(claim, "dangling"));
    symlinkSync("inner", join(claim, "in"));
    for (const subPath of ["out", "out/deeper", "dangling", "dangling/x"])
      expect(() => mount(subPath, [], "claim"), subPath).toThrow("subPath leads out of it");
    expect(readdirSync(join(folder, "host"))).toEqual([]);
    expect(mount("in/x", [], "claim")).toEqual([{ path: "/v", host: join(claim, "inner/x") }]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { followConfiguration } from "../../src/cli/follow-configuration.js";
import type { ConfigurationSource } from "../../src/compose.js";
import { configurationFor, parseConfiguration } from "../../src/policy/configuration.js";

describe("the configuration of a running server", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-configuration-"));
  const path = join(directory, "sluice.yaml");
  const said: string[] = [];
  const log = {
    info: (_facts: object, message: string) => void said.push(message),
    error: (_facts: object, message: string) => void said.push(message),
  };
  let source: ConfigurationSource;
  let end: () => void;
  const needs = (approvals: number) => {
    writeFileSync(path, `repositories: [{ match: a/b, gates: { approvals: ${approvals} } }]\n`);
  };
  const needed = () => configurationFor(source.current(), "a/b").gates.approvals;
  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; tries < 200 && !condition(); tries += 1) await sleep(50);
  }

  beforeAll(() => {
    needs(1);
    source = followConfiguration(path, () => parseConfiguration(readFileSync(path, "utf8"), path));
    end = source.follow(log);
  });
  afterAll(() => {
    end();
    rmSync(directory, { recursive: true });
  });

  it("is read again when the file changes", async () => {
    needs(2);
    await until(() => needed() === 2);
    expect(needed()).toBe(2);
    expect(said).toContain("the configuration was read again");
  });
  it("is read again on SIGHUP, at once", () => {
    needs(3);
    process.emit("SIGHUP");
    expect(needed()).toBe(3);
  });
  it("keeps the last good configuration when the file is bad or gone, and says so", () => {
    writeFileSync(path, "repositories: [{ match: a/b, gatez: {} }]\n");
    process.emit("SIGHUP");
    expect(needed()).toBe(3);
    expect(said.at(-1)).toContain("stays in force");
    rmSync(path);
    process.emit("SIGHUP");
    expect(needed()).toBe(3);
    needs(4);
    process.emit("SIGHUP");
    expect(needed()).toBe(4);
  });
  it("cannot be bad from the start", () => {
    expect(() => followConfiguration(path, () => parseConfiguration("x: 1", path))).toThrow(/x/);
  });
});

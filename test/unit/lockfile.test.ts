import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

const root = join(import.meta.dirname, "../..");
const { lockfileVersion, packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
  lockfileVersion: number;
  packages: Record<string, Locked>;
};
const { dependencies, devDependencies, overrides } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
) as Record<string, Record<string, string>>;
const locked = Object.entries(packages).filter(([path]) => path !== "");

/** A package's tarball as every registry of npm names it. */
function isOfRegistry(path: string, { resolved, version }: Locked): boolean {
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const [last = ""] = name.split("/").slice(-1);
  // Without an address it is the configured registry's, under its name.
  return (
    resolved === undefined ||
    (resolved.startsWith("https:") && resolved.endsWith(`/-/${last}-${version}.tgz`))
  );
}

describe("the lockfile", () => {
  it("says of each package by its hash what it must be", () => {
    expect(lockfileVersion).toBe(3);
    expect(locked.length).toBeGreaterThan(100);
    const unsure = locked.filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity));
    expect(unsure.map(([path]) => path)).toEqual([]);
  });

  it("takes every package from the registry, none from git, an address or a folder", () => {
    const foreign = locked.filter(([path, entry]) => entry.link === true || !isOfRegistry(path, entry));
    expect(foreign.map(([path]) => path)).toEqual([]);
    const wanted = Object.values({ ...dependencies, ...devDependencies, ...overrides });
    expect(wanted.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("holds no package that runs a program when it is installed", () => {
    const scripted = locked.filter(([path, { hasInstallScript }]) => {
      const file = join(root, path, "package.json");
      if (!existsSync(file)) return hasInstallScript;
      const { scripts = {} } = JSON.parse(readFileSync(file, "utf8")) as { scripts?: Record<string, string> };
      const runs = ["preinstall", "install", "postinstall"].some((name) => scripts[name] !== undefined);
      return hasInstallScript === true || runs || existsSync(join(root, path, "binding.gyp"));
    });
    expect(scripted.map(([path]) => path)).toEqual([]);
  });
});

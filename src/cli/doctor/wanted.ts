import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

/** What Sluice needs of its GitHub App. */
export interface Wanted {
  permissions: [name: string, level: string][];
  events: string[];
}

const AppManifest = z.object({
  default_permissions: z.record(z.string(), z.string()),
  default_events: z.array(z.string()),
});

/** As `app.yml` registers it. */
export function readWanted(): Wanted {
  const text = readFileSync(new URL("../../../app.yml", import.meta.url), "utf8");
  const manifest = AppManifest.parse(parse(text));
  return { permissions: Object.entries(manifest.default_permissions), events: manifest.default_events };
}

const levels = ["none", "read", "write", "admin"];

function rank(level: string | undefined): number {
  return level === undefined ? 0 : levels.indexOf(level);
}

/** `name: level` of each that is granted less than is wanted. */
export function missingPermissions(granted: Record<string, string>, wanted: Wanted["permissions"]): string[] {
  return wanted
    .filter(([name, level]) => rank(granted[name]) < rank(level))
    .map(([name, level]) => `${name}: ${level}`);
}

/** `name: level` of each that is granted more than is wanted. */
export function surplusPermissions(granted: Record<string, string>, wanted: Wanted["permissions"]): string[] {
  const levelOf = new Map(wanted);
  return Object.entries(granted)
    .filter(([name, level]) => rank(level) > rank(levelOf.get(name)))
    .map(([name, level]) => `${name}: ${level}`);
}

export function missingEvents(subscribed: readonly string[], wanted: readonly string[]): string[] {
  return wanted.filter((event) => !subscribed.includes(event));
}

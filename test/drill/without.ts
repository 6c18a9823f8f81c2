import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Patch {
  file: string;
  from: string;
  to: string;
}

/** What keeps Sluice true, and how to take it out of the compiled sources. */
const safeguards: { [name: string]: readonly Patch[] } = {
  /** A run's name is the same for the same trigger. */
  name: [
    {
      file: "policy/run-name.js",
      from: 'hash.digest("hex").slice(0, hashDigits)',
      to: 'hash.update(String(Math.random())).digest("hex").slice(0, hashDigits)',
    },
  ],
  /** A check run that was created and not noted is found again by its external id. */
  adoption: [
    {
      file: "app/found-check.js",
      from: "stored.filter(({ externalId }) => externalId === check.externalId)",
      to: "[]",
    },
  ],
  /** A check run that arrives after the death of who asked for it is looked for. */
  late: [
    {
      file: "app/settle-late.js",
      from: "if (announced !== undefined ||",
      to: "if (unsure !== undefined || announced !== undefined ||",
    },
  ],
  /** Who approved is read once more right before a gate is released. */
  reread: [
    {
      file: "app/settle-gates.js",
      from: "await decide(dependencies, now, facts, gate)",
      to: "decisions.get(gate.node.id)",
    },
  ],
  /** Unfinished runs are looked at every two minutes, and all of them at the start. */
  sweep: [
    {
      file: "app/sweep.js",
      from: "async function look(unfinished) {",
      to: "async function look(unfinished) { return;",
    },
    {
      file: "app/sweep.js",
      from: "function sweep(unfinished) {",
      to: "function sweep(unfinished) { return;",
    },
  ],
  /** GitHub is asked again for deliveries that had no effect. */
  recovery: [{ file: "app/chores.js", from: "recovery.look()", to: "Promise.resolve()" }],
  /** Heads that no delivery told of are found. */
  heads: [{ file: "app/chores.js", from: "heads.look()", to: "Promise.resolve()" }],
  /** A comment is answered once. */
  reply: [{ file: "github/comments.js", from: "body?.endsWith(mark) === true", to: "false" }],
};

/** Runs the drill on a copy of the compiled sources without a safeguard; true when it failed, as it must. */
export function playWithout(name: string, given: readonly string[]): boolean {
  const patches = safeguards[name];
  if (patches === undefined)
    throw new Error(`there is no safeguard ${name}; there are ${Object.keys(safeguards).join(", ")}`);
  const compiled = join(import.meta.dirname, "../..");
  const root = join(compiled, "..");
  const copy = mkdtempSync(join(tmpdir(), `sluice-without-${name}-`));
  cpSync(compiled, copy, { recursive: true });
  copyFileSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const { file, from, to } of patches) {
    const path = join(copy, "src", file);
    const text = readFileSync(path, "utf8");
    if (text.split(from).length !== 2) throw new Error(`${file} does not hold ${JSON.stringify(from)} once`);
    writeFileSync(path, text.replace(from, to));
  }
  const drill = join(copy, "test/drill");
  const args = ["--import", join(drill, "clock.js"), join(drill, "main.js"), ...given];
  const env = { ...process.env };
  for (const variable of ["DRILL_EPOCH", "DRILL_JUMPED"]) delete env[variable];
  return spawnSync(process.execPath, args, { stdio: "inherit", env }).status === 1;
}

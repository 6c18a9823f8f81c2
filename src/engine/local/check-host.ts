import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fail, ok, warn, type Check, type Finding } from "../../lib/check-up.js";
import { chooseIsolation } from "./isolation.js";
import { parseMount } from "./namespace.js";

/** Git's settings in the environment (`GIT_CONFIG_COUNT`) keep the token out of command lines; Git 2.31 brought them. */
const leastGit = [2, 31] as const;
const leastFreeBytes = 1024 ** 3;

export interface HostCheckOptions {
  directory: string;
  mounts: readonly string[];
  /** As the engine will be opened: with `overlay` it does not start where that cannot be had. */
  isolation: "overlay" | "serial" | "auto";
}

/** What the local engine needs of this machine. */
export function hostChecks(options: HostCheckOptions): Check[] {
  return [
    { name: "data folder", run: async () => checkFolder(options.directory) },
    { name: "isolation", run: () => checkIsolation(options) },
    { name: "git", run: checkGit },
  ];
}

function checkFolder(directory: string): Finding {
  const mend = `export SLUICE_DATA=/a/folder/that/this/user/may/write, or: chown -R $(id -u) ${directory}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const probe = mkdtempSync(join(directory, "doctor-"));
    writeFileSync(join(probe, "probe"), "");
    rmSync(probe, { recursive: true });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error), mend);
  }
  const { bavail, bsize } = statfsSync(directory);
  const free = bavail * bsize;
  const text = `${directory}, ${(free / 1024 ** 3).toFixed(1)} GiB free`;
  return free < leastFreeBytes ? warn(text, `free some space in ${directory}`) : ok(text);
}

async function checkIsolation(options: HostCheckOptions): Promise<Finding> {
  if (options.isolation === "serial")
    return warn(
      "steps run one at a time on the host's own files, as local.isolation says",
      "set local.isolation: overlay and run as root",
    );
  // A folder of its own: a running engine may have this one open, and what is asked is its file system.
  const probe = realpathSync(mkdtempSync(join(options.directory, "doctor-")));
  let reasons: unknown;
  try {
    const isolation = await chooseIsolation("auto", probe, options.mounts.map(parseMount), (facts) => {
      reasons = (facts as { reasons?: unknown }).reasons;
    });
    if (isolation.kind === "overlay")
      return ok(`steps get a root of their own (overlay, changes ${inWhat(isolation.upper)})`);
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
  const why = Array.isArray(reasons) ? [...new Set(reasons.map(String))].join("; ") : "no overlay";
  const found = `steps cannot have a file system of their own: ${why.replaceAll(/\s+/g, " ").trim()}`;
  const mend = "run as root with util-linux (apt-get install util-linux), in a container with CAP_SYS_ADMIN";
  return options.isolation === "overlay"
    ? fail(
        `${found}; serve does not start so`,
        `${mend}, or set local.isolation: serial and mind what it means`,
      )
    : warn(`${found}; they run one at a time on the host's`, mend);
}

function inWhat(upper: "disk" | "memory"): string {
  return upper === "disk" ? "on disk" : "in memory";
}

async function checkGit(): Promise<Finding> {
  const install = "apt-get install git";
  try {
    const { stdout } = await promisify(execFile)("git", ["--version"]);
    const [major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout)?.slice(1).map(Number) ?? [];
    const recent = major > leastGit[0] || (major === leastGit[0] && minor >= leastGit[1]);
    if (recent) return ok(stdout.trim());
    return fail(`${stdout.trim()} is older than ${leastGit.join(".")}: git artifacts get no token`, install);
  } catch (error) {
    return fail(`git does not start: ${error instanceof Error ? error.message : String(error)}`, install);
  }
}

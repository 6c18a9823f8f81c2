#!/usr/bin/env node
// Stands in for docker: containers are folders, their commands are processes of this machine that find their root in
// ROOT. Every call is written to the file `calls`, one JSON list a line.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

const home = process.env.STAND_IN_DOCKER;
const [command, ...args] = process.argv.slice(2);
appendFileSync(join(home, "calls"), `${JSON.stringify([command, ...args])}\n`);

const folder = (name) => join(home, name);
const rootOf = (name) => join(folder(name), "root");
const fail = (message) => {
  process.stderr.write(`${message}\n`);
  process.exit(1);
};

const commands = {
  ps() {
    if (existsSync(join(home, "left"))) process.stdout.write("left-over\n");
  },
  create() {
    const end = args.indexOf("--");
    const flags = args.slice(0, end).map((flag) => /^--([^=]+)=(.*)$/s.exec(flag).slice(1));
    const all = (name) => flags.filter(([key]) => key === name).map(([, value]) => value);
    const [image, ...words] = args.slice(end + 1);
    if (image === "missing") fail("Unable to find image 'missing:latest' locally");
    const [name] = all("name");
    const lines = readFileSync(all("env-file")[0], "utf8").split("\n").filter(Boolean);
    const env = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    for (const each of all("env")) env[each] = process.env[each];
    mkdirSync(join(rootOf(name), "tmp"), { recursive: true });
    for (const volume of all("volume")) {
      const [host, path] = volume.split(":");
      mkdirSync(dirname(join(rootOf(name), path)), { recursive: true });
      symlinkSync(host, join(rootOf(name), path));
    }
    writeFileSync(
      join(folder(name), "spec.json"),
      JSON.stringify({ env, words: [...all("entrypoint"), ...words] }),
    );
  },
  cp() {
    const [from, to] = args.filter((arg) => !arg.startsWith("--"));
    if (from === "-") {
      const { status } = spawnSync("tar", ["-xf", "-", "-C", rootOf(to.split(":")[0])], {
        stdio: ["inherit", "inherit", "inherit"],
      });
      process.exit(status ?? 1);
    }
    const [name, path] = from.split(":");
    const file = join(rootOf(name), path);
    if (!existsSync(file)) fail(`Could not find the file ${path} in container ${name}`);
    spawnSync("tar", ["-chf", "-", "-C", dirname(file), basename(file)], {
      stdio: ["ignore", "inherit", "inherit"],
    });
  },
  start() {
    const name = args.at(-1);
    if (!existsSync(folder(name))) fail(`No such container: ${name}`);
    const { env, words } = JSON.parse(readFileSync(join(folder(name), "spec.json"), "utf8"));
    const ROOT = rootOf(name);
    const [program, ...rest] = words.map((word) =>
      existsSync(join(ROOT, word)) && word.startsWith("/argo") ? join(ROOT, word) : word,
    );
    const child = spawn(program, rest, {
      env: { PATH: process.env.PATH, ...env, ROOT },
      stdio: ["ignore", "inherit", "inherit"],
    });
    writeFileSync(join(folder(name), "pid"), String(child.pid));
    child.on("close", (code, signal) => process.exit(signal === "SIGKILL" ? 137 : (code ?? 1)));
  },
  kill() {
    const file = join(folder(args[0]), "pid");
    if (!existsSync(file)) fail("is not running");
    process.kill(Number(readFileSync(file, "utf8")), "SIGKILL");
  },
  rm() {
    for (const name of args.filter((arg) => !arg.startsWith("--")))
      rmSync(folder(name), { recursive: true, force: true });
  },
};
commands[command]();

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { podOfDeployment } from "../support/deploy-rules.js";
import { collect } from "../support/kustomize.js";

const deploy = join(import.meta.dirname, "../../deploy");
const text = readFileSync(join(deploy, "Dockerfile"), "utf8");
const ignore = readFileSync(join(deploy, "Dockerfile.dockerignore"), "utf8");

describe("deploy/Dockerfile", () => {
  const lines = text
    .replaceAll(/\\\n(\s*#.*\n)*/g, " ")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const of = (instruction: string) =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));

  it("starts from images with a tag, and ends as a user that is not root", () => {
    for (const base of of("FROM")) expect(base).toMatch(/^\S+:(?!latest)[\w.-]+( AS \w+)?$/);
    expect(of("USER").at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const { runAsUser } = podOfDeployment(collect(join(deploy, "base")).objects).securityContext as {
      runAsUser: number;
    };
    expect(of("USER").at(-1)?.split(":")[0]).toBe(String(runAsUser));
  });

  it("installs exactly the lockfile, without its scripts", () => {
    const installs = of("RUN").filter((line) => /npm (ci|i|install)\b/.test(line));
    expect(installs).toHaveLength(2);
    for (const line of installs) expect(line).toMatch(/npm ci .*--ignore-scripts/);
    expect(installs.at(-1)).toContain("--omit=dev");
  });

  it("takes no secret and copies only what its ignore file lets through", () => {
    expect(text).not.toMatch(/SECRET|PRIVATE_KEY|TOKEN|PASSWORD/);
    expect(of("ARG")).toEqual([]);
    const allowed = ignore.match(/^!.+$/gm)?.map((line) => line.slice(1)) ?? [];
    const copied = of("COPY")
      .filter((line) => !line.startsWith("--from"))
      .flatMap((line) => line.split(" ").slice(0, -1));
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
    expect([...new Set(copied)].toSorted()).toEqual(allowed.toSorted());
  });
});

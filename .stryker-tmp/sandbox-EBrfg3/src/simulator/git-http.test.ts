import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAcme, repository, type Acme } from "./acme.js";
import { validateDelivery, validateExchange } from "../../test/support/github-schema/validate.js";

const run = promisify(execFile);
const validators = { exchange: validateExchange, delivery: validateDelivery };
let world: Acme;

beforeEach(async () => {
  world = await openAcme(validators);
});
afterEach(async () => {
  await world.close();
  expect([...world.invalid]).toEqual([]);
});

describe("git over HTTP", () => {
  it("clones with a token that may read, and tells of pushes by one that may write", async () => {
    const remote = (value: string) =>
      `${world.github.url.replace("//", `//x-access-token:${value}@`)}/${repository}.git`;
    const env = {
      PATH: process.env["PATH"],
      HOME: world.directory,
      GIT_TERMINAL_PROMPT: "0",
      GIT_CONFIG_NOSYSTEM: "1",
    };
    const clone = join(world.directory, "clone");
    const git = (...args: string[]) =>
      run("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { env });
    await expect(
      git("clone", `${world.github.url}/${repository}.git`, join(world.directory, "no")),
    ).rejects.toThrow();
    await expect(
      git("clone", remote(await world.token({ permissions: { checks: "read" } })), clone),
    ).rejects.toThrow("403");
    const reader = await world.token({ permissions: { contents: "read" } });
    await git("clone", remote(reader), clone);
    expect(readFileSync(join(clone, "README.md"), "utf8")).toBe("# Infra\n");
    writeFileSync(join(clone, "new.txt"), "new\n");
    await git("-C", clone, "add", ".");
    await git("-C", clone, "commit", "-m", "New");
    await expect(git("-C", clone, "push", remote(reader), "HEAD:refs/heads/bot")).rejects.toThrow("403");
    await git("-C", clone, "push", remote(await world.token()), "HEAD:refs/heads/bot");
    await world.github.idle();
    const pushed = JSON.parse(world.received.at(-1)?.text ?? "null");
    expect(pushed).toMatchObject({
      ref: "refs/heads/bot",
      sender: { type: "Bot" },
      commits: [{ added: ["new.txt"] }],
    });
  });
});

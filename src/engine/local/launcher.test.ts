import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Launcher } from "./launcher.js";
import type { AfterCommand, LaunchedPod } from "./launched.js";
import { PodPool } from "./pod-pool.js";
import { startTime } from "./processes.js";
import { defaultPath } from "./program.js";

let directory: string;
let launcher: Launcher;
let self: number;
beforeEach(async ({ skip }) => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), "sluice-launcher-")));
  const opened = await Launcher.open(
    directory,
    (pid) => (self = pid),
    () => undefined,
  );
  if (!opened) skip("there is no Perl, or the kernel is too old");
  else launcher = opened;
});
afterEach(async () => {
  await launcher.close();
  rmSync(directory, { recursive: true, force: true });
});

function command(source: string) {
  const argv = ["sh", "-c", source];
  return { step: "u/n", argv, env: { PATH: defaultPath, A: "a=b", EMPTY: "" }, cwd: "/" };
}

function sink() {
  const said: string[] = [];
  const push = (name: string) => (chunk: Buffer) => void said.push(name + chunk.toString());
  return { said, out: push("o:"), err: push("e:") };
}

function start(source: string, output = sink()) {
  return launcher.start("/bin/sh", command(source), output);
}

async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 200 && startTime(pid) !== undefined; tries += 1) await sleep(25);
  return startTime(pid) === undefined;
}

/** The process id that a command prints first. */
async function firstLine(output: { said: string[] }): Promise<number> {
  for (let tries = 0; tries < 400 && output.said.length === 0; tries += 1) await sleep(25);
  return Number(output.said.join("").replaceAll(/\D/g, " ").trim().split(" ")[0]);
}

describe("a command on the host", () => {
  it("has its arguments, environment and folder, an empty standard input and nothing else", async () => {
    const output = sink();
    const source = `printf '%s|' "$0" "$@" "$A" "$EMPTY" "$PWD"; env | grep -vE '^(PWD|OLDPWD|_|SHLVL)=' | sort | tr '\\n' '|'; cat; ls /proc/self/fd | tr '\\n' ' '`;
    const argv = ["sh", "-c", source, "zero", "a b", "ü\n"];
    await launcher.start("/bin/sh", { ...command(""), argv, cwd: "/tmp" }, output).ended;
    expect(output.said.join("").replaceAll("o:", "")).toBe(
      `zero|a b|ü\n|a=b||/tmp|A=a=b|EMPTY=|PATH=${defaultPath}|0 1 2 3 `,
    );
  });

  it("ends with its exit code, or 128 and the signal", async () => {
    for (const [source, code] of [
      ["exit 0", 0],
      ["exit 255", 255],
      ["kill -TERM $$", 143],
      ["kill -KILL $$", 137],
    ] as const)
      expect(await start(source).ended, source).toBe(code);
  });

  it("hands over all that it says, in order", async () => {
    const output = sink();
    await start("head -c 3000000 /dev/zero | tr '\\0' x; echo end", output).ended;
    const text = output.said.map((part) => part.slice(2)).join("");
    expect(text.length).toBe(3_000_004);
    expect(text.endsWith("xend\n")).toBe(true);
    const both = sink();
    await start("for i in 1 2 3; do echo $i; sleep 0.05; echo $i >&2; sleep 0.05; done", both).ended;
    expect(both.said.join("")).toBe("o:1\ne:1\no:2\ne:2\no:3\ne:3\n");
  });

  it("is told when its file cannot be executed or its folder is not there", async () => {
    const output = sink();
    const missing = { ...command(""), argv: ["nothing"] };
    expect(await launcher.start("/no/such/file", missing, output).ended).toBe(127);
    expect(await launcher.start("/etc/passwd", missing, output).ended).toBe(126);
    expect(await launcher.start("/bin/sh", { ...command("true"), cwd: "/none" }, output).ended).toBe(64);
    expect(output.said.join("")).toMatch(/nothing: .*\n.*nothing: .*\n.*\/none: /);
    await expect(start("a\0b").ended).rejects.toThrow("null byte");
  });

  it("takes what it started with it when it is killed, and when it ends", async () => {
    const output = sink();
    const killed = start("sleep 1000 & echo $!; wait", output);
    const child = await firstLine(output);
    killed.kill();
    expect(await killed.ended).toBe(137);
    expect(await gone(child)).toBe(true);
    const left = sink();
    expect(await start("sleep 1000 & echo $!", left).ended).toBe(0);
    expect(await gone(await firstLine(left))).toBe(true);
  });

  it("is noted before it starts", async () => {
    const output = sink();
    await start(`cat ${directory}/processes; echo $$ $(cut -d ' ' -f 22 /proc/$$/stat)`, output).ended;
    const text = output.said.join("").replaceAll("o:", "");
    const line = text.trim().split("\n").at(-1) ?? "";
    expect(text.split("\n").slice(0, -2)).toEqual(expect.arrayContaining(["started u/n", line]));
  });
});

describe("the launcher", () => {
  it("ends everything when the engine is gone", async () => {
    const output = sink();
    const running = start("sleep 1000 & echo $!; wait", output);
    const refused = expect(running.ended).rejects.toThrow("launcher of steps has ended");
    const child = await firstLine(output);
    await launcher.close();
    await refused;
    expect(await gone(child)).toBe(true);
  });

  it("is started again when it was lost, and what it ran is an error", async () => {
    const output = sink();
    const running = start("sleep 1000 & echo $!; wait", output);
    const refused = expect(running.ended).rejects.toThrow("launcher of steps has ended");
    const child = await firstLine(output);
    process.kill(self, "SIGKILL");
    await refused;
    expect(await gone(child)).toBe(true);
    expect(await start("exit 3").ended).toBe(3);
  });
});

describe("a pod", () => {
  let pods: PodPool;
  beforeEach(({ skip }) => {
    if (process.getuid?.() !== 0) skip("namespaces take root");
    mkdirSync(join(directory, "steps"));
    pods = new PodPool(launcher, join(directory, "steps"), 2);
  });
  afterEach(() => pods?.close());

  const plain = {
    upper: "disk" as const,
    hostMounts: [],
    binds: [],
    get masks() {
      return [directory];
    },
  };

  function open(): Promise<LaunchedPod> {
    return pods.take(plain, "a run");
  }

  async function inPod(
    source: string,
    after: AfterCommand = "go",
  ): Promise<{ code: number; said: string; pod: LaunchedPod }> {
    const [pod, output] = [await open(), sink()];
    const code = await pod.run(command(source), output, after);
    return { code, said: output.said.map((part) => part.slice(2)).join(""), pod };
  }

  it("keeps nothing of a step: nothing is there for the next, also when it was made ahead", async () => {
    const look =
      "ls /sluice-mine /tmp /run /dev/shm 2>/dev/null; echo x | tee /sluice-mine /tmp/m /run/m /dev/shm/m";
    const pids = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      const { said, pod } = await inPod(look);
      expect(said).toBe("/dev/shm:\n\n/run:\n\n/tmp:\nx\n");
      pids.add(pod.pid);
      await pod.remove();
    }
    expect(pids.size).toBe(6);
    await pods.close();
    expect(readdirSync(join(directory, "steps"))).toEqual([]);
  });

  describe("in which a step has left nothing", () => {
    async function ended(pod: LaunchedPod, source: string): Promise<string> {
      const output = sink();
      await pod.run(command(source), output, "renew");
      return output.said.join("");
    }

    /** The shell's own doing, so that nothing is counted but the pod's first process and the shell. */
    const countProcesses = "set -- /proc/[0-9]*; echo $#";

    it("is used again, by the same owner only", async () => {
      const pod = await open();
      expect(await ended(pod, `echo one; ${countProcesses}`)).toMatch(/^o:one\n(o:)?2\n$/);
      expect(pod.isAsNew).toBe(true);
      pods.giveBack(pod, plain, "a run");
      const other = await pods.take(plain, "another run");
      expect(other.pid).not.toBe(pod.pid);
      await other.remove();
      const again = await open();
      expect(again.pid).toBe(pod.pid);
      expect(await ended(again, "sleep 1000 & setsid sleep 1000 & echo two; echo three >&2")).toBe(
        "o:two\ne:three\n",
      );
      expect(again.isAsNew).toBe(true);
      expect(await ended(again, countProcesses)).toBe("o:2\n");
      await again.remove();
      expect(again.isGone).toBe(true);
    });

    it("is not used again when it is old, or when others are enough", async () => {
      const held = await Promise.all([open(), open(), open()]);
      for (const pod of held) {
        await ended(pod, "true");
        pods.giveBack(pod, plain, "a run");
      }
      const taken = await Promise.all([open(), open(), open()]);
      expect(taken.filter((pod) => held.includes(pod))).toHaveLength(2);
      const late = performance.now() + 60_000;
      const clock = vi.spyOn(performance, "now").mockReturnValue(late);
      for (const pod of taken) pods.giveBack(pod, plain, "a run");
      clock.mockRestore();
      const next = await open();
      expect(taken).not.toContain(next);
      await next.remove();
    });

    it.each([
      ["a file", "echo > /left"],
      ["a file in a folder of the host", "echo > /etc/left"],
      ["a changed file of the host", "echo >> /etc/hostname"],
      ["a removed file of the host", "rm /etc/hostname"],
      ["a file opened for writing only", ": >> /etc/hostname"],
      ["a file in /tmp", "echo > /tmp/left"],
      ["a file in /run", "echo > /run/left"],
      ["a file in /dev", "echo > /dev/left"],
      ["a file in /dev/shm", "echo > /dev/shm/left"],
      ["a file in /root", "echo > /root/left"],
      ["a termination message", "echo left > /dev/termination-log"],
      ["another mode of the root", "chmod 700 /"],
      ["another owner of /tmp", "chown 1000 /tmp"],
      ["another mode of a device", "chmod 600 /dev/null"],
      ["another time of the root", "touch -d 2001-01-01 /"],
      ["a removed device", "rm /dev/zero"],
      ["a niceness", "renice -n 5 -p 1 >/dev/null"],
      ["a limit", "prlimit --pid 1 --nofile=100:100"],
      ["a choice of processors", "taskset -cp 0 1 >/dev/null"],
      ["a choice of scheduling", "chrt --idle -p 0 1"],
      ["a priority of reading and writing", "ionice -c 3 -p 1"],
      ["a readiness to be killed", "echo 500 > /proc/1/oom_score_adj"],
      ["a failure", "exit 1"],
    ])("is not as new after %s", async (_, source) => {
      const pod = await open();
      await ended(pod, source);
      expect(pod.isAsNew).toBe(false);
      await pod.remove();
      expect(pod.isGone).toBe(true);
    });
  });

  it("goes with a last command that succeeds, and stays for a look at what others leave", async () => {
    const last = await inPod("exit 0");
    await last.pod.remove();
    expect(last.pod.isGone).toBe(true);
    for (const stays of [await inPod("exit 5"), await inPod("exit 0", "stay")]) {
      expect(startTime(stays.pod.pid)).toBeDefined();
      await stays.pod.remove();
      expect(startTime(stays.pod.pid)).toBeUndefined();
    }
  });

  it("shows the step nothing of the process that waits for it", async () => {
    const source = `for each in environ mem maps; do cat /proc/1/$each 2>/dev/null | head -c 100; done
      ls /proc/1/root/ /proc/1/cwd/ 2>/dev/null; for fd in /proc/1/fd/*; do echo x 2>/dev/null > $fd; readlink $fd; done
      kill -9 1; kill -TERM 1; kill -STOP 1; ls /proc/self/fd | tr '\\n' ' '; ls ${directory} /.old 2>/dev/null; grep -c /.old /proc/self/mountinfo`;
    const { said } = await inPod(source);
    expect(said.replaceAll(/^sh: .*\n/gm, "")).toBe("0 1 2 3 0\n");
  });

  it("has the rights of a container, and no way to more", async () => {
    const { said } = await inPod(
      "grep -E '^Cap(Inh|Prm|Eff|Bnd|Amb)' /proc/self/status | cut -f 2; mount -t tmpfs none /mnt",
    );
    const [inheritable, permitted, effective, bounding, ambient] = said.split("\n");
    expect([inheritable, ambient]).toEqual(["0".repeat(16), "0".repeat(16)]);
    expect([permitted, effective, bounding]).toEqual(Array.from({ length: 3 }, () => "00000000800425fb"));
    expect(said).toContain("mount");
  });

  it("ends with all that it holds when it is killed, and when the launcher is lost", async () => {
    const [pod, output] = [await open(), sink()];
    const ended = pod.run(command("setsid sleep 1000 & echo up; wait"), output, "go");
    await firstLine(output);
    pod.kill();
    expect(await ended).toBe(137);
    await pod.remove();
    const [other, heard] = [await open(), sink()];
    const refused = expect(other.run(command("echo up; sleep 1000"), heard, "go")).rejects.toThrow(
      "has ended",
    );
    await firstLine(heard);
    process.kill(self, "SIGKILL");
    await refused;
    expect(await gone(other.pid)).toBe(true);
    await other.remove();
    expect((await inPod("exit 4")).code).toBe(4);
  });

  it("says what could not be mounted, and leaves nothing", async () => {
    const root = { upper: "disk" as const, hostMounts: [], binds: ["/no/such/folder", "/x"], masks: [] };
    await expect(pods.take(root, "a run")).rejects.toThrow(
      /failed to isolate the step: mount \/x: No such file/,
    );
    expect(readdirSync(join(directory, "steps"))).toEqual([]);
  });
});

it("keeps its program and notes from others", () => {
  for (const name of ["launcher.pl", "processes"])
    expect(statSync(join(directory, name)).mode & 0o077, name).toBe(0);
});

it("is a program in which Perl finds nothing to warn of", () => {
  // It runs without these checks: a smaller process forks faster.
  const checks = ["-Mstrict", "-Mwarnings", "-M-warnings=exec", "-c", join(directory, "launcher.pl")];
  const { stderr } = spawnSync("perl", checks, { encoding: "utf8" });
  expect(stderr).toBe(`${join(directory, "launcher.pl")} syntax OK\n`);
});

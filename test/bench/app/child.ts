import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";

/** A server in a process of its own. */
export interface Child {
  pid: number;
  port: number;
  /** Milliseconds from its start until it listened. */
  readyMs: number;
  /** Milliseconds of processor time so far, in steps of ten. */
  cpuMs(): number;
  /** Its memory in MB now. */
  residentMb(): number;
  /** The most that it has had. */
  peakMb(): number;
  stop(): Promise<void>;
}

export async function startChild(program: readonly string[], env: Record<string, string>): Promise<Child> {
  const port = await freePort();
  const begin = performance.now();
  const child = spawn(process.execPath, program, {
    env: { PATH: process.env["PATH"] ?? "", ...env, PORT: String(port), HOST: "127.0.0.1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await listening(child);
  const proc = (name: string) => readFileSync(`/proc/${child.pid ?? 0}/${name}`, "utf8");
  const memory = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(proc("status"))?.[1]) / 1024;
  return {
    pid: child.pid ?? 0,
    port,
    readyMs: performance.now() - begin,
    cpuMs() {
      const stat = proc("stat");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    residentMb: () => memory("VmRSS"),
    peakMb: () => memory("VmHWM"),
    async stop() {
      if (child.exitCode !== null) return;
      const ended = once(child, "close");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-20_000);
      if (said.includes('"msg":"listening"')) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("close", () => reject(new Error(`a server of the bench has ended:\n${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

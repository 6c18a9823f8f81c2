import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

export type Isolation = "overlay" | "serial";

/** A file system in which one step runs: everything of the step, also its artifacts, goes through `spawn`. */
export interface Sandbox {
  spawn(argv: readonly string[], options: { env: Record<string, string>; cwd: string }): ChildProcess;
  remove(): void;
}

// $1 state directory, $2 engine directory, $3 working directory, then the command.
const enter = `set -e
S=$1 D=$2 W=$3; shift 3
/bin/mount --make-rprivate /
/bin/mount -t overlay overlay -o "lowerdir=/,upperdir=$S/upper,workdir=$S/work" "$S/root"
/bin/mount -t proc proc "$S/root/proc"
/bin/mount --rbind /dev "$S/root/dev"
/bin/mount --rbind /sys "$S/root/sys"
/bin/mount --bind "$S/tmp" "$S/root/tmp"
R=$S/root
if [ -d "$R$D" ]; then /bin/mount -t tmpfs tmpfs "$R$D"; fi
set +e
exec /usr/sbin/chroot "$R" /bin/sh -c '${launcher()}' "$W" "$@"`;

function launcher(): string {
  return (
    `cd "$0" || exit 64; command -v "$1" >/dev/null 2>&1 || ` +
    `{ echo "failed to find name in PATH: exec: \\"$1\\": executable file not found in \\$PATH" >&2; exit 64; }; exec "$@"`
  );
}

export function openSandbox(isolation: Isolation, engineDirectory: string, id: string): Sandbox {
  const state = join(engineDirectory, "steps", id);
  rmSync(state, { recursive: true, force: true });
  for (const part of ["upper", "work", "root", "tmp"]) mkdirSync(join(state, part), { recursive: true, mode: 0o755 });
  const user = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const unshare = [...user, "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-c", enter, "sh"];
  return {
    spawn(argv, { env, cwd }) {
      const [file, args] =
        isolation === "overlay"
          ? ["/usr/bin/unshare", [...unshare, state, engineDirectory, cwd, ...argv]]
          : ["/bin/sh", ["-c", launcher(), cwd, ...argv]];
      return spawn(file, args, { env, cwd: "/", detached: true, stdio: ["pipe", "pipe", "pipe"] });
    },
    remove: () => rmSync(state, { recursive: true, force: true }),
  };
}

export interface Outcome {
  code: number;
  stdout: Buffer;
  stderr: string;
}

/** Runs a short command of ours in the sandbox to its end. */
export function runIn(sandbox: Sandbox, argv: readonly string[], input: Buffer | string = ""): Promise<Outcome> {
  const child = sandbox.spawn(argv, { env: { PATH: defaultPath }, cwd: "/" });
  return collect(child, input);
}

export function collect(child: ChildProcess, input: Buffer | string = ""): Promise<Outcome> {
  return new Promise((resolve) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
    child.on("error", (error) => resolve({ code: 127, stdout: Buffer.alloc(0), stderr: error.message }));
    child.on("close", (code) =>
      resolve({ code: code ?? 137, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString().trim() }),
    );
  });
}

export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Whether steps can have a root file system of their own on this machine. */
export async function supportsOverlay(engineDirectory: string): Promise<{ able: boolean; reason: string }> {
  const sandbox = openSandbox("overlay", engineDirectory, "probe");
  const outcome = await runIn(sandbox, ["/bin/sh", "-c", "echo ok > /sluice-probe && cat /sluice-probe"]);
  sandbox.remove();
  return { able: outcome.stdout.toString() === "ok\n", reason: outcome.stderr };
}

/** The start time of a process as the kernel counts it; undefined when there is no such process. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Kills a step's process group; one that has already ended is fine. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}

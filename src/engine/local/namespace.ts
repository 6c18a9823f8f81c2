import { readFileSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, normalize } from "node:path";

/** A folder or file of the host that every step sees at `path`, writable. */
export interface Mount {
  host: string;
  path: string;
}

/** Where the changes of a step's root go: a folder of the engine directory, or memory where that cannot carry an overlay. */
export type UpperDirectory = "disk" | "memory";

/** Reads "PATH" or "HOST:PATH". Throws when the host has no such file or a path is not absolute. */
export function parseMount(text: string): Mount {
  const colon = text.indexOf(":");
  const from = colon < 0 ? text : text.slice(0, colon);
  const to = colon < 0 ? text : text.slice(colon + 1);
  if (!isAbsolute(to) || normalize(to) === "/")
    throw new Error(`mount "${text}": the path must be absolute and not /`);
  try {
    return { host: realpathSync(from), path: normalize(to).replace(/\/$/, "") };
  } catch (cause) {
    throw new Error(`mount "${text}": there is no ${from}`, { cause });
  }
}

export function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** Every place where these files and folders of the host would be seen once the mounts are made. */
export function maskedPaths(hidden: readonly string[], mounts: readonly Mount[]): string[] {
  const seen = hidden.flatMap((path) =>
    mounts
      .filter((mount) => contains(mount.host, path))
      .map((mount) => mount.path + path.slice(mount.host === "/" ? 0 : mount.host.length)),
  );
  return [...new Set([...hidden, ...seen])];
}

const unseen = ["/proc", "/sys", "/dev", "/tmp", "/run", "/var/run"];

/** File systems of the host below its root, which an overlay of the root alone does not show. */
export function hostMounts(mountinfo = readFileSync("/proc/self/mountinfo", "utf8")): string[] {
  const points = mountinfo
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))),
    )
    .filter((point) => point !== "" && point !== "/" && !unseen.some((folder) => contains(folder, point)));
  return [...new Set([...points, ...resolverFile()])].filter(exists);
}

/** Where name resolution is configured in /run, steps have no network names without it. */
function resolverFile(): string[] {
  try {
    const file = realpathSync("/etc/resolv.conf");
    return contains("/run", file) ? [file] : [];
  } catch {
    return [];
  }
}

function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Builds a step's root and stays as the first process of its pid namespace: when it ends, or when the engine that
 * holds its standard input does, everything in the namespace is killed. $1 is the step's state directory, $2 the
 * kind of upper directory; then lists that end with `--`: host mounts, pairs of mounts, masked paths.
 * The root is pivoted, not chrooted, so that no process keeps a way back to the host's.
 */
export const enterNamespace = `set -e
umask 022
cd "$1"
mount --make-rprivate /
if [ "$2" = memory ]; then mount -t tmpfs tmpfs "$1"; cd "$1"; fi
state=$1; shift 2
mkdir -p upper work root tmp layers
chmod 1777 tmp
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
read -r pid rest < /proc/self/stat
cd root
mkdir -p .old
pivot_root . .old
cd "/.old$state"
bind() {
  if [ -d "$1" ]; then mkdir -p "$2"; else mkdir -p "$(dirname "$2")"; [ -e "$2" ] || : > "$2"; fi
  mount --bind "$1" "$2"
}
mkdir -p /proc /sys /dev /tmp /run
mount -t proc -o nosuid,nodev,noexec proc /proc
for each in /proc/sys /proc/sysrq-trigger; do
  [ ! -e $each ] || { mount --bind $each $each; mount -o remount,bind,ro $each; }
done
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs /sys
mount -t tmpfs -o nosuid,mode=755,size=1m tmpfs /dev
for each in null zero full random urandom tty; do : > /dev/$each; mount --bind /.old/dev/$each /dev/$each; done
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin; ln -s fd/1 /dev/stdout; ln -s fd/2 /dev/stderr
: > /dev/termination-log
mkdir -m 1777 /dev/shm; mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /dev/shm
mkdir /dev/pts; mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts /dev/pts 2>/dev/null && ln -s pts/ptmx /dev/ptmx || :
mount --bind tmp /tmp
mount -t tmpfs -o mode=755 tmpfs /run
[ ! -d /root ] || mount -t tmpfs -o mode=700 tmpfs /root
n=0
while [ "$1" != -- ]; do
  n=$((n+1)); mkdir -p layers/$n/upper layers/$n/work
  if [ -d "/.old$1" ] && mkdir -p "$1" && mount -t overlay overlay \
    -o "lowerdir=/.old$1,upperdir=layers/$n/upper,workdir=layers/$n/work" "$1" 2>/dev/null; then :
  else bind "/.old$1" "$1"; mount -o remount,bind,ro "$1" 2>/dev/null || umount "$1"; fi
  shift
done
shift
while [ "$1" != -- ]; do bind "/.old$1" "$2"; shift 2; done
shift
for each in "$@"; do
  if [ -d "$each" ]; then mount -t tmpfs -o ro,mode=000,size=4k tmpfs "$each"
  elif [ -e "$each" ]; then mount --bind /dev/null "$each"; fi
done
cd /
umount -l /.old
rmdir /.old
echo "ready $pid"
exec cat > /dev/null 2>&1`;

/** What a step may do as root: the set that Docker grants, without making device nodes. */
export const capabilities = [
  "-all",
  ..."chown dac_override fowner fsetid kill setgid setuid setpcap net_bind_service net_raw sys_chroot setfcap"
    .split(" ")
    .map((name) => `+${name}`),
].join(",");

/**
 * Starts the command in its working directory, which is made when absent. $1 is the directory, $2 how many of the
 * following arguments are NAME=VALUE; then the command. Exit code 64 and the message are those of Argo's emissary.
 */
export const launch = `mkdir -p "$1" && cd "$1" || exit 64
n=$2; shift 2; c=1
while [ $c -le $n ]; do c=$((c+1)); export "$1"; shift; done
command -v "$1" >/dev/null 2>&1 || {
  m="failed to find name in PATH: exec: \\"$1\\": executable file not found in \\$PATH"
  echo "$m" >&2; if [ -w /dev/termination-log ]; then printf %s "$m" > /dev/termination-log; fi; exit 64; }
exec "$@"`;

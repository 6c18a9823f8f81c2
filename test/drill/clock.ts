import { createRequire, syncBuiltinESMExports } from "node:module";
import { promisify } from "node:util";

/**
 * Loaded before everything else (`node --import`) in the drill's process and in the App's. The clocks and timers of both run
 * `DRILL_PACE` times as fast as the world's, from one moment, and all are put forward when the drill says that nothing
 * goes on: so that two minutes take some seconds, and eight seconds are enough for an answer on a machine that has much
 * else to do. Nothing else is changed. `DRILL_KILL_AT_COMMIT=before:N` ends the process with SIGKILL at its Nth write to a database.
 */
const require = createRequire(import.meta.url);
const RealDate = Date;
const epoch = Number((process.env["DRILL_EPOCH"] ??= String(RealDate.now())));
const pace = Number((process.env["DRILL_PACE"] ??= "0.25"));
/** How far the drill has put the clocks forward so far. */
let jumped = Number((process.env["DRILL_JUMPED"] ??= "0"));
/** How wrong the App's clock is. */
let skew = Number(process.env["DRILL_SKEW"] ?? 0);
const realNow = RealDate.now.bind(RealDate);
const elapsed = () => (realNow() - epoch) * pace + jumped;
const now = () => Math.floor(epoch + elapsed() + skew);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === "now" ? now : (Reflect.get(target, name) as unknown)),
});
performance.now = elapsed;

/** Timers look this often whether the clock was put forward, in milliseconds of the world's clock. */
const lookMs = 50;
const realTimeout = setTimeout as (work: () => void, ms: number) => NodeJS.Timeout;

/** Timers are due by `elapsed`, which the App's own clock being wrong does not change. */
function timer(work: (...given: unknown[]) => void, ms = 1, ...given: unknown[]): NodeJS.Timeout {
  const wait = ms > 0 && ms < 2 ** 31 ? ms : 1;
  let due = elapsed() + wait;
  const look = () => {
    if (elapsed() < due) return void again.call(handle);
    work(...given);
  };
  const handle = realTimeout(look, Math.min(wait / pace, lookMs));
  const again = Reflect.get(handle, "refresh") as () => NodeJS.Timeout;
  handle.refresh = () => {
    due = elapsed() + wait;
    return again.call(handle);
  };
  return handle;
}

function interval(work: (...given: unknown[]) => void, ms = 1, ...given: unknown[]): NodeJS.Timeout {
  const handle = timer(() => {
    handle.refresh();
    work(...given);
  }, ms);
  return handle;
}

async function pause<T>(
  ms = 1,
  value?: T,
  options: { signal?: AbortSignal; ref?: boolean } = {},
): Promise<T | undefined> {
  const { signal, ref = true } = options;
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(handle);
      reject(new DOMException("The operation was aborted", "AbortError"));
    };
    const handle = timer(() => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    }, ms);
    if (!ref) handle.unref();
    signal?.addEventListener("abort", abort, { once: true });
  });
}

const timers = require("node:timers") as Record<string, unknown>;
const promises = require("node:timers/promises") as Record<string, unknown>;
Object.defineProperty(timer, promisify.custom, { value: pause });
Object.assign(globalThis, { setTimeout: timer, setInterval: interval });
Object.assign(timers, { setTimeout: timer, setInterval: interval });
Object.assign(promises, { setTimeout: pause });
syncBuiltinESMExports();
AbortSignal.timeout = (ms) => {
  const controller = new AbortController();
  const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
  timer(() => controller.abort(reason), ms).unref();
  return controller.signal;
};

// From the drill to the App.
process.on("message", (message: { skew?: number; jumped?: number }) => {
  skew = message.skew ?? skew;
  jumped = message.jumped ?? jumped;
});
process.channel?.unref();
// An App does not outlive the drill that started it.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

/** Puts the clocks of this process and of those that it starts forward; gives how far in all. */
Object.assign(globalThis, {
  drillJump(ms: number): number {
    jumped += ms;
    process.env["DRILL_JUMPED"] = String(jumped);
    return jumped;
  },
});

const [moment, count] = (process.env["DRILL_KILL_AT_COMMIT"] ?? "").split(":");
if (count !== undefined) killAtCommit(moment === "before", Number(count));

function killAtCommit(before: boolean, wanted: number): void {
  const Database = require("libsql") as { prototype: { exec: (this: unknown, sql: string) => unknown } };
  const exec = Database.prototype.exec;
  let commits = 0;
  Database.prototype.exec = function execOrDie(sql) {
    const dies = sql === "COMMIT" && (commits += 1) === wanted;
    if (dies && before) process.kill(process.pid, "SIGKILL");
    const result = exec.call(this, sql);
    if (dies) process.kill(process.pid, "SIGKILL");
    return result;
  };
}

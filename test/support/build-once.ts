import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Builds before any test begins: what starts the program must not find its files half written. */
export default function buildOnce(): void {
  execFileSync("npm", ["run", "-s", "build"], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdio: "inherit",
  });
}

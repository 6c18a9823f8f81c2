import { benchEngine } from "./engine.js";

const benches: Record<string, () => Promise<void>> = { engine: benchEngine };
const name = process.argv[2] ?? "";
const bench = benches[name];
if (bench) await bench();
else {
  process.stderr.write(`write one of: ${Object.keys(benches).join(", ")}\n`);
  process.exitCode = 2;
}

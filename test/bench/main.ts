import { parseArgs } from "node:util";
import { benchApp } from "./app.js";
import { benchEngine, type BenchOptions } from "./engine.js";
import { benchReport } from "./report.js";

const benches: Record<string, (options: BenchOptions) => Promise<void>> = {
  app: benchApp,
  engine: benchEngine,
  report: benchReport,
};
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const bench = benches[positionals[0] ?? ""];
if (bench) await bench({ ...values, rounds: Math.max(1, Math.trunc(Number(values.rounds)) || 1) });
else {
  process.stderr.write(`write one of: ${Object.keys(benches).join(", ")}\n`);
  process.exitCode = 2;
}

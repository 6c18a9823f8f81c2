import { spawn } from "node:child_process";
import { costOf } from "./cost.js";

const warmUp = 50;

function runTrue(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("true", { stdio: ["ignore", "pipe", "pipe"] });
    child.on("error", reject);
    child.on("close", () => resolve());
  });
}

async function runMany(count: number, width: number): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await runTrue();
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** `bare.js COUNT WIDTH`: prints what it costs Node to run `true` so often, so many at a time, as JSON. */
const [count = 0, width = 1] = process.argv.slice(2).map(Number);
await runMany(warmUp, width);
process.stdout.write(JSON.stringify(await costOf(() => runMany(count, width))));

import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { warmThreads } from "./test/mutate/warm-threads.js";

const policy = resolve("src/policy");
const modules = readdirSync(policy, { recursive: true, encoding: "utf8" }).map((name) =>
  resolve(policy, name),
);

/** What `npm run mutate` runs for each mutant: the tests of what decides, and no others. */
export default defineConfig({
  test: {
    include: ["src/policy/**/*.test.ts"],
    setupFiles: ["./test/mutate/forget-mutant.ts"],
    isolate: false,
    testTimeout: 20_000,
  },
  plugins: [
    {
      name: "warm-threads",
      // Stryker's runner asks for the pool "threads", whatever stands above.
      configureVitest({ project, vitest }) {
        const poolRunner = warmThreads(modules);
        Object.assign(project.config, { pool: poolRunner.name, poolRunner });
        vitest.onClose(() => poolRunner.close());
      },
    },
  ],
});

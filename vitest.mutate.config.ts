import { defineConfig } from "vitest/config";

/** What `npm run mutate` runs for each mutant: the tests of what decides, and no others. */
export default defineConfig({
  test: { include: ["src/policy/**/*.test.ts"], pool: "forks", testTimeout: 20_000 },
});

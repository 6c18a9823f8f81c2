import { defineConfig } from "vitest/config";

/**
 * The engine's contract and the end-to-end tests on the cluster of KUBECONFIG: `npm run e2e:cluster`. One file after
 * the other, for all of them use one namespace.
 */
export default defineConfig({
  test: {
    include: ["test/contract/cluster-engine.test.ts", "test/e2e/**/*.test.ts"],
    // These need no cluster, or one of their own which they make fail.
    exclude: [
      "cli",
      "dev-command",
      "payloads",
      "receive",
      "recovery",
      "doctor-argo",
      "cluster-command",
      "enterprise-server",
    ].map((name) => `test/e2e/${name}.test.ts`),
    globalSetup: "test/support/kubernetes/real-cluster.ts",
    fileParallelism: false,
    pool: "forks",
    reporters: ["verbose"],
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});

import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Pure: also the second Node of CI runs them. */
const core = "src/{lib,expression,manifest,run,policy,report}/**/*.test.ts";

/** What takes longest and mostly waits begins first, so that nothing waits for it alone in the end. */
const longest = [/test\/drill\/drill\.test/, /test\/e2e\//, /test\/browser\//, /test\/(corpus|kill)\//];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.findIndex((pattern) => pattern.test(moduleId));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    globalSetup: "test/support/build-once.ts",
    // These only end what hangs: a slow machine is no fault.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000, interval: 200 } },
    pool: "forks",
    // Many tests wait for processes and clocks, not for the processor.
    maxWorkers: 5,
    // One loading of the code serves many files: no test leaves anything in a module.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: "core", include: [core] } },
      {
        extends: true,
        test: {
          name: "edges",
          include: ["src/**/*.test.ts", "test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, core],
        },
      },
    ],
  },
});

/**
 * Runs before each test file, after Stryker's own preparation, since all files of a run share a thread. The mutant of
 * the file before is still active and would act while this file is collected: Stryker activates the next one when
 * its tests begin. In the dry run what was covered before would be counted again with each file, and Stryker would
 * let a mutant that loops for ever run on to its timeout.
 */
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    globalNamespace: string;
    mode: "dry-run" | "mutant";
    mutantActivation: "static" | "runtime" | undefined;
  }
}

interface Stryker {
  activeMutant?: string | undefined;
  mutantCoverage?: { static: object; perTest: object };
}

const namespaces = globalThis as unknown as Record<string, Stryker | undefined>;
const stryker = namespaces[inject("globalNamespace")];
if (stryker !== undefined && inject("mutantActivation") !== "static") stryker.activeMutant = undefined;
// In place: the instrumented modules hold on to the object.
if (stryker?.mutantCoverage !== undefined && inject("mode") === "dry-run")
  Object.assign(stryker.mutantCoverage, { static: {}, perTest: {} });

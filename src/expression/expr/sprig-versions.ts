import type { NativeFunction } from "./arguments.js";
import { parseVersion } from "./go-version.js";
import { parseConstraint, satisfies } from "./version-constraint.js";

export const SPRIG_VERSIONS: Record<string, NativeFunction> = {
  semver: (args) => {
    args.expect(1);
    return parseVersion(args.text(0));
  },
  semverCompare: (args) => {
    args.expect(2);
    const constraint = parseConstraint(args.text(0));
    const version = parseVersion(args.text(1));
    // Ranges are looked for from every place of a word, and each comparison reads both prereleases.
    args.budget.spend(Math.floor((args.text(0).length + args.text(1).length) ** 2 / 1024));
    return satisfies(version, constraint);
  },
};

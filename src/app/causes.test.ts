import { expect, it } from "vitest";
import type { Run } from "../run/read-run.js";
import { openCauses } from "./causes.js";
import type { Reconciled } from "./reconciled.js";

function reconciled(fingerprint: string | undefined, phase = "Running"): Reconciled {
  const rest = { decisions: new Map(), released: false, settled: true };
  return { ...rest, run: { phase } as Run, ...(fingerprint === undefined ? {} : { fingerprint }) };
}

it("gives what the last look settled to a look that only the engine asks for", () => {
  const causes = openCauses();
  expect(causes.take("a")).toBeUndefined();
  causes.settled("a", reconciled("as it is"));
  expect(causes.take("a")).toBe("as it is");
  expect(causes.take("a")).toBe("as it is");
  expect(causes.take("b")).toBeUndefined();
});

it("wants a whole look after each asking, whenever that came", () => {
  const causes = openCauses();
  causes.settled("a", reconciled("as it is"));
  causes.ask("a");
  expect(causes.take("a")).toBeUndefined();
  causes.ask("a");
  causes.settled("a", reconciled("as it is"));
  expect(causes.take("a")).toBeUndefined();
  expect(causes.take("a")).toBe("as it is");
});

it.each([
  ["that was not settled", reconciled(undefined)],
  ["that does not count", undefined],
  ["of a run that has ended", reconciled("as it is", "Succeeded")],
  ["of a run that is gone", { ...reconciled("as it is"), run: undefined }],
])("knows nothing after a look %s", (_, look) => {
  const causes = openCauses();
  causes.settled("a", reconciled("as it was"));
  causes.settled("a", look);
  expect(causes.take("a")).toBeUndefined();
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { CheckPayload } from "../report/check.js";
import { openEnsureCheck } from "./ensure-check.js";
import type { CheckRuns, RepositoryRef, StoredCheck } from "./ports.js";

const reference: RepositoryRef = { id: 1, slug: "acme/infra", installationId: 1 };
const payload = (externalId: string) => ({ name: "deploy", externalId }) as CheckPayload;

/** GitHub shows a check run in lists when its answer has been sent. */
function openChecks() {
  const stored: StoredCheck[] = [];
  const checkRuns: Pick<CheckRuns, "list" | "create"> = {
    async list() {
      const found = [...stored];
      await sleep(5);
      return found;
    },
    async create(_repository, _sha, { name, externalId }) {
      await sleep(5);
      const check = { id: stored.length + 1, name, externalId, status: "completed" } as StoredCheck;
      stored.push(check);
      return check;
    },
  };
  return { stored, ensureCheck: openEnsureCheck({ checkRuns: checkRuns as CheckRuns }) };
}

it("makes one check run of what two ask for at once", async () => {
  const { stored, ensureCheck } = openChecks();
  const ids = await Promise.all(
    ["a", "a", "b"].map(async (id) => (await ensureCheck(reference, "0".repeat(40), payload(id))).externalId),
  );
  expect(ids).toEqual(["a", "a", "b"]);
  expect(stored.map(({ externalId }) => externalId).toSorted()).toEqual(["a", "b"]);
});

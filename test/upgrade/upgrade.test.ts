import Database from "libsql";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLocalEngine } from "../../src/engine/local/local-engine.js";
import { openGates } from "../../src/run/gates.js";
import { label } from "../../src/run/metadata.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";

const sha = "201d0a8a184de5f27fc7e7bf37ea4814e1febc00";
const key = { namespace: "sluice", name: "gated-2eec053a0770035" };

/**
 * `state-0.1.sql` is the database of an App of version 0.1, ended while a run waited at its gate. A version that changes
 * what is stored adds a file of its own and leaves the older ones as they are.
 */
it.each(["state-0.1.sql"])("a run that waits in the state %s goes on where it was", async (file) => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-upgrade-"));
  mkdirSync(join(directory, "logs"));
  const database = new Database(join(directory, "runs.db"));
  database.exec(readFileSync(join(import.meta.dirname, file), "utf8"));
  database.close();
  const engine = await openLocalEngine({ directory, isolation: "auto" });
  try {
    const labels = { [label.repositoryId]: "1008", [label.sha]: sha };
    const [found, ...others] = await engine.list({ labels, unfinished: true });
    expect(others).toEqual([]);
    if (found === undefined) throw new Error("the run is not found");
    const run = readRun(found);
    expect(run.facts).toMatchObject({
      repository: "acme/infra",
      headSha: sha,
      actor: { login: "alice" },
      pullRequest: { number: 1, baseRef: "main", fork: false },
      tokenPermissions: { contents: "read" },
    });
    expect(run.report.legs).toMatchObject([{ id: 1014, leg: 0, completed: true }]);
    const [gate] = openGates(run);
    if (gate === undefined) throw new Error("no gate waits");
    const released = await engine.release(
      key,
      { uid: found.metadata.uid ?? "", nodeId: gate.node.id, startedAt: gate.node.startedAt ?? "" },
      { phase: "Succeeded", message: "approved", outputs: { approve: "YES" }, annotations: {} },
    );
    expect(released).toBe("done");
    await expect.poll(async () => isFinished((await engine.get(key))?.status?.phase)).toBe(true);
    const ended = (await engine.get(key))?.status;
    const phases = Object.values(ended?.nodes ?? {}).map(({ displayName, phase }) => [displayName, phase]);
    expect(Object.fromEntries(phases)).toMatchObject({
      plan: "Succeeded",
      approval: "Succeeded",
      apply: "Succeeded",
    });
    expect(ended?.phase).toBe("Succeeded");
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true, force: true });
  }
});

import { openLocalEngine } from "../../src/engine/local/local-engine.js";
import type { Workflow } from "../../src/manifest/argo.js";
import { openGates } from "../../src/run/gates.js";
import { isFinished } from "../../src/run/phases.js";
import { readRun } from "../../src/run/read-run.js";
import { subject } from "./subject.js";

/** An engine in a process of its own, to be killed: goes on with the run until it has ended, and prints it then. */
async function main(directory: string): Promise<void> {
  const engine = await openLocalEngine({ directory, isolation: "serial" });
  const key = { namespace: "default", name: subject.metadata.name ?? "" };
  process.stdout.write("open\n");
  await engine.submit(subject);
  for (;;) {
    const workflow = (await engine.get(key)) as Workflow;
    if (isFinished(workflow.status?.phase)) {
      process.stdout.write(`${JSON.stringify(workflow)}\n`);
      break;
    }
    for (const { node, startedAt } of openGates(readRun(workflow))) {
      const gate = { uid: workflow.metadata.uid ?? "", nodeId: node.id, startedAt };
      const answer = { message: "yes", outputs: { go: "YES" }, annotations: { answered: "yes" } };
      await engine.release(key, gate, { phase: "Succeeded", ...answer });
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await engine.close();
}

await main(process.argv[2] ?? "");

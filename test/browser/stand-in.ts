import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { NodeLog, RunKey } from "../../src/engine/engine.js";
import type { Workflow } from "../../src/manifest/argo.js";
import type { GateDecision } from "../../src/policy/gate.js";
import type { RunPagesOptions } from "../../src/server/page/options.js";
import { openRunPages } from "../../src/server/page/run-pages.js";

/** The pages over Workflow objects and logs that a test sets, without sign-in. */
export interface StandIn {
  url: string;
  set(workflow: Workflow, decisions?: Record<string, GateDecision>): void;
  setLog(nodeId: string, log: NodeLog): void;
  close(): Promise<void>;
}

export async function openStandIn(signIn: RunPagesOptions["signIn"] = "localhost"): Promise<StandIn> {
  const workflows = new Map<string, Workflow>();
  const decided = new Map<string, ReadonlyMap<string, GateDecision>>();
  const logs = new Map<string, NodeLog>();
  const watchers = new Set<(key: RunKey) => void>();
  const quiet = () => undefined;
  const textOf = ({ namespace = "", name = "" }: { namespace?: string; name?: string }) =>
    `${namespace}/${name}`;
  const pages = openRunPages({
    engine: {
      get: (key) => Promise.resolve(workflows.get(textOf(key))),
      log: (_key, nodeId, tailBytes) => Promise.resolve(tailOf(logs.get(nodeId), tailBytes)),
      watch(onChange) {
        watchers.add(onChange);
        return { close: () => Promise.resolve(void watchers.delete(onChange)) };
      },
    },
    gatesOf: (run) => Promise.resolve(decided.get(textOf(run.key)) ?? new Map<string, GateDecision>()),
    maskOf: () => Promise.resolve(undefined),
    publicUrl: "http://127.0.0.1",
    signIn,
    clock: Date.now,
    log: { info: quiet, warn: quiet, error: quiet },
  });
  const server = createServer((request, response) => {
    void pages.answer(request, response).then((answered) => answered || response.writeHead(404).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(workflow, decisions = {}) {
      const key = { namespace: workflow.metadata.namespace ?? "", name: workflow.metadata.name ?? "" };
      workflows.set(textOf(key), workflow);
      decided.set(textOf(key), new Map(Object.entries(decisions)));
      for (const watcher of watchers) watcher(key);
    },
    setLog: (nodeId, log) => void logs.set(nodeId, log),
    async close() {
      await pages.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function tailOf(log: NodeLog | undefined, bytes: number): NodeLog | undefined {
  if (log === undefined || log.text.length <= bytes) return log;
  return { text: log.text.slice(-bytes), truncated: true };
}

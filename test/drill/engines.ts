import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { stringify } from "yaml";
import type { NodeStatus, Workflow, WorkflowSpec } from "../../src/manifest/argo.js";
import { startCluster, type Cluster } from "../support/kubernetes/cluster.js";
import type { StoreEvent } from "../support/kubernetes/object-store.js";

export type EngineName = "local" | "argo";

/** Where the runs are, seen without the App. */
export interface Ground {
  cluster?: Cluster;
  /** All Workflow objects as they are now. */
  workflows(): Workflow[];
  /** Names of Secrets, with the engine `argo`. */
  secrets(): string[];
  close(): Promise<void>;
}

/** A suspend node that was ended by somebody. */
export interface Answer {
  run: string;
  node: NodeStatus;
}

export function openLocalGround(directory: string): Ground {
  mkdirSync(directory, { recursive: true });
  return {
    workflows: () => readRuns(join(directory, "runs.db")),
    secrets: () => [],
    close: () => Promise.resolve(),
  };
}

function readRuns(file: string): Workflow[] {
  const db = new Database(file, { readonly: true });
  try {
    const runs = db
      .prepare("SELECT runs.uid, workflow, spec FROM runs LEFT JOIN specs ON specs.uid = runs.uid")
      .all([]) as { uid: string; workflow: string; spec: string | null }[];
    const nodes = db.prepare("SELECT uid, id, node FROM nodes").all([]) as {
      uid: string;
      id: string;
      node: string;
    }[];
    return runs.map(({ uid, workflow, spec }) => {
      const object = JSON.parse(workflow) as Workflow;
      if (spec !== null) object.spec = (JSON.parse(spec) as { spec: WorkflowSpec }).spec;
      const own = nodes.filter((each) => each.uid === uid);
      const all = Object.fromEntries(own.map(({ id, node }) => [id, JSON.parse(node) as NodeStatus]));
      return { ...object, status: { ...object.status, nodes: all } };
    });
  } finally {
    db.close();
  }
}

export async function openArgoGround(mounts: string[], onAnswer: (answer: Answer) => void): Promise<Ground> {
  const cluster = await startCluster({ mounts });
  const { store } = cluster.api;
  store.onEvent((event) => {
    for (const answer of answersIn(event)) onAnswer(answer);
  });
  return {
    cluster,
    workflows: () => store.list("workflows", "sluice") as unknown as Workflow[],
    secrets: () => store.list("secrets", "sluice").map(({ metadata }) => metadata.name),
    close: () => cluster.close(),
  };
}

function answersIn({ resource, object, previous }: StoreEvent): Answer[] {
  if (resource !== "workflows" || previous === undefined) return [];
  const now = nodesOf(object);
  const before = nodesOf(previous);
  return Object.values(now)
    .filter(
      ({ id, type, phase }) => type === "Suspend" && phase !== "Running" && before[id]?.phase === "Running",
    )
    .map((node) => ({ run: object.metadata.name, node }));
}

function nodesOf(object: object): Record<string, NodeStatus> {
  return (object as Workflow).status?.nodes ?? {};
}

/** A kubeconfig that leads to a link. */
export function writeKubeconfig(file: string, server: string, token: string): void {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "drill",
    clusters: [{ name: "drill", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "drill", user: { token } }],
    contexts: [{ name: "drill", context: { cluster: "drill", user: "drill" } }],
  };
  writeFileSync(file, stringify(config));
}

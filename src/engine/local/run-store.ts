import Database from "libsql";
import type { NodeStatus, Outputs, Workflow, WorkflowSpec } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import type { RunKey } from "../engine.js";

interface RunRow {
  uid: string;
  workflow: string;
  spec: string | null;
}

/** What hardly ever changes of a workflow, and may be long. */
interface Fixed {
  spec: WorkflowSpec;
  stored?: WorkflowSpec;
}

const schema = `
  CREATE TABLE IF NOT EXISTS runs (uid TEXT PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL,
    workflow TEXT NOT NULL, finished INTEGER NOT NULL, UNIQUE (namespace, name));
  CREATE TABLE IF NOT EXISTS specs (uid TEXT PRIMARY KEY, spec TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS nodes (uid TEXT NOT NULL, id TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (uid, id));
  CREATE TABLE IF NOT EXISTS memos (namespace TEXT NOT NULL, cache TEXT NOT NULL, key TEXT NOT NULL,
    outputs TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (namespace, cache, key));`;

// An upsert keeps the row's id, and so the order in which nodes were made; REPLACE would give it a new one.
const nodeUpsert =
  "INSERT INTO nodes (uid, id, node) VALUES (?, ?, ?) ON CONFLICT (uid, id) DO UPDATE SET node = excluded.node";
const runUpsert = `INSERT INTO runs (uid, namespace, name, workflow, finished) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (uid) DO UPDATE SET workflow = excluded.workflow, finished = excluded.finished`;
const runSelect = "SELECT runs.uid, workflow, spec FROM runs LEFT JOIN specs ON specs.uid = runs.uid";

/** Workflow objects in one SQLite file. What a method wrote is durable when it returns. */
export class RunStore {
  readonly #db: Database.Database;
  readonly #putNode: Database.Statement;
  readonly #putRun: Database.Statement;
  /** What of the fixed part was written, by uid. */
  readonly #fixed = new Map<string, string>();

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#db.exec("PRAGMA synchronous = FULL");
    this.#db.exec(schema);
    this.#putNode = this.#db.prepare(nodeUpsert);
    this.#putRun = this.#db.prepare(runUpsert);
  }

  get(key: RunKey): Workflow | undefined {
    const row = this.#db
      .prepare(`${runSelect} WHERE namespace = ? AND name = ?`)
      .get([key.namespace, key.name]);
    return row ? this.#assemble(row as RunRow) : undefined;
  }

  list(unfinished: boolean): Workflow[] {
    const where = unfinished ? "WHERE finished = 0" : "";
    const rows = this.#db.prepare(`${runSelect} ${where} ORDER BY runs.rowid`).all([]) as RunRow[];
    return rows.map((row) => this.#assemble(row));
  }

  /** Writes the workflow without its nodes, and the nodes named in `changed`, in one transaction. */
  save(workflow: Workflow, changed: readonly string[]): void {
    const { apiVersion, kind, metadata, spec, status: whole } = workflow;
    const { uid = "", namespace = "", name = "" } = metadata;
    const { nodes = {}, storedWorkflowTemplateSpec: stored, ...status } = whole ?? {};
    const text = JSON.stringify({ apiVersion, kind, metadata, status });
    const done = isFinished(status.phase);
    const version = `${spec.shutdown ?? ""} ${stored === undefined}`;
    const isNew = this.#fixed.get(uid) !== version;
    this.#transaction(() => {
      this.#putRun.run([uid, namespace, name, text, done ? 1 : 0]);
      if (isNew) this.#putFixed(uid, { spec, ...(stored ? { stored } : {}) });
      for (const id of changed) if (nodes[id]) this.#putNode.run([uid, id, JSON.stringify(nodes[id])]);
    });
    if (done) this.#fixed.delete(uid);
    else this.#fixed.set(uid, version);
  }

  #putFixed(uid: string, fixed: Fixed): void {
    this.#db
      .prepare("INSERT OR REPLACE INTO specs (uid, spec) VALUES (?, ?)")
      .run([uid, JSON.stringify(fixed)]);
  }

  /** What a cache has under a key that is not older than `since`, in milliseconds since the epoch. */
  recall(namespace: string, cache: string, key: string, since: number): Outputs | undefined {
    const row = this.#db
      .prepare("SELECT outputs FROM memos WHERE namespace = ? AND cache = ? AND key = ? AND at >= ?")
      .get([namespace, cache, key, Math.max(0, since)]) as { outputs: string } | undefined;
    return row && (JSON.parse(row.outputs) as Outputs);
  }

  remember(namespace: string, cache: string, key: string, entry: { outputs: Outputs; at: number }): void {
    this.#db
      .prepare("INSERT OR REPLACE INTO memos (namespace, cache, key, outputs, at) VALUES (?, ?, ?, ?, ?)")
      .run([namespace, cache, key, JSON.stringify(entry.outputs), entry.at]);
  }

  close(): void {
    this.#db.close();
  }

  #assemble(row: RunRow): Workflow {
    const workflow = JSON.parse(row.workflow) as Workflow;
    if (row.spec !== null) {
      const { spec, stored } = JSON.parse(row.spec) as Fixed;
      workflow.spec = spec;
      if (stored) workflow.status = { ...workflow.status, storedWorkflowTemplateSpec: stored };
    }
    const rows = this.#db
      .prepare("SELECT id, node FROM nodes WHERE uid = ? ORDER BY rowid")
      .all([row.uid]) as { id: string; node: string }[];
    const nodes: Record<string, NodeStatus> = {};
    for (const { id, node } of rows) nodes[id] = JSON.parse(node) as NodeStatus;
    if (rows.length > 0) workflow.status = { ...workflow.status, nodes };
    return workflow;
  }

  #transaction(write: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      write();
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #rollback(): void {
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
  }
}

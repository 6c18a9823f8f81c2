import Database from "libsql";
import type { NodeStatus, Workflow } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import type { RunKey } from "../engine.js";

export interface StepProcess {
  uid: string;
  nodeId: string;
  pid: number;
  /** Field 22 of /proc/PID/stat: tells a process from a later one with the same id. */
  started: string;
}

interface RunRow {
  uid: string;
  workflow: string;
}

const schema = `
  CREATE TABLE IF NOT EXISTS runs (uid TEXT PRIMARY KEY, namespace TEXT NOT NULL, name TEXT NOT NULL,
    workflow TEXT NOT NULL, finished INTEGER NOT NULL, UNIQUE (namespace, name));
  CREATE TABLE IF NOT EXISTS nodes (uid TEXT NOT NULL, id TEXT NOT NULL, node TEXT NOT NULL, PRIMARY KEY (uid, id));
  CREATE TABLE IF NOT EXISTS processes (uid TEXT NOT NULL, id TEXT NOT NULL, pid INTEGER NOT NULL,
    started TEXT NOT NULL, PRIMARY KEY (uid, id));`;

// An upsert keeps the row's id, and so the order in which nodes were made; REPLACE would give it a new one.
const nodeUpsert =
  "INSERT INTO nodes (uid, id, node) VALUES (?, ?, ?) ON CONFLICT (uid, id) DO UPDATE SET node = excluded.node";

/** Workflow objects in one SQLite file. What a method wrote is durable when it returns. */
export class RunStore {
  readonly #db: Database.Database;

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#db.exec("PRAGMA synchronous = FULL");
    this.#db.exec(schema);
  }

  get(key: RunKey): Workflow | undefined {
    const row = this.#db
      .prepare("SELECT uid, workflow FROM runs WHERE namespace = ? AND name = ?")
      .get([key.namespace, key.name]) as RunRow | undefined;
    return row && this.#assemble(row);
  }

  list(unfinished: boolean): Workflow[] {
    const rows = this.#db
      .prepare(`SELECT uid, workflow FROM runs ${unfinished ? "WHERE finished = 0" : ""} ORDER BY rowid`)
      .all([]) as RunRow[];
    return rows.map((row) => this.#assemble(row));
  }

  /** Writes the workflow without its nodes, and the nodes named in `changed`, in one transaction. */
  save(workflow: Workflow, changed: readonly string[]): void {
    const uid = workflow.metadata.uid ?? "";
    const { nodes = {}, ...status } = workflow.status ?? {};
    const text = JSON.stringify({ ...workflow, status });
    this.#transaction(() => {
      this.#db
        .prepare(
          `INSERT INTO runs (uid, namespace, name, workflow, finished) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (uid) DO UPDATE SET workflow = excluded.workflow, finished = excluded.finished`,
        )
        .run([
          uid,
          workflow.metadata.namespace ?? "",
          workflow.metadata.name ?? "",
          text,
          isFinished(workflow.status?.phase) ? 1 : 0,
        ]);
      const put = this.#db.prepare(nodeUpsert);
      for (const id of changed) if (nodes[id]) put.run([uid, id, JSON.stringify(nodes[id])]);
    });
  }

  putProcess(process: StepProcess): void {
    this.#db
      .prepare("INSERT OR REPLACE INTO processes (uid, id, pid, started) VALUES (?, ?, ?, ?)")
      .run([process.uid, process.nodeId, process.pid, process.started]);
  }

  dropProcess(uid: string, nodeId: string): void {
    this.#db.prepare("DELETE FROM processes WHERE uid = ? AND id = ?").run([uid, nodeId]);
  }

  processes(): StepProcess[] {
    return this.#db.prepare("SELECT uid, id AS nodeId, pid, started FROM processes").all([]) as StepProcess[];
  }

  close(): void {
    this.#db.close();
  }

  #assemble(row: RunRow): Workflow {
    const workflow = JSON.parse(row.workflow) as Workflow;
    const rows = this.#db
      .prepare("SELECT id, node FROM nodes WHERE uid = ? ORDER BY rowid")
      .all([row.uid]) as {
      id: string;
      node: string;
    }[];
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

import Database from "libsql";
import type { NodeStatus, Outputs, Workflow, WorkflowSpec } from "../../manifest/argo.js";
import { isFinished } from "../../run/phases.js";
import type { RunKey } from "../engine.js";
import { FileSync } from "./file-sync.js";
import { bootId } from "./processes.js";
import { RunLabels } from "./run-labels.js";

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
const runUpsert = `INSERT INTO runs (uid, namespace, name, workflow, finished, announced) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (uid) DO UPDATE SET workflow = excluded.workflow, finished = excluded.finished,
    announced = excluded.announced`;
const wholeRun = "runs.uid, runs.workflow, specs.spec";
const withSpec = "LEFT JOIN specs ON specs.uid = runs.uid";

const tablesOfRuns = ["nodes", "specs", "labels", "runs"];

/** Of runs; all of them without any. */
export interface StoredSelector {
  /** All of which a run must have. */
  labels?: Readonly<Record<string, string>> | undefined;
  unfinished?: boolean | undefined;
}

/** The steps that may have started although they are not known as running, and in which life of the machine. */
interface Announced {
  boot: string;
  ids: readonly string[];
}

/**
 * Workflow objects in one SQLite file. What a method wrote survives the end of this process when it returns, and that
 * of the machine when `synced` resolves: SQLite syncs only where it must to stay whole, and the log that it appends
 * to is synced here, for many writes at once.
 */
export class RunStore {
  readonly #db: Database.Database;
  readonly #putNode: Database.Statement;
  readonly #putRun: Database.Statement;
  readonly #putSpec: Database.Statement;
  readonly #getRun: Database.Statement;
  readonly #getNodes: Database.Statement;
  readonly #labels: RunLabels;
  readonly #begin: Database.Statement;
  readonly #commit: Database.Statement;
  readonly #sync: FileSync;
  /** What of the fixed part was written, by uid. */
  readonly #fixed = new Map<string, string>();

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#db.exec("PRAGMA synchronous = NORMAL");
    this.#db.exec(schema);
    this.#addColumn();
    this.#sync = new FileSync(`${file}-wal`);
    this.#begin = this.#db.prepare("BEGIN IMMEDIATE");
    this.#commit = this.#db.prepare("COMMIT");
    this.#putNode = this.#db.prepare(nodeUpsert);
    this.#putRun = this.#db.prepare(runUpsert);
    this.#putSpec = this.#db.prepare("INSERT OR REPLACE INTO specs (uid, spec) VALUES (?, ?)");
    this.#getRun = this.#db.prepare(
      `SELECT ${wholeRun} FROM runs ${withSpec} WHERE namespace = ? AND name = ?`,
    );
    this.#getNodes = this.#db.prepare("SELECT id, node FROM nodes WHERE uid = ? ORDER BY rowid");
    this.#labels = new RunLabels(this.#db);
  }

  /** Resolves when all that was written before is durable. After a rejection `save` must write the nodes once more. */
  synced(): Promise<void> {
    return this.#orForget(this.#sync.synced());
  }

  /** The same, when nobody waits: with the next sync, or soon. */
  syncedLater(): Promise<void> {
    return this.#orForget(this.#sync.syncedLater());
  }

  async #orForget(synced: Promise<void>): Promise<void> {
    try {
      await synced;
    } catch (error) {
      this.#fixed.clear();
      this.#labels.forgetAll();
      throw error;
    }
  }

  get(key: RunKey): Workflow | undefined {
    const row = this.#getRun.get([key.namespace, key.name]);
    return row ? this.#assemble(row as RunRow) : undefined;
  }

  /** Without specs and nodes. */
  outline(selector: StoredSelector): Workflow[] {
    const rows = this.#select("runs.workflow", "", selector) as Pick<RunRow, "workflow">[];
    return rows.map(({ workflow }) => ({ spec: {}, ...JSON.parse(workflow) }) as Workflow);
  }

  /** In the order in which they were submitted. */
  list(selector: StoredSelector): Workflow[] {
    return (this.#select(wholeRun, withSpec, selector) as RunRow[]).map((row) => this.#assemble(row));
  }

  #select(columns: string, joined: string, { labels = {}, unfinished = false }: StoredSelector): unknown[] {
    const { from, where, values } = this.#labels.from(labels);
    const conditions = [...where, ...(unfinished ? ["runs.finished = 0"] : [])];
    const all = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    return this.#db
      .prepare(`SELECT ${columns} FROM ${from} ${joined} ${all} ORDER BY runs.rowid`)
      .all(values);
  }

  /**
   * Writes the workflow without its nodes, and the nodes named in `changed`, in one transaction. The steps that are
   * `announced` may be started before their start is written.
   */
  save(workflow: Workflow, changed: readonly string[], announced: readonly string[] = []): void {
    const { apiVersion, kind, metadata, spec, status: whole } = workflow;
    const { uid = "", namespace = "", name = "" } = metadata;
    const { nodes = {}, storedWorkflowTemplateSpec: stored, ...status } = whole ?? {};
    const text = JSON.stringify({ apiVersion, kind, metadata, status });
    const done = isFinished(status.phase);
    const version = `${spec.shutdown ?? ""} ${spec.suspend === true} ${stored === undefined}`;
    const next: Announced = { boot: bootId, ids: announced };
    const ahead = announced.length > 0 ? JSON.stringify(next) : null;
    const isNew = this.#fixed.get(uid) !== version;
    try {
      this.#transaction(() => {
        this.#putRun.run([uid, namespace, name, text, done ? 1 : 0, ahead]);
        this.#labels.put(uid, metadata.labels);
        if (isNew) this.#putFixed(uid, { spec, ...(stored ? { stored } : {}) });
        for (const id of changed) if (nodes[id]) this.#putNode.run([uid, id, JSON.stringify(nodes[id])]);
      });
    } catch (error) {
      this.#labels.forget(uid);
      throw error;
    }
    this.#sync.written();
    if (done) this.#forget(uid);
    else this.#fixed.set(uid, version);
  }

  /** The steps that were announced last; `isThisBoot` when the machine has not gone down since. */
  announced(uid: string): { ids: readonly string[]; isThisBoot: boolean } {
    const row = this.#db.prepare("SELECT announced FROM runs WHERE uid = ?").get([uid]) as
      { announced: string | null } | undefined;
    if (!row?.announced) return { ids: [], isThisBoot: true };
    const { boot, ids } = JSON.parse(row.announced) as Announced;
    return { ids, isThisBoot: boot === bootId };
  }

  /** For a file that was made before runs had it. */
  #addColumn(): void {
    const columns = this.#db.prepare("PRAGMA table_info(runs)").all([]) as { name: string }[];
    if (columns.some(({ name }) => name === "announced")) return;
    this.#db.exec("ALTER TABLE runs ADD COLUMN announced TEXT");
  }

  #forget(uid: string): void {
    this.#fixed.delete(uid);
    this.#labels.forget(uid);
  }

  remove(uid: string): void {
    this.#forget(uid);
    this.#transaction(() => {
      for (const table of tablesOfRuns) this.#db.prepare(`DELETE FROM ${table} WHERE uid = ?`).run([uid]);
    });
    this.#sync.written();
  }

  #putFixed(uid: string, fixed: Fixed): void {
    this.#putSpec.run([uid, JSON.stringify(fixed)]);
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
    this.#sync.written();
  }

  close(): void {
    this.#sync.close();
    this.#db.close();
  }

  #assemble(row: RunRow): Workflow {
    const workflow = JSON.parse(row.workflow) as Workflow;
    if (row.spec !== null) {
      const { spec, stored } = JSON.parse(row.spec) as Fixed;
      workflow.spec = spec;
      if (stored) workflow.status = { ...workflow.status, storedWorkflowTemplateSpec: stored };
    }
    const rows = this.#getNodes.all([row.uid]) as { id: string; node: string }[];
    const nodes: Record<string, NodeStatus> = {};
    for (const { id, node } of rows) nodes[id] = JSON.parse(node) as NodeStatus;
    if (rows.length > 0) workflow.status = { ...workflow.status, nodes };
    return workflow;
  }

  #transaction(write: () => void): void {
    this.#begin.run([]);
    try {
      write();
      this.#commit.run([]);
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

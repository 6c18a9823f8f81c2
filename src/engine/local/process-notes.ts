import Database from "libsql";

export interface StepProcess {
  uid: string;
  nodeId: string;
  pid: number;
  /** Field 22 of /proc/PID/stat: tells a process from a later one with the same id. */
  started: string;
}

/**
 * The processes that run now, for the engine that finds them left by one that crashed. Not synced to the disk: when
 * the machine goes down, so do they.
 */
export class ProcessNotes {
  readonly #db: Database.Database;
  readonly #put: Database.Statement;
  readonly #drop: Database.Statement;

  constructor(file: string) {
    this.#db = new Database(file);
    this.#db.exec("PRAGMA journal_mode = WAL");
    this.#db.exec("PRAGMA synchronous = OFF");
    this.#db
      .exec(`CREATE TABLE IF NOT EXISTS processes (uid TEXT NOT NULL, id TEXT NOT NULL, pid INTEGER NOT NULL,
      started TEXT NOT NULL, PRIMARY KEY (uid, id, pid))`);
    this.#put = this.#db.prepare(
      "INSERT OR REPLACE INTO processes (uid, id, pid, started) VALUES (?, ?, ?, ?)",
    );
    this.#drop = this.#db.prepare("DELETE FROM processes WHERE uid = ? AND id = ?");
  }

  put({ uid, nodeId, pid, started }: StepProcess): void {
    this.#put.run([uid, nodeId, pid, started]);
  }

  drop(uid: string, nodeId: string): void {
    this.#drop.run([uid, nodeId]);
  }

  all(): StepProcess[] {
    return this.#db.prepare("SELECT uid, id AS nodeId, pid, started FROM processes").all([]) as StepProcess[];
  }

  close(): void {
    this.#db.close();
  }
}

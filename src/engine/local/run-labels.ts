import type Database from "libsql";

const schema = `
  CREATE TABLE IF NOT EXISTS labels (uid TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (uid, name)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS runs_by_label ON labels (name, value);`;

/** Which version of the schema has this table filled. */
const filledSince = 1;
/** To which number it is worth counting what a label matches. */
const countedTo = 1000;

type Labels = Readonly<Record<string, string>>;

/** The labels of runs, so that those with given ones are found without reading the others. */
export class RunLabels {
  readonly #db: Database.Database;
  readonly #put: Database.Statement;
  readonly #drop: Database.Statement;
  readonly #count: Database.Statement;
  /** What was written, by uid. */
  readonly #written = new Map<string, string>();

  constructor(db: Database.Database) {
    this.#db = db;
    db.exec(schema);
    this.#put = db.prepare("INSERT OR REPLACE INTO labels (uid, name, value) VALUES (?, ?, ?)");
    this.#drop = db.prepare("DELETE FROM labels WHERE uid = ?");
    this.#count = db.prepare(
      `SELECT count(*) AS found FROM (SELECT 1 FROM labels WHERE name = ? AND value = ? LIMIT ${countedTo})`,
    );
    this.#fill();
  }

  /** Within the transaction that writes the run. */
  put(uid: string, labels: Labels = {}): void {
    const text = JSON.stringify(labels);
    if (this.#written.get(uid) === text) return;
    this.#drop.run([uid]);
    for (const [name, value] of Object.entries(labels)) this.#put.run([uid, name, value]);
    this.#written.set(uid, text);
  }

  /** What `put` wrote for the run was not kept, or the run is written no more. */
  forget(uid: string): void {
    this.#written.delete(uid);
  }

  forgetAll(): void {
    this.#written.clear();
  }

  /** Conditions and their values for a query of `runs`: those that have all of the labels. */
  from(labels: Labels): { from: string; where: string[]; values: string[] } {
    const [first, ...others] = Object.entries(labels)
      .map(([name, value]) => ({ name, value, found: this.#found(name, value) }))
      .toSorted((a, b) => a.found - b.found);
    if (first === undefined) return { from: "runs", where: [], values: [] };
    const other =
      "EXISTS (SELECT 1 FROM labels AS other WHERE other.uid = runs.uid AND other.name = ? AND other.value = ?)";
    return {
      // A CROSS JOIN makes SQLite begin with the label that fewer runs have.
      from: "labels CROSS JOIN runs ON runs.uid = labels.uid",
      where: ["labels.name = ?", "labels.value = ?", ...others.map(() => other)],
      values: [first, ...others].flatMap(({ name, value }) => [name, value]),
    };
  }

  #found(name: string, value: string): number {
    return (this.#count.get([name, value]) as { found: number }).found;
  }

  /** For a file that was made before labels had a table. */
  #fill(): void {
    const { user_version: version } = this.#db.prepare("PRAGMA user_version").get([]) as {
      user_version: number;
    };
    if (version >= filledSince) return;
    const rows = this.#db.prepare("SELECT uid, workflow FROM runs").all([]) as {
      uid: string;
      workflow: string;
    }[];
    this.#db.exec("BEGIN IMMEDIATE");
    for (const { uid, workflow } of rows) {
      const { metadata } = JSON.parse(workflow) as { metadata: { labels?: Labels } };
      this.put(uid, metadata.labels);
      this.forget(uid);
    }
    this.#db.exec(`PRAGMA user_version = ${filledSince}`);
    this.#db.exec("COMMIT");
  }
}

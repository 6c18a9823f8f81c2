import Database from "libsql";
import { join } from "node:path";

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the directory for this engine until released or until the process ends, however it ends: the lock is
 * SQLite's own on an open transaction. Throws when another engine has it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const database = new Database(join(directory, "lock.db"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    throw new Error(`another engine has ${directory} open`, { cause });
  }
  return {
    release() {
      database.exec("ROLLBACK");
      database.close();
    },
  };
}

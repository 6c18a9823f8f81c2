import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";

export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The file that a command's name stands for; undefined when no folder has one that may be executed. */
export function found(name: string, searched: string): string | undefined {
  for (const folder of searched.split(":")) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      continue;
    }
  }
  return undefined;
}

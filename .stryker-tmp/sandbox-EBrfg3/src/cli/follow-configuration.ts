import { unwatchFile, watchFile } from "node:fs";
import type { ConfigurationSource } from "../compose.js";
import type { Configuration } from "../policy/configuration.js";

const lookMs = 2000;

/**
 * The configuration of a file, read again when the file changes (also by a renamed link, as Kubernetes replaces
 * mounted files) and on SIGHUP. What cannot be used leaves the last good one in force and says so. Throws when the
 * first reading cannot be used.
 */
export function followConfiguration(path: string, read: () => Configuration): ConfigurationSource {
  let current = read();
  return {
    current: () => current,
    follow(log) {
      const readAgain = (): void => {
        try {
          const next = read();
          const changed = JSON.stringify(next) !== JSON.stringify(current);
          current = next;
          if (changed) log.info({ path }, "the configuration was read again");
        } catch (error) {
          log.error(
            { path, err: error },
            "the configuration cannot be used; the last good one stays in force",
          );
        }
      };
      watchFile(path, { interval: lookMs, persistent: false }, readAgain);
      process.on("SIGHUP", readAgain);
      return () => {
        unwatchFile(path, readAgain);
        process.off("SIGHUP", readAgain);
      };
    },
  };
}

/** A configuration that stays as it is. */
export function fixedConfiguration(configuration: Configuration): ConfigurationSource {
  return { current: () => configuration, follow: () => () => undefined };
}

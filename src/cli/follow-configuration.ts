import type { ConfigurationSource } from "../compose.js";
import type { Configuration } from "../policy/configuration.js";

const lookMs = 2000;

/**
 * The configuration of a file, read again every other second (which sees what Kubernetes mounts anew, where watchers
 * do not) and on SIGHUP. What cannot be used leaves the last good one in force and says so, once. Throws when the
 * first reading cannot be used.
 */
export function followConfiguration(path: string, read: () => Configuration): ConfigurationSource {
  let current = read();
  let fault: string | undefined;
  return {
    current: () => current,
    follow(log, onChange = () => undefined) {
      const readAgain = (): void => {
        try {
          const next = read();
          const changed = JSON.stringify(next) !== JSON.stringify(current);
          current = next;
          if (changed || fault !== undefined) log.info({ path }, "the configuration was read again");
          if (changed) onChange();
          fault = undefined;
        } catch (error) {
          if (fault === String(error)) return;
          fault = String(error);
          log.error(
            { path, err: error },
            "the configuration cannot be used; the last good one stays in force",
          );
        }
      };
      const timer = setInterval(readAgain, lookMs).unref();
      process.on("SIGHUP", readAgain);
      return () => {
        clearInterval(timer);
        process.off("SIGHUP", readAgain);
      };
    },
  };
}

/** A configuration that stays as it is. */
export function fixedConfiguration(configuration: Configuration): ConfigurationSource {
  return { current: () => configuration, follow: () => () => undefined };
}

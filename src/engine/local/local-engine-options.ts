import type { ImageRule } from "./images.js";
import type { Library } from "./interpreter/facts.js";

export interface LocalEngineOptions {
  /** Where runs, logs and artifacts are kept; made when absent. One engine at a time. */
  directory: string;
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** What workflows may refer to besides themselves. */
  library?: Library;
  /** Default: as many as the machine has processors. */
  maxParallelSteps?: number;
  /** `overlay` fails where steps cannot have a root of their own; `auto` then runs them one at a time. */
  isolation?: "overlay" | "serial" | "auto";
  /** "PATH" or "HOST:PATH": shown to every step, writable. */
  mounts?: string[];
  /** Files and folders of the host that steps must not see; those that do not exist are left out. */
  hidden?: string[];
  /** What is known of images; the first rule that fits counts. */
  images?: readonly ImageRule[];
  log?: (event: object, message: string) => void;
}

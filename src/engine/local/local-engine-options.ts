import type { ImageRule } from "./images.js";
import type { Library } from "./interpreter/facts.js";
import type { Reach } from "./reach.js";

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
  /** What runs steps: processes of this machine, or their images by docker or podman. Default: processes. */
  executor?: "process" | "docker" | "podman";
  /** "PATH" or "HOST:PATH": shown to every step, writable. */
  mounts?: string[];
  /** Files and folders of the host that steps must not see; those that do not exist are left out. */
  hidden?: string[];
  /** What the engine asks itself for http templates and artifacts; by default nothing of this machine or its link. */
  reach?: Reach;
  /** What is known of images; the first rule that fits counts. */
  images?: readonly ImageRule[];
  log?: (event: object, message: string) => void;
}

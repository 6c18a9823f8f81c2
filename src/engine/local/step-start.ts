import type { ImageRule } from "./images.js";
import type { Outputs, Template, Workflow } from "../../manifest/argo.js";
import type { ContainerEnd, Library } from "./interpreter/facts.js";
import type { Launcher } from "./launcher.js";
import type { Mount } from "./namespace.js";
import type { PodPool } from "./pod-pool.js";
import type { Reach } from "./reach.js";
import type { Isolation, Sandbox } from "./sandbox.js";

export interface StepOptions {
  directory: string;
  isolation: Isolation;
  mounts: readonly Mount[];
  /** Files and folders of the host that steps must not see. */
  hidden: readonly string[];
  images: readonly ImageRule[];
  library: Library;
  /** What the engine asks itself for http templates and artifacts; nothing near when absent. */
  reach?: Reach | undefined;
  launcher?: Launcher | undefined;
  pods?: PodPool | undefined;
}

/** One execution of a container or script template; everything in the template is resolved. */
export interface StepStart {
  workflow: Workflow;
  uid: string;
  nodeId: string;
  template: Template;
  /** The run's token now; it may be replaced while the step runs. */
  token: () => string | undefined;
  /** Every token that the run has had: none may stand in a log or an output. */
  secrets: () => readonly string[];
  /** Told of each process of the host that ends the step when it is killed with its group. */
  onProcess: (pid: number) => void;
  /** Hands over the sandbox while the step runs. */
  onSandbox: (sandbox: Sandbox) => void;
  /** Aborted when the step is to be killed. */
  signal: AbortSignal;
}

export interface StepEnd {
  phase: "Succeeded" | "Failed" | "Error";
  message: string;
  outputs?: Outputs;
  containers?: ContainerEnd[];
}

import type { Path } from "../manifest/problem.js";
import type { Workflow } from "../manifest/argo.js";
import type { Definition } from "../policy/compile-definition.js";

/** Names one Workflow object of an engine. */
export interface RunKey {
  namespace: string;
  name: string;
}

/** A part of a workflow that the engine cannot run; becomes a Problem at the line before anything starts. */
export interface Unsupported {
  /** Path inside the Workflow object; empty for the whole of it. */
  path: Path;
  message: string;
}

export interface Submission {
  /** False when a Workflow of this name was there already; `workflow` is then the stored one. */
  created: boolean;
  workflow: Workflow;
}

/** Identifies one waiting suspend node as it was read; a retry of the node has another `startedAt`. */
export interface GateKey {
  uid: string;
  nodeId: string;
  startedAt: string;
}

export interface GateAnswer {
  phase: "Succeeded" | "Failed";
  /** Shown on the node. */
  message: string;
  /** Every supplied output parameter of the node, when `phase` is Succeeded. */
  outputs: Record<string, string>;
  /** Written on the Workflow in the same write: the audit record. */
  annotations: Record<string, string>;
}

/** `done`: written by this call. `moved`: the node no longer is as the key says; nothing was written. */
export type WriteResult = "done" | "moved";

export interface RunToken {
  value: string;
  /** RFC 3339. */
  expiresAt: string;
}

export interface NodeLog {
  /** The last bytes of standard output and error in the order written, decoded as UTF-8. */
  text: string;
  truncated: boolean;
}

export interface WatchHandle {
  close(): Promise<void>;
}

/** What an engine did not take of a definition; `path` is inside the definition. */
export interface DefinitionRefusal extends Unsupported {
  definition: Definition;
}

/** The WorkflowTemplates and CronWorkflows that repositories have in a cluster, for others than Sluice to see and call. */
export interface Definitions {
  /**
   * Makes a repository's definitions the wanted ones, in every namespace: what it has besides is removed, unless it is
   * to be kept. What belongs to somebody else is left as it is, and told. Idempotent.
   */
  settle(
    repositoryId: number,
    wanted: readonly Definition[],
    keep: (kind: Definition["kind"], name: string) => boolean,
  ): Promise<DefinitionRefusal[]>;
  /** The ids of the repositories that have any. */
  owners(): Promise<number[]>;
}

/**
 * What executes runs. Two engines carry the same Workflow objects; nothing outside `engine/` can tell them
 * apart. Methods throw an EngineError when the engine is out of reach; they never throw for a state that the
 * result type can say.
 */
export interface Engine {
  readonly kind: "argo" | "local";
  /** Absent where nobody but Sluice starts workflows. */
  readonly definitions?: Definitions;
  /** What this engine cannot run of a workflow, with paths; empty when all of it can run. */
  supports(workflow: Workflow): Unsupported[];
  /** Idempotent by `metadata.name`: the second submission of a name changes nothing. Durable on return. */
  submit(workflow: Workflow): Promise<Submission>;
  get(key: RunKey): Promise<Workflow | undefined>;
  /**
   * Workflows whose labels hold all the given ones; `unfinished` leaves out completed ones. With `outline`, metadata
   * and `status.phase` suffice to the caller, and an engine may leave out the rest.
   */
  list(selector: {
    labels?: Record<string, string>;
    unfinished?: boolean;
    outline?: boolean;
  }): Promise<Workflow[]>;
  /**
   * Calls `onChange` with the key of each run that may have changed, from now on. Changes coalesce; the callback
   * must not throw. Not a record of every change: read the run afresh.
   */
  watch(onChange: (key: RunKey) => void): WatchHandle;
  /** Ends one waiting suspend node. Writes only when the node is still the one that the gate key names. */
  release(key: RunKey, gate: GateKey, answer: GateAnswer): Promise<WriteResult>;
  /**
   * Lets a run begin that was submitted with `spec.suspend: true`, and sets or removes annotations in the same write.
   * `moved`: it has begun already, or has ended. Its deadline counts from now on.
   */
  begin(key: RunKey, annotations: Record<string, string | null>): Promise<WriteResult>;
  /** Stop lets exit handlers run, Terminate does not. A finished run is left alone (`moved`). */
  stop(key: RunKey, strategy: "Stop" | "Terminate", message: string): Promise<WriteResult>;
  /** Sets (or with null removes) annotations; with `ifEquals`, only when those annotations still have these values. */
  annotate(
    key: RunKey,
    annotations: Record<string, string | null>,
    ifEquals?: Record<string, string | null>,
  ): Promise<WriteResult>;
  /** Hands the run its GitHub token; replaces the former. Never stored inside a Workflow. */
  putToken(key: RunKey, token: RunToken): Promise<void>;
  /** Makes sure that nothing is left of the token of a run that has ended; does nothing while the run goes on. */
  dropToken(key: RunKey): Promise<void>;
  /** When the token that the run holds now expires (RFC 3339); undefined when it holds none. */
  tokenExpiry(key: RunKey): Promise<string | undefined>;
  /** The end of a node's log; undefined when the engine has none (yet, or any more). */
  log(key: RunKey, nodeId: string, tailBytes: number): Promise<NodeLog | undefined>;
  /** A node's log as far as it is written, from its beginning, in pieces of any size; undefined as for `log`. */
  readLog(key: RunKey, nodeId: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Forgets a finished run, with the logs and artifacts that the engine itself keeps. `moved`: it is not finished, or gone. */
  remove(key: RunKey): Promise<WriteResult>;
  close(): Promise<void>;
}

/** Thrown when an engine could not be asked or could not write; trying again may help when `retryable`. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly retryable: boolean;
  /** What the engine was asked and will not take of the object, for who wrote it; undefined for all other errors. */
  readonly refused: readonly Unsupported[] | undefined;
  constructor(
    message: string,
    options: { cause?: unknown; retryable: boolean; refused?: readonly Unsupported[] },
  ) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
    this.refused = options.refused;
  }
}

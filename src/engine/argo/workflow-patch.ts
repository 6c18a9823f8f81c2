import { setTimeout as sleep } from "node:timers/promises";
import { backoff } from "../../lib/backoff.js";
import type { Workflow } from "../../manifest/argo.js";
import { EngineError, type RunKey, type WriteResult } from "../engine.js";
import { ApiError, hasStatus } from "./api-error.js";
import type { Operation } from "./json-patch.js";
import type { KubernetesClient } from "./kubernetes-client.js";
import { workflowsPath } from "./resources.js";

const mostTries = 12;

/** What to write of a Workflow as it is stored, or what became of the write already. */
export type Plan = (stored: Workflow, unsure: boolean) => Operation[] | WriteResult;

/**
 * Reads, plans and writes until the write is taken or the plan says that there is nothing to write. A failed test
 * (422) or a conflict (409) means that somebody wrote meanwhile: read again. After a write whose answer was lost, the
 * plan is told so (`unsure`), for it may meet what it wrote itself.
 */
export async function patchWorkflow(
  client: KubernetesClient,
  key: RunKey,
  read: () => Promise<Workflow | undefined>,
  plan: Plan,
): Promise<WriteResult> {
  let unsure = false;
  let refused: { version: string | undefined; error: unknown } | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    if (tries > 0) await sleep(backoff(tries - 1, 20, 1000));
    const stored = await read();
    if (stored === undefined) return "moved";
    const version = stored.metadata.resourceVersion;
    // Refused although nobody had written: the next time would be the same.
    if (refused !== undefined && refused.version === version) throw refused.error;
    const planned = plan(stored, unsure);
    if (typeof planned === "string") return planned;
    try {
      await client.request({
        method: "PATCH",
        path: workflowsPath(key.namespace, key.name),
        query: { fieldManager: "sluice" },
        contentType: "application/json-patch+json",
        body: planned,
        tries: 1,
      });
      return "done";
    } catch (error) {
      if (hasStatus(error, 404)) return "moved";
      if (hasStatus(error, 422)) refused = { version, error };
      else if (error instanceof ApiError && error.transient) unsure = true;
      else if (!hasStatus(error, 409)) throw error;
    }
  }
  throw new EngineError(
    `failed to write ${key.namespace}/${key.name}: it changes too fast, or nobody answers`,
    {
      cause: refused?.error,
      retryable: true,
    },
  );
}

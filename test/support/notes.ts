import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hasStatus } from "../../src/engine/argo/api-error.js";
import type { KubernetesClient } from "../../src/engine/argo/kubernetes-client.js";
import { argoLabel, podsPath, type Named, type ObjectList } from "../../src/engine/argo/resources.js";

/** What steps noted down: the proof that they ran, and how often. */
export interface Notes {
  /** A shell command without double quotes of its own; `text` is as the shell's echo takes it. */
  command(name: string, text: string): string;
  /** What steps have noted under the name, in the order of their starts to the second. */
  lines(name: string): Promise<string[]>;
}

/** A file for each name, in a folder that steps may write. */
export function notesInFiles(folder: string): Notes {
  return {
    command: (name, text) => `echo ${text} >> ${folder}/${name}`,
    lines(name) {
      const path = join(folder, name);
      return Promise.resolve(existsSync(path) ? linesOf(readFileSync(path, "utf8")) : []);
    },
  };
}

interface Pod extends Named {
  metadata: Named["metadata"] & { creationTimestamp?: string };
}

/** The logs of the pods of a namespace: nothing that leaves a pod is needed besides. */
export function notesInLogs(client: KubernetesClient, namespace: string): Notes {
  const mark = (name: string) => `noted-${name}: `;
  const read = async ({ metadata }: Pod): Promise<string[]> => {
    try {
      const path = `${podsPath(namespace)}/${metadata.name}/log`;
      const response = await client.open({ path, query: { container: "main" } });
      const chunks: Buffer[] = [];
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
      return linesOf(Buffer.concat(chunks).toString("utf8"));
    } catch (error) {
      // It has not started, or is gone.
      if (hasStatus(error, 400, 404)) return [];
      throw error;
    }
  };
  return {
    command: (name, text) => `echo ${mark(name)}${text}`,
    async lines(name) {
      const { items } = await client.request<ObjectList<Pod>>({
        path: podsPath(namespace),
        query: { labelSelector: argoLabel.workflow },
      });
      const startOf = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
      const pods = items.toSorted((one, other) => startOf(one).localeCompare(startOf(other)));
      const logs = await Promise.all(pods.map(read));
      return logs
        .flat()
        .filter((line) => line.startsWith(mark(name)))
        .map((line) => line.slice(mark(name).length));
    },
  };
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

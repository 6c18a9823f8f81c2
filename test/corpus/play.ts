import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "../../src/cli/run.js";
import type { NodeStatus, Workflow } from "../../src/manifest/argo.js";
import type { Case } from "./cases.js";

export interface Played {
  /** 0 Succeeded, 1 Failed or Error, 2 refused. */
  code: number;
  workflow?: Workflow;
  complaint: string;
  /** The end of the log of each node that ran. */
  logs: Map<string, string>;
}

const IMAGES = join(import.meta.dirname, "images.yaml");

/** Runs one case by `sluice run`, as its text says a harness must. */
export async function play(manifests: string, item: Case): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-corpus-"));
  const io = { out: "", err: "" };
  const logs = new Map<string, string>();
  try {
    const code = await run(
      join(manifests, item.path),
      {
        ...driving(item),
        beside: [...(item.fixtures ?? []).map((path) => join(manifests, path)), ...written(folder, item)],
        images: images(),
        answers: [],
        mounts: [],
        output: "json",
        onLog: (node: NodeStatus, text: string) => void logs.set(node.id, text),
      },
      { out: (text) => (io.out += text), err: (text) => (io.err += text) },
    );
    const workflow = code === 2 ? {} : { workflow: JSON.parse(io.out) as Workflow };
    return { code, complaint: io.err, logs, ...workflow };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function images(): string {
  // Compiled, this file lies elsewhere than what it names.
  return IMAGES.replace("/build/test/", "/test/");
}

/** ConfigMaps that stand in the case itself. */
function written(folder: string, { inlineFixtures }: Case): string[] {
  const maps = Object.entries(inlineFixtures?.configMaps ?? {});
  if (maps.length === 0) return [];
  const documents = maps.map(([name, data]) =>
    stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data }),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "fixtures.yaml"), documents.join("---\n"));
  return [join(folder, "fixtures.yaml")];
}

interface Driving {
  reactions: string[];
  parameters: string[];
  entrypoint?: string;
}

const NONE: Driving = { reactions: [], parameters: [] };

/** What the harness does from outside, in the words of the cases. */
function driving({ driver = "" }: Case): Driving {
  if (driver === "") return NONE;
  const stop =
    /^when (?:suspend node |node )?(\S+)(?: \(\S+\))? is (Running|Succeeded).*?: (stop|terminate)/.exec(
      driver,
    );
  if (stop) return { ...NONE, reactions: [`${stop[1]}:${stop[2]}=${stop[3]}`] };
  const set = /^when (\S+) Running: set output parameter (\S+)=(\S+) and resume/.exec(driver);
  if (set) return { ...NONE, reactions: [`${set[1]}:Running=set:${set[2]}=${set[3]}`] };
  const resume = /^resume node (\S+) once Running/.exec(driver);
  if (resume) return { ...NONE, reactions: [`${resume[1]}:Running=resume`] };
  const submit = /^submit --from, entrypoint (\S+), parameter (\S+)/.exec(driver);
  if (submit?.[1] && submit[2]) return { ...NONE, entrypoint: submit[1], parameters: [`${submit[2]}=hello`] };
  throw new Error(`the harness does not know how to: ${driver}`);
}

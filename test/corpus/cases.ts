import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** One manifest of Argo's and what the controller ends it with; see the corpus's own README. */
export interface Case {
  path: string;
  class: "R" | "X" | "K" | "N";
  expectedPhase?: string | string[];
  /** Exact, or after `contains: ` or `matches: `. */
  expectedMessage?: string;
  expectedNodes?: { displayName: string; phase: string | string[] }[];
  expectedMessages?: Record<string, string>;
  expectedLogs?: Record<string, string>;
  expectedInputs?: Record<string, Record<string, string>>;
  expectedOutputs?: Record<string, Record<string, string>>;
  expectedWorkflowOutputs?: Record<string, string>;
  expectedNodePhaseCounts?: Record<string, Record<string, number>>;
  expectedNodeCount?: number;
  absentNodes?: string[];
  /** Refused before anything runs. */
  expectedError?: string;
  fixtures?: string[];
  inlineFixtures?: { configMaps?: Record<string, Record<string, string>> };
  driver?: string;
  slowSeconds?: number;
  notes?: string;
}

export interface Corpus {
  manifests: string;
  cases: Case[];
}

/** The folder of the corpus; undefined where there is none. */
export function corpusFolder(): string | undefined {
  const folder = process.env["SLUICE_CORPUS"] ?? "../shared/argo-corpus";
  return existsSync(join(folder, "cases.yaml")) ? folder : undefined;
}

export function readCorpus(folder: string): Corpus {
  const { cases } = parse(readFileSync(join(folder, "cases.yaml"), "utf8")) as { cases: Case[] };
  return { manifests: join(folder, "manifests"), cases };
}

import { describe, expect, it } from "vitest";
import { corpusFolder, readCorpus } from "./cases.js";
import { differences } from "./judge.js";
import { play } from "./play.js";

const folder = corpusFolder();
const corpus = folder === undefined ? { manifests: "", cases: [] } : readCorpus(folder);
/** Cases that sleep for longer are left to `npm run corpus`. */
const PATIENCE_SECONDS = 35;
const [short, long] = [
  corpus.cases.filter(({ slowSeconds = 0 }) => slowSeconds <= PATIENCE_SECONDS),
  corpus.cases.filter(({ slowSeconds = 0 }) => slowSeconds > PATIENCE_SECONDS),
];

describe.skipIf(folder === undefined)(
  "Argo's manifests run as Argo runs them (skipped where the corpus is not at hand)",
  () => {
    it.concurrent.each(short)("$path", { timeout: 300_000 }, async (item) => {
      expect(differences(item, await play(corpus.manifests, item))).toEqual([]);
    });
    it.skip.each(long)("$path takes $slowSeconds s: npm run corpus", () => undefined);
  },
);

import { expect, it } from "vitest";
import { compactJson } from "../../src/expression/go-format.js";
import { parseDuration } from "../../src/lib/duration.js";
import { maskSecrets } from "../../src/lib/mask-secrets.js";
import { escapeMarkdown, fence, stripControls } from "../../src/lib/text.js";
import { helmActions, helmControlLines, unescapeHelm } from "../../src/manifest/helm.js";
import { parseCommand } from "../../src/policy/command.js";
import { matchesFilter } from "../../src/policy/glob.js";
import { skipWord } from "../../src/policy/skip-ci.js";
import { referencesIn } from "../../src/policy/references.js";
import { plainTitle } from "../../src/report/plain.js";
import { safeMarkdown } from "../../src/report/safe-markdown.js";
import { parseWorkflowCommand } from "../../src/report/workflow-command.js";
import { tagsOf } from "../../src/expression/tags.js";

const length = 40_000;

/** Texts on which a pattern with two ways to read one of their parts is slow, ends included that fit none. */
const parts = [
  ..." |\t|\n|\r\n|0|a|A|.|-|_|/|\\|'|\"|`|[|(|<|{|{{|}}|$|$(|*|**|#|@|&|:|=|,|\u2028|\x1b[|\x1b]|\x1b[0;".split(
    "|",
  ),
  ..."{{.Values |{{=|{{`|{{\"|{{if |{{.Values}} |a.|a[|a['|inputs.parameters|inputs.parameters.a |steps.a.".split(
    "|",
  ),
  ...'"a|"\\|\\"|::error |::error file=,|::group::|::add-mask::|/apply |/a\t|a=b |co-authored-by: a<'.split(
    "|",
  ),
  ..."gh|ghp_|authorization|authorization: bearer |x-access-token:|-----BEGIN PRIVATE KEY-----|AAAA\n".split(
    "|",
  ),
  ..."-----END PRIVATE KEY-----\n|<!--|<a |</|![|[a](|[a]: |> |- |1. |~~~|```\n|| a |https://|www.|GH-1 ".split(
    "|",
  ),
];
const texts = parts.flatMap((part) => {
  const long = part.repeat(Math.ceil(length / Math.max(1, part.length))).slice(0, length);
  return [long, `parameters${long}\u0001`, `{{${long}\n${long}x`];
});

const readers: Record<string, (text: string) => unknown> = {
  compactJson,
  parseDuration,
  escapeMarkdown,
  stripControls,
  fence,
  helmActions,
  helmControlLines,
  unescapeHelm,
  parseCommand,
  referencesIn,
  plainTitle,
  parseWorkflowCommand,
  skipWord,
  tagsOf,
  safeMarkdown: (text) => safeMarkdown(text, 60_000),
  maskSecrets: (text) => maskSecrets(text, ["a secret"]),
  glob: (text) => matchesFilter(["**/*a*/**/*b*/?*+"], text.slice(0, 4000)),
};

// What is linear takes some milliseconds; what is not, many seconds. The bound leaves room for a busy machine.
it.each(Object.entries(readers))(
  "%s reads any text in a time that its length gives",
  (_name, read) => {
    for (const text of texts) {
      const start = process.cpuUsage();
      try {
        read(text);
      } catch {
        // Refused, which may take no longer.
      }
      const { user } = process.cpuUsage(start);
      expect(user / 1000, `CPU milliseconds for ${JSON.stringify(text.slice(0, 40))}`).toBeLessThan(1000);
    }
  },
  300_000,
);

import { isLeaf, type Node, type Run } from "../run/read-run.js";
import { sortNodes } from "../run/tree.js";
import type { Section } from "./fit.js";
import type { Quote } from "./quote.js";
import { safeMarkdown } from "./safe-markdown.js";

/** The output parameter whose value is shown in the check. */
const parameterName = "summary";
const summaryBytes = 40_000;
const mostSummaries = 20;

/** What steps wrote into their output parameter `summary`, a section each; of very many the newest. */
export function renderOutputs(run: Run, worth: number, quote: Quote): Section[] {
  const written = sortNodes(
    [...run.nodes.values()].filter((node) => isLeaf(node) && hasSummary(node)),
  ).flatMap(summaryOf);
  const sections = written.slice(-mostSummaries).map(({ node, markdown }, index) => {
    const name = quote.inline(node.displayName, 200);
    return {
      name: `the summary of ${name}`,
      markdown: `### ${name}\n\n${safeMarkdown(quote.masked(markdown), summaryBytes)}`,
      // The newer is worth more.
      worth: worth + index / mostSummaries,
    };
  });
  const earlier = written.length - sections.length;
  if (earlier <= 0) return sections;
  const markdown = `The summaries of ${earlier} earlier steps are not shown.`;
  return [{ name: "a note", markdown, worth: worth + 1 }, ...sections];
}

function hasSummary({ outputs }: Node): boolean {
  return outputs?.parameters?.some(({ name }) => name === parameterName) === true;
}

function summaryOf(node: Node): { node: Node; markdown: string }[] {
  const value = node.outputs?.parameters?.find(({ name }) => name === parameterName)?.value;
  const markdown = value === undefined ? "" : String(value);
  return markdown.trim() === "" ? [] : [{ node, markdown }];
}

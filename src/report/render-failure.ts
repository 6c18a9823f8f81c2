import { isBareExit } from "../run/gates.js";
import type { Node, Run } from "../run/read-run.js";
import type { Quote } from "./quote.js";
import type { Rejection } from "./rejections.js";
import type { Standing } from "./standing.js";

const named = 20;

/** Where a run failed, with what exit code and message; empty when there is nothing to say. */
export function renderFailure(
  run: Run,
  { failing }: Standing,
  rejections: readonly Rejection[],
  quote: Quote,
): string {
  if (rejections.length > 0) return rejections.map((each) => renderRejection(each, quote)).join("\n\n");
  const [leaf, ...others] = failing;
  const said = leaf?.message ?? run.message;
  const message = leaf !== undefined && isBareExit(leaf) ? "" : said;
  const detail = run.stopped?.detail;
  if (leaf === undefined && message === undefined && detail === undefined) return "";
  const parts = [
    headingOf(run, leaf, quote),
    ...(detail === undefined ? [] : [quote.inline(detail, 2000)]),
    ...(message && message !== detail ? [quote.inline(message, 2000)] : []),
    ...(run.stopped === undefined && others.length > 0 ? [`Failed too: ${namesOf(others, quote)}.`] : []),
  ];
  return parts.join("\n\n");
}

function renderRejection({ gate, logins }: Rejection, quote: Quote): string {
  const by = logins.length === 0 ? "" : ` by ${logins.map((login) => quote.inline(login, 100)).join(", ")}`;
  return `### Rejected at ${quote.inline(gate, 300)}${by}`;
}

function headingOf(run: Run, leaf: Node | undefined, quote: Quote): string {
  const verb = run.stopped === undefined ? "Failed" : "Stopped";
  if (leaf === undefined || leaf.id === run.root?.id) return `### ${verb}`;
  const code = leaf.outputs?.exitCode;
  const exit =
    code === undefined || run.stopped !== undefined ? "" : ` with exit code ${quote.inline(code, 20)}`;
  return `### ${verb} at ${quote.inline(leaf.displayName, 300)}${exit}`;
}

function namesOf(nodes: readonly Node[], quote: Quote): string {
  const names = nodes.slice(0, named).map(({ displayName }) => quote.inline(displayName, 100));
  const more = nodes.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

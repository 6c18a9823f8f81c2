import { tagsOf, type Tag } from "../expression/tags.js";
import type { Call, Template, WorkflowSpec } from "../manifest/argo.js";
import { callsOf, everyTemplate, type Placed } from "./walk-templates.js";

/**
 * The templates whose calls, or whose being a gate, a run may rewrite. Argo fills in a template, and each call with its
 * inline template, as one text of JSON (`ProcessArgs`, `resolveReferences`, `processItem`): a tag that begins in one field
 * and ends in another takes out what is between. What a first tag brings may begin a second, wherever a text is filled
 * in twice: an inline template by the templates around it, a retried one by its retries.
 */
export function openTemplates(spec: WorkflowSpec): Set<Template> {
  const open = new Set<Template>();
  const { templateDefaults } = spec;
  const retried = [templateDefaults, spec as Pick<Template, "retryStrategy">].some(
    (each) => each?.retryStrategy !== undefined,
  );
  for (const placed of everyTemplate(spec.templates ?? [])) {
    const { template } = placed;
    const isRetried = retried || template.retryStrategy !== undefined;
    const own = new Set(namesWithin(template));
    const isCrafted = tagsIn(template).some(spansFields);
    const isOpen =
      isCrafted || (isRetried && tagsIn(template).some((tag) => !isOf(own, tag))) || isFilledIn(placed);
    if (isOpen) open.add(template);
  }
  return open;
}

/** Whether a template around an inline one may bring a text into it, or into its call. */
function isFilledIn({ inlineIn }: Placed): boolean {
  for (let at = inlineIn; at !== undefined; at = at.placed.inlineIn) {
    const { call, placed } = at;
    const outer = new Set(callsOf(placed.template).map((each) => each.call.name));
    const inner = namesWithin(call.inline ?? {}).filter((name) => !outer.has(name));
    const own = new Set(inner);
    const isOwn = (tag: Tag) => isOf(own, tag) || (Array.isArray(call.withItems) && isItem(tag));
    if (tagsIn(call).some((tag) => spansFields(tag) || !isOwn(tag))) return true;
  }
  return false;
}

function tagsIn(part: Template | Call): Tag[] {
  return tagsOf(JSON.stringify(part));
}

/** Of an expression Argo reads the text as JSON first, which then fails. */
function spansFields({ kind, text, outer }: Tag): boolean {
  return kind === "simple" && /["\\]/.test(outer ?? text);
}

/** Whether a tag stands for what calls of these names give, or for what is fixed before the run begins. */
function isOf(names: ReadonlySet<string>, { kind, text, outer }: Tag): boolean {
  if (kind !== "simple" || outer !== undefined) return false;
  const [, of, name = ""] = /^\s*(workflow|steps|tasks)\.([^.\s]*)/.exec(text) ?? [];
  return of === "workflow" ? name !== "outputs" : of !== undefined && names.has(name);
}

function isItem({ kind, text, outer }: Tag): boolean {
  return kind === "simple" && outer === undefined && /^\s*item\b/.test(text);
}

/** The names of all calls of a template and of the inline templates inside it. */
function namesWithin(template: Template): string[] {
  const all = everyTemplate([template]).flatMap((placed) => callsOf(placed.template));
  return all.map(({ call }) => call.name);
}

import { tagsOf, type Tag } from "../expression/tags.js";
import type { Call, Template, WorkflowSpec } from "../manifest/argo.js";
import { callsOf, everyTemplate, objectsIn, type Placed } from "./walk-templates.js";

/**
 * The templates whose calls or account a run may rewrite. Argo fills in a template, with the defaults, and each call with
 * its inline template, as one text of JSON (`ProcessArgs`, `resolveReferences`, `processItem`): a tag that begins in one
 * field and ends in another takes out what is between. No text of the manifest may begin one; and what a first tag brings
 * may begin a second wherever a text is filled in again: by what the run gives (twice in a template), by the templates
 * around an inline one, by the retries of one that is retried.
 */
export function openTemplates(spec: WorkflowSpec): Set<Template> {
  const open = new Set<Template>();
  const { templateDefaults = {} } = spec;
  const isFixed = fixedIn(spec);
  const ofDefaults = tagsIn(templateDefaults);
  const areRetried = [templateDefaults, spec as Pick<Template, "retryStrategy">].some(
    ({ retryStrategy }) => retryStrategy !== undefined,
  );
  for (const placed of everyTemplate(spec.templates ?? [])) {
    const { template } = placed;
    const tags = [...tagsIn(template), ...ofDefaults];
    const own = new Set(namesWithin(template));
    const isRetried = areRetried || template.retryStrategy !== undefined;
    const mayGrow = (tag: Found) =>
      isRetried ? !isOf(own, tag) && !isFixed(tag) : isGlobal(tag) && !isFixed(tag);
    if (tags.some(mayGrow) || isFilledIn(placed, isFixed)) open.add(template);
  }
  return open;
}

/** A tag in one text, or the beginning of one that the text does not close. */
type Found = Pick<Tag, "kind" | "text" | "outer"> | "unclosed";

/** Whether a template around an inline one may bring a text into it, or into its call. */
function isFilledIn({ inlineIn }: Placed, isFixed: (tag: Found) => boolean): boolean {
  for (let at = inlineIn; at !== undefined; at = at.placed.inlineIn) {
    const { call, placed } = at;
    const outer = new Set(callsOf(placed.template).map((each) => each.call.name));
    const own = new Set(namesWithin(call.inline ?? {}).filter((name) => !outer.has(name)));
    const isOwn = (tag: Found) => isOf(own, tag) || (Array.isArray(call.withItems) && isItem(tag));
    if (tagsIn(call).some((tag) => !isOwn(tag) && !isFixed(tag))) return true;
  }
  return false;
}

/** In each text and key by itself, since in what order the fields stand is Argo's. */
function tagsIn(part: unknown): Found[] {
  if (typeof part === "string") {
    const tags = tagsOf(part);
    return part.includes("{{", tags.at(-1)?.end ?? 0) ? [...tags, "unclosed"] : tags;
  }
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, inner]) => [...tagsIn(key), ...tagsIn(inner)]);
}

function simpleText(tag: Found): string | undefined {
  return tag === "unclosed" || tag.kind !== "simple" || tag.outer !== undefined ? undefined : tag.text.trim();
}

/** Whether what stands there comes with what the run gives to all, or is not known. */
function isGlobal(tag: Found): boolean {
  const text = simpleText(tag);
  return text === undefined || text === "workflow" || text.startsWith("workflow.");
}

const namesOfRun = ["name", "namespace", "uid", "creationTimestamp"].map((name) => `workflow.${name}`);

/** Tells the tags for what is fixed before the run begins, and can begin or end no other tag. */
function fixedIn(spec: WorkflowSpec): (tag: Found) => boolean {
  const plain = objectsIn(spec.arguments?.parameters)
    .map(({ item }) => item)
    .filter(({ value }) => value !== undefined && !/\{\{|\}\}/.test(JSON.stringify(value)));
  const fixed = new Set([...namesOfRun, ...plain.map(({ name }) => `workflow.parameters.${name}`)]);
  return (tag) => fixed.has(simpleText(tag) ?? "");
}

/** Whether a tag stands for what calls of these names give. */
function isOf(names: ReadonlySet<string>, tag: Found): boolean {
  const name = /^(?:steps|tasks)\.([^.\s]*)/.exec(simpleText(tag) ?? "")?.[1];
  return name !== undefined && names.has(name);
}

function isItem(tag: Found): boolean {
  return /^item\b/.test(simpleText(tag) ?? "");
}

/** The names of all calls of a template and of the inline templates inside it. */
function namesWithin(template: Template): string[] {
  const all = everyTemplate([template]).flatMap((placed) => callsOf(placed.template));
  return all.map(({ call }: { call: Call }) => call.name);
}

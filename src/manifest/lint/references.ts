import type { Json } from "../argo.js";
import { tagsOf } from "../../expression/tags.js";
import type { Path } from "../problem.js";
import { lintExpression, lintUnclosed } from "./expressions.js";
import { resolveReference } from "./resolve-reference.js";
import { callScopes, peersOf, templateScope, withPeers } from "./reference-scope.js";
import type { ReferenceScope } from "./reference-scope.js";
import { namedCalls } from "./scene.js";
import type { NamedCall, Scene, TemplateAt } from "./scene.js";

/** Fields of a template or call that are looked at with another scope, or that are no text of their own. */
const TEMPLATE_PARTS = ["steps", "dag", "outputs"];
const CALL_PARTS = ["hooks", "inline"];

/** Every `{{tag}}` names something that exists where it stands. */
export function lintReferences(scene: Scene): void {
  for (const at of scene.templates) {
    if (at.outer === undefined) lintTemplate(scene, at, undefined);
  }
  const { templates: _templates, templateDefaults: _defaults, ...rest } = scene.spec;
  lintTexts(scene, rest as Json, scene.specPath, { workflowOnly: true, isReachable: true });
}

/** An inline template sees what the call around it sees, because Argo fills the call in as one text. */
function lintTemplate(scene: Scene, at: TemplateAt, around: ReferenceScope | undefined): void {
  const scope = templateScope(scene, at, around);
  const peers = peersOf(scene, at);
  const afterwards = scope.isLeaf === true ? scope : withPeers(peers, scope);
  lintTexts(scene, without(at.template, TEMPLATE_PARTS), at.path, scope);
  lintTexts(scene, (at.template.outputs ?? null) as Json, [...at.path, "outputs"], afterwards);
  const scopeOf = callScopes(at, peers, scope);
  for (const named of namedCalls(at)) lintCall(scene, at, named, { before: scopeOf(named), afterwards });
}

/** What a call sees when it begins, and what its hooks see. */
interface CallScopes {
  before: ReferenceScope;
  afterwards: ReferenceScope;
}

function lintCall(scene: Scene, at: TemplateAt, { call, path }: NamedCall, scopes: CallScopes): void {
  lintTexts(scene, without(call, CALL_PARTS), path, scopes.before);
  lintTexts(scene, (call.hooks ?? null) as Json, [...path, "hooks"], scopes.afterwards);
  if (call.inline === undefined) return;
  lintTemplate(scene, { template: call.inline, path: [...path, "inline"], outer: at }, scopes.before);
}

function without(object: object, fields: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field))) as Json;
}

function lintTexts(scene: Scene, value: Json, path: Path, scope: ReferenceScope): void {
  if (typeof value === "string") return lintText(scene, value, path, scope);
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    lintTexts(scene, child, [...path, Array.isArray(value) ? Number(key) : key], scope);
  }
}

function lintText(scene: Scene, text: string, path: Path, scope: ReferenceScope): void {
  if (!text.includes("{{")) return;
  const counts = new Map<string, number>();
  for (const tag of tagsOf(text)) {
    const within = text.slice(tag.start, tag.end);
    const occurrence = counts.get(within) ?? 0;
    counts.set(within, occurrence + 1);
    const fault =
      tag.kind === "expression" ? lintExpression(tag.text) : resolveReference(scene, tag.text.trim(), scope);
    if (fault !== undefined) scene.report(fault, path, { within, occurrence });
  }
  const unclosed = lintUnclosed(text);
  if (unclosed !== undefined)
    scene.report(unclosed.fault, path, { within: unclosed.text, occurrence: unclosed.occurrence });
}

import { tagsOf } from "../expression/tags.js";
import { evaluateWhen } from "../expression/when.js";
import type { Call, Parameter, Template } from "../manifest/argo.js";
import { refusalOutputs } from "./gate-outputs.js";
import { objectsIn } from "./walk-templates.js";

/** What a `when` may come to. A fault in it ends the call with an error: that is always possible. */
export interface Truth {
  mayBeTrue: boolean;
  mayBeFalse: boolean;
}
/** By reference (`steps.NAME.outputs.parameters.NAME`): all that it may stand for while no gate was approved. */
export type KnownOutputs = ReadonlyMap<string, readonly string[]>;

const mostCombinations = 256;
const unknown: Truth = { mayBeTrue: true, mayBeFalse: true };

/**
 * What the outputs of gates in a template may be while none was approved: the value of a rejection, or, where the gate
 * was skipped, stopped or timed out, an empty text or a tag that nothing replaced. Only for gates that the template
 * calls itself, once, under a name of their own.
 */
export function knownOutputs(
  calls: readonly Call[],
  prefix: "steps" | "tasks",
  gateOf: (call: Call) => Template | undefined,
): KnownOutputs {
  const known = new Map<string, readonly string[]>();
  const counts = new Map<string, number>();
  for (const { name } of calls) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const call of calls) {
    const gate = gateOf(call);
    const loops = call.withItems ?? call.withParam ?? call.withSequence;
    if (gate === undefined || loops !== undefined || counts.get(call.name) !== 1) continue;
    const refusal = refusalOutputs(gate);
    for (const { item: output } of objectsIn(gate.outputs?.parameters)) {
      if (output.valueFrom?.supplied === undefined) continue;
      const reference = `${prefix}.${call.name}.outputs.parameters.${output.name}`;
      const inputs = objectsIn(gate.inputs?.parameters).map(({ item }) => item);
      const input = inputs.find(({ name }) => name === output.name);
      const argument = objectsIn(call.arguments?.parameters).find(
        ({ item }) => item.name === output.name,
      )?.item;
      if ([argument, input].some(mayCarryChoices)) continue;
      const rejected = refusal?.[output.name];
      const values = [rejected, ...defaultsOf(output, input)].filter((value) => value !== undefined);
      if (!values.some((value) => value.includes("{{")))
        known.set(reference, [...new Set([...values, "", `{{${reference}}}`])]);
    }
  }
  return known;
}

/** A value such as `{"enum": ["YES"]}` brings its own default, as Argo reads it; one with a tag may become such. */
function mayCarryChoices(parameter: Parameter | undefined): boolean {
  const value: unknown = parameter?.value;
  return value !== undefined && (typeof value !== "string" || /^\s*\{|\{\{/.test(value));
}

function defaultsOf(output: Parameter, input: Parameter | undefined): (string | undefined)[] {
  return [output.valueFrom?.default, input?.default].map((value) =>
    value === undefined ? undefined : String(value),
  );
}

/**
 * What a `when` may come to while no gate was approved. With any tag whose values are not known it may be anything:
 * a value could change how the whole text is read.
 */
export function truthOf(when: string | undefined, known: KnownOutputs | undefined): Truth {
  if (when === undefined || when === "") return { mayBeTrue: true, mayBeFalse: false };
  if (known === undefined) return unknown;
  const tags = tagsOf(when);
  const names = [...new Set(tags.map(({ text }) => text.trim()))];
  const isKnown = tags.every(
    ({ kind, outer, text }) => kind === "simple" && outer === undefined && known.has(text.trim()),
  );
  if (!isKnown) return unknown;
  let worlds: ReadonlyMap<string, string>[] = [new Map()];
  for (const name of names) {
    worlds = worlds.flatMap((world) =>
      (known.get(name) ?? []).map((value) => new Map(world).set(name, value)),
    );
    if (worlds.length > mostCombinations) return unknown;
  }
  const results = worlds.map((world) => resultOf(when, tags, world));
  return { mayBeTrue: results.includes(true), mayBeFalse: results.includes(false) };
}

function resultOf(
  when: string,
  tags: ReturnType<typeof tagsOf>,
  world: ReadonlyMap<string, string>,
): boolean | undefined {
  let text = "";
  let from = 0;
  for (const { start, end, text: name } of tags) {
    text += when.slice(from, start) + (world.get(name.trim()) ?? "");
    from = end;
  }
  try {
    return evaluateWhen(text + when.slice(from));
  } catch {
    return undefined;
  }
}

import { marshal } from "../../../expression/go-format.js";
import { Layers } from "../../../expression/layers.js";
import { Variables } from "../../../expression/scope.js";
import { substitute } from "../../../expression/substitute.js";
import type { Parameter } from "../../../manifest/argo.js";
import { anyString } from "./any-string.js";
import { CallError } from "./call-error.js";
import type { Library } from "./facts.js";
import { marshalParameters } from "./marshal-parameters.js";
import type { RunState } from "./run-state.js";

/**
 * Fills `workflow.*` variables from the workflow as it is now (operator.go, setGlobalParameters). Throws a
 * CallError for a parameter without a value.
 */
export function setGlobals(run: RunState): void {
  const { workflow, spec } = run;
  const { metadata } = workflow;
  const globals = new Variables(run.now);
  run.globals = globals;
  globals.set("workflow.name", run.name);
  globals.set("workflow.namespace", metadata.namespace ?? "");
  globals.set("workflow.uid", metadata.uid ?? "");
  globals.set("workflow.mainEntrypoint", spec.entrypoint ?? "");
  globals.set("workflow.serviceAccountName", spec.serviceAccountName ?? "");
  globals.set("workflow.status", run.status.phase ?? "Running");
  setTimes(run);
  setPriority(run);
  setMetadata(globals, "labels", metadata.labels ?? {});
  setMetadata(globals, "annotations", metadata.annotations ?? {});
  setParameters(run);
  setOutputs(run);
}

function setPriority({ spec, globals }: RunState): void {
  const priority = spec["priority"];
  if (typeof priority === "number") globals.set("workflow.priority", String(priority));
}

function setMetadata(
  globals: Map<string, string | null>,
  kind: string,
  values: Record<string, string>,
): void {
  const text = marshalled(values);
  globals.set(`workflow.${kind}`, text);
  globals.set(`workflow.${kind}.json`, text);
  for (const [key, value] of Object.entries(values)) globals.set(`workflow.${kind}.${key}`, value);
}

/** Of labels and annotations, which are replaced when they change, never changed in place: those of runs at work. */
let texts = new Map<object, string>();
const mostTexts = 500;

function marshalled(values: Record<string, string>): string {
  const known = texts.get(values);
  if (known !== undefined) return known;
  const text = marshal(values);
  if (texts.size >= mostTexts) texts = new Map();
  texts.set(values, text);
  return text;
}

function setTimes({ workflow, globals, status, now }: RunState): void {
  const started = status.startedAt === undefined ? now : Date.parse(status.startedAt);
  globals.set("workflow.duration", Math.max(0, (now - started) / 1000).toFixed(6));
  const scheduled = workflow.metadata.annotations?.["workflows.argoproj.io/scheduled-time"];
  if (scheduled !== undefined) globals.set("workflow.scheduledTime", scheduled);
  const created = workflow.metadata.creationTimestamp ?? status.startedAt;
  if (created === undefined) return;
  const date = new Date(created);
  globals.set("workflow.creationTimestamp", created);
  globals.set("workflow.creationTimestamp.RFC3339", created);
  globals.set("workflow.creationTimestamp.s", String(Math.floor(date.getTime() / 1000)));
  for (const [name, value] of creationParts(created)) globals.set(name, value);
}

let lastParts: { created: string; parts: [string, string][] } | undefined;

/** The same for all passes of a run: computed when the run is another one. */
function creationParts(created: string): [string, string][] {
  if (lastParts?.created === created) return lastParts.parts;
  const parts = Object.entries(strftime(new Date(created))).map(([char, value]): [string, string] => [
    `workflow.creationTimestamp.${char}`,
    value,
  ]);
  lastParts = { created, parts };
  return parts;
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

/** The conversions of strftime(3) that Argo offers, in UTC. */
function strftime(date: Date): Record<string, string> {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = DAYS[date.getUTCDay()] ?? "";
  const month = MONTHS[date.getUTCMonth()] ?? "";
  const hours = date.getUTCHours();
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  const yearDay = Math.floor((date.getTime() - start) / 86_400_000) + 1;
  return {
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    d: two(date.getUTCDate()),
    H: two(hours),
    I: two(hours % 12 || 12),
    j: String(yearDay).padStart(3, "0"),
    m: two(date.getUTCMonth() + 1),
    M: two(date.getUTCMinutes()),
    p: hours < 12 ? "AM" : "PM",
    S: two(date.getUTCSeconds()),
    y: two(date.getUTCFullYear() % 100),
    Y: String(date.getUTCFullYear()),
    Z: "UTC",
  };
}

function setParameters(run: RunState): void {
  const { globals, spec } = run;
  const scope = new Layers(new Map(globals), globals);
  const values = (spec.arguments?.parameters ?? []).map((parameter) => {
    const given = valueOf(parameter, run.library);
    const value = substitute(given, scope, { strict: [], allowUnresolved: true });
    return { name: parameter.name, value };
  });
  const list = marshalParameters(spec.arguments?.parameters ?? []);
  globals.set("workflow.parameters", list);
  globals.set("workflow.parameters.json", list);
  for (const { name, value } of values) globals.set(`workflow.parameters.${name}`, value);
}

function valueOf(parameter: Parameter, library: Library): string {
  if (parameter.value !== undefined) return anyString(parameter.value);
  const found = configMapValue(parameter, library);
  if (found !== undefined) return found;
  if (parameter.default !== undefined) return anyString(parameter.default);
  const { configMapKeyRef: source } = parameter.valueFrom ?? {};
  const why = source
    ? `failed to set global parameter ${parameter.name} from configmap with name ${source.name} and key ${source.key}: ConfigMap '${source.name}' does not exist`
    : `either value or valueFrom must be specified in order to set global parameter ${parameter.name}`;
  throw new CallError(`failed to set global parameters: ${why}`);
}

/** The value of a parameter that is read from a ConfigMap, or its default when there is none. */
export function configMapValue({ valueFrom }: Parameter, library: Library): string | undefined {
  const reference = valueFrom?.configMapKeyRef;
  if (!reference) return undefined;
  return library.configMaps[reference.name]?.[reference.key] ?? valueFrom.default;
}

function setOutputs({ status, globals, globalArtifacts }: RunState): void {
  for (const { name, value } of status.outputs?.parameters ?? []) {
    if (value !== undefined) globals.set(`workflow.outputs.parameters.${name}`, anyString(value));
  }
  globalArtifacts.clear();
  for (const artifact of status.outputs?.artifacts ?? []) {
    globalArtifacts.set(`workflow.outputs.artifacts.${artifact.name}`, artifact);
  }
}

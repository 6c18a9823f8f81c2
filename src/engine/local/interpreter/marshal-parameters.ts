import { marshal } from "../../../expression/go-format.js";
import type { Parameter } from "../../../manifest/argo.js";
import { anyString } from "./any-string.js";

/** In the order of Argo's type, which its JSON keeps. */
const FIELDS = ["name", "default", "value", "valueFrom", "globalName", "enum", "description"] as const;
const TEXTS: ReadonlySet<string> = new Set(["default", "value"]);

/** What `inputs.parameters` and `workflow.parameters` are: the JSON of a list of parameters. */
export function marshalParameters(parameters: readonly Parameter[]): string {
  return `[${parameters.map(marshalParameter).join(",")}]`;
}

function marshalParameter(parameter: Parameter): string {
  const members = FIELDS.flatMap((field) => {
    const value = parameter[field];
    return value === undefined ? [] : [`"${field}":${marshal(valueOf(field, value))}`];
  });
  return `{${members.join(",")}}`;
}

function valueOf(field: string, value: unknown): unknown {
  if (TEXTS.has(field)) return anyString(value as string);
  return field === "enum" ? (value as string[]).map(anyString) : value;
}

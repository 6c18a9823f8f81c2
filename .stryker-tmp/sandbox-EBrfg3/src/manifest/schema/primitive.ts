import type { Json } from "../argo.js";
import type { Path } from "../problem.js";
import type { Fault } from "../source.js";
import type { Primitive } from "./field-type.js";

/** Where a checked value stands: its text in the file, and a place for faults. */
export interface PrimitiveContext {
  path: Path;
  report(fault: Fault): void;
  text(): string;
}

const NAMES: Record<Primitive, string> = {
  string: "a text",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  intOrString: "a whole number or a text",
  scalar: "a text, a number or a boolean",
  any: "a value",
  object: "a mapping",
};

/** The value as Go's reader makes it fit; undefined when it does not fit, which was reported. */
export function checkPrimitive(name: Primitive, value: Json, context: PrimitiveContext): Json | undefined {
  const fits = fit(name, value, context);
  if (fits === undefined) context.report(wrongType(NAMES[name], value, context.path));
  return fits;
}

function fit(name: Primitive, value: Json, context: PrimitiveContext): Json | undefined {
  switch (name) {
    case "string":
      return text(value, context);
    case "scalar":
      if (typeof value === "boolean") warnOfBoolean(value, context);
      return typeof value === "object" ? undefined : value;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "integer":
      return Number.isInteger(value) ? value : undefined;
    case "number":
      return typeof value === "number" ? value : undefined;
    case "intOrString":
      return typeof value === "string" || Number.isInteger(value) ? value : undefined;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
    case "any":
      return value;
  }
}

function text(value: Json, context: PrimitiveContext): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number" && typeof value !== "boolean") return undefined;
  const isWord = typeof value === "boolean" && !/^(?:true|false)$/i.test(context.text());
  if (isWord) warnOfBoolean(value, context);
  else
    context.report({
      severity: "warning",
      rule: "unquoted-text",
      message: `A text is expected here; \`${context.text()}\` is ${describe(value)}.`,
      hint: `Put it in quotes: "${context.text()}".`,
    });
  return String(value);
}

function warnOfBoolean(value: boolean, context: PrimitiveContext): void {
  const written = context.text();
  if (/^(?:true|false)$/i.test(written)) return;
  context.report({
    severity: "warning",
    rule: "unquoted-text",
    message: `Argo reads the unquoted \`${written}\` as ${value}.`,
    hint: `Put it in quotes: "${written}".`,
  });
}

export function wrongType(expected: string, found: Json, path: Path): Fault {
  const field = path.findLast((segment) => typeof segment === "string");
  const subject = typeof path.at(-1) === "number" ? `Each item of \`${field}\`` : `\`${field}\``;
  return {
    severity: "error",
    rule: "wrong-type",
    message: `${subject} must be ${expected}, and is ${describe(found)}.`,
  };
}

function describe(value: Json): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value === "string") return `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return `the ${typeof value} ${value}`;
}

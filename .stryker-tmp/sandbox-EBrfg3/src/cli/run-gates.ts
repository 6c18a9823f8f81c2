import type { GateAnswer } from "../engine/engine.js";
import type { OpenGate } from "../run/gates.js";

/** What the command line says about gates: `gate.parameter=value`, or `gate=approve|reject` for one without parameters. */
export interface Answers {
  values: { gate: string; parameter: string | undefined; value: string }[];
}

/** Throws with a sentence for the user when an answer is not of that form. */
export function parseAnswers(texts: readonly string[]): Answers {
  const values = texts.map((text) => {
    const equals = text.indexOf("=");
    const left = text.slice(0, equals);
    if (equals < 1) throw new Error(`--answer ${text}: write gate.parameter=value`);
    const dot = left.lastIndexOf(".");
    const value = text.slice(equals + 1);
    if (dot < 0) return { gate: left, parameter: undefined, value };
    return { gate: left.slice(0, dot), parameter: left.slice(dot + 1), value };
  });
  return { values };
}

/** The answer to a gate, or why there is none in words that name the option. */
export function answerGate(gate: OpenGate, answers: Answers): GateAnswer | string {
  const { displayName, templateName } = gate.node;
  const name = displayName;
  const given = answers.values.filter((answer) => [displayName, templateName].includes(answer.gate));
  const verdict = given.find((answer) => answer.parameter === undefined)?.value;
  if (verdict === "reject")
    return { phase: "Failed", message: "rejected by --answer", outputs: {}, annotations: {} };
  if (gate.outputs.length === 0 && verdict !== "approve")
    return `the gate "${name}" waits: answer it with --answer ${name}=approve or --answer ${name}=reject`;
  const outputs: Record<string, string> = {};
  for (const output of gate.outputs) {
    const value = given.find((answer) => answer.parameter === output)?.value;
    const choices = gate.inputs.find((input) => input.name === output)?.enum?.map(String);
    const choice = choices ? choices.join("|") : "VALUE";
    if (value === undefined)
      return `the gate "${name}" waits: answer it with --answer ${name}.${output}=${choice}`;
    if (choices && !choices.includes(value))
      return `--answer ${name}.${output}=${value}: the gate allows ${choices.join(", ")}`;
    outputs[output] = value;
  }
  return { phase: "Succeeded", message: "answered by --answer", outputs, annotations: {} };
}

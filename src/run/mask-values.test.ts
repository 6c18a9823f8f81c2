import { expect, it } from "vitest";
import type { Workflow } from "../manifest/argo.js";
import { maskValues } from "./mask-values.js";

const word = "a-word-that-a-step-masked";
const mask = (text: string) => text.replaceAll(word, "***");
const given = { parameters: [{ name: "p", value: `of ${word}` }] };

const workflow: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "w" },
  spec: { entrypoint: "main", arguments: given },
  status: {
    message: `failed with ${word}`,
    outputs: given,
    nodes: {
      w: {
        id: "w",
        name: "w",
        displayName: "w",
        type: "StepGroup",
        message: `child ${word}`,
        inputs: given,
        outputs: { ...given, result: word },
        loops: [
          { call: "each", items: [`"${word}"`, '"b"'] },
          { call: "none", items: null },
        ],
      },
    },
  },
};

it("masks whatever a step was given or gave, also what a loop is over", () => {
  expect(JSON.stringify(workflow).split(word)).toHaveLength(9);
  const masked = maskValues(workflow, mask);
  expect(JSON.stringify(masked)).not.toContain(word);
  expect(masked.status?.nodes?.["w"]?.loops).toEqual([
    { call: "each", items: ['"***"', '"b"'] },
    { call: "none", items: null },
  ]);
  expect(masked.metadata).toEqual(workflow.metadata);
});

import type { RetryStrategy, Template, Workflow } from "../../src/manifest/argo.js";

const retryStrategy: RetryStrategy = { limit: 200, retryPolicy: "Always" };

function sh(name: string, source: string, rest: Partial<Template> = {}): Template {
  return { name, retryStrategy, script: { image: "none", command: ["sh"], source }, ...rest };
}

const gate: Template = {
  name: "gate",
  suspend: {},
  outputs: { parameters: [{ name: "go", valueFrom: { supplied: {} } }] },
};

/** Fails once, also when an attempt was interrupted in between. */
const flaky = sh("flaky", `sleep 0.05; [ "{{lastRetry.exitCode}}" = 3 ] || exit 3`);
const say = sh("say", "sleep 0.03; echo {{inputs.parameters.word}}", {
  inputs: { parameters: [{ name: "word" }] },
});

function word(value: string) {
  return { arguments: { parameters: [{ name: "word", value }] } };
}

/** A run with retries, loops, a gate, hooks and an exit handler, every step of which is retried when interrupted. */
export const subject: Workflow = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Workflow",
  metadata: { name: "subject", namespace: "default" },
  spec: {
    entrypoint: "main",
    onExit: "last",
    templates: [
      {
        name: "main",
        steps: [
          [
            { name: "each", template: "say", withItems: ["a", "b", "c"], ...word("{{item}}") },
            { name: "flaky", template: "flaky", hooks: { exit: { template: "last" } } },
          ],
          [{ name: "gate", template: "gate" }],
          [
            { name: "graph", template: "graph", when: "{{steps.gate.outputs.parameters.go}} == YES" },
            { name: "never", template: "last", when: "{{steps.gate.outputs.parameters.go}} == NO" },
          ],
        ],
      },
      {
        name: "graph",
        dag: {
          tasks: [
            { name: "A", template: "say", ...word("x") },
            { name: "B", template: "say", depends: "A", withSequence: { count: "3" }, ...word("{{item}}") },
            { name: "C", template: "flaky", depends: "A" },
            { name: "D", template: "say", depends: "B && C", ...word("{{tasks.B.outputs.result}}") },
            { name: "E", template: "last", depends: "C.Failed" },
          ],
        },
      },
      gate,
      flaky,
      say,
      sh("last", "true"),
    ],
  },
};

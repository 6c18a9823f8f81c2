import type { Scene } from "./scene.js";

type Step = { run: string; token?: true } | { gate: string };

/**
 * A manifest of steps one after the other. Each `run` writes its name and the run's to the round's file once; with
 * `token` it also prints the token that it was given, which nobody may ever see.
 */
export function manifest(
  scene: Scene,
  name: string,
  on: string,
  steps: readonly Step[],
): Record<string, string> {
  const metadata = { name, annotations: { "sluice.dev/on": on } };
  return fileOf({ kind: "WorkflowTemplate", metadata, spec: specOf(scene, steps) });
}

/** The same as a CronWorkflow. */
export function cronManifest(
  scene: Scene,
  name: string,
  { schedule, concurrencyPolicy }: { schedule: string; concurrencyPolicy: "Allow" | "Forbid" | "Replace" },
  steps: readonly Step[],
): Record<string, string> {
  const spec = { schedules: [schedule], concurrencyPolicy, workflowSpec: specOf(scene, steps) };
  return fileOf({ kind: "CronWorkflow", metadata: { name }, spec });
}

/** A manifest that cannot run. */
export function brokenManifest(name: string, on: string): Record<string, string> {
  const metadata = { name, annotations: { "sluice.dev/on": on } };
  const templates = [{ name: "main", container: { image: "busybox" } }];
  return fileOf({ kind: "WorkflowTemplate", metadata, spec: { entrypoint: "nowhere", templates } });
}

function fileOf(object: { kind: string; metadata: { name: string } } & Record<string, unknown>) {
  const whole = { apiVersion: "argoproj.io/v1alpha1", ...object };
  return { [`.workflows/${object.metadata.name}.yaml`]: JSON.stringify(whole, null, 2) };
}

function specOf(scene: Scene, steps: readonly Step[]) {
  const file = `${scene.shared}/r${scene.round}`;
  const usesToken = steps.some((step) => "token" in step);
  const authorize = "github-authorize";
  const main = steps.map((step, index) => [
    "gate" in step
      ? { name: step.gate, template: "gate" }
      : { name: `s${index}`, template: step.token ? "with-token" : "work", ...argumentsOf(step, authorize) },
  ]);
  const command = `echo {{inputs.parameters.what}} {{workflow.name}} >> ${file}`;
  const templates = [
    { name: "main", steps: usesToken ? [[{ name: authorize, template: authorize }], ...main] : main },
    { name: "gate", suspend: {} },
    {
      name: "work",
      inputs: { parameters: [{ name: "what" }] },
      container: {
        image: "busybox",
        command: ["sh", "-c", `${command}; test {{inputs.parameters.what}} != fail`],
      },
    },
    {
      name: "with-token",
      inputs: { parameters: [{ name: "what" }, { name: "github-token" }] },
      container: {
        image: "busybox",
        command: ["sh", "-c", `${command}; echo "$TOKEN"; test {{inputs.parameters.what}} != fail`],
        env: [{ name: "TOKEN", value: "{{inputs.parameters.github-token}}" }],
      },
    },
  ];
  return { entrypoint: "main", templates };
}

function argumentsOf(step: { run: string; token?: true }, authorize: string) {
  const token = { name: "github-token", value: `{{steps.${authorize}.outputs.parameters.github-token}}` };
  return { arguments: { parameters: [{ name: "what", value: step.run }, ...(step.token ? [token] : [])] } };
}

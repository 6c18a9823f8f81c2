import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Container } from "../../manifest/argo.js";
import { segment } from "./segment.js";
import { StepFault } from "./environment.js";
import { ruleFor } from "./images.js";
import { openSandbox, type Sandbox } from "./sandbox.js";
import type { StepOptions, StepStart } from "./step-start.js";
import { volumeMounts } from "./volumes.js";

/** Makes the root in which the containers of one step run, with what their images and volumes bring. */
export async function openPod(
  options: StepOptions,
  step: StepStart,
  containers: readonly Container[],
): Promise<Sandbox> {
  const { directory, isolation, launcher, pods } = options;
  const id = `${segment(step.uid)}.${segment(step.nodeId)}`;
  const folders = {
    own: join(directory, "steps", `${id}.volumes`),
    shared: join(directory, "volumes", segment(step.uid)),
  };
  const images = containers.flatMap(({ image }) => ruleFor(image, options.images)?.mounts ?? []);
  const volumes = volumeMounts(step.template, containers, step.workflow, options.library, folders);
  const own = [...images, ...volumes];
  if (isolation.kind === "serial" && own.length > 0)
    throw new StepFault(`${own[0]?.path ?? ""}: steps cannot have a root of their own here`);
  const { onProcess } = step;
  const mounts = [...options.mounts, ...own];
  const { hidden } = options;
  const where = { isolation, engineDirectory: directory, mounts, hidden, owner: step.uid };
  const sandbox = await openSandbox({ ...where, onProcess, launcher, pods }, id);
  const remove = async () => {
    await sandbox.remove();
    if (volumes.length > 0) rmSync(folders.own, { recursive: true, force: true });
  };
  const pod = { ...sandbox, remove };
  if (step.signal.aborted) {
    await remove();
    throw new StepFault("killed");
  }
  step.onSandbox(pod);
  return pod;
}

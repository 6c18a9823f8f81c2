import type { Container, Template, Workflow } from "../../manifest/argo.js";

const volume = "sluice-github-token";
/** Where a step finds the file `github-token`, replaced in place whenever the Secret is. */
export const tokenFolder = "/var/run/sluice";

/** The Secret that holds a run's token, as the compiler refers to it. */
export function tokenSecretName(workflowName: string): string {
  return `${workflowName}-github`;
}

/**
 * Mounts the run's Secret into each container that has the token in its environment: a variable is read once, when
 * the pod starts, and a step may outlive it. The argument is not changed.
 */
export function mountToken(workflow: Workflow): Workflow {
  const secret = tokenSecretName(workflow.metadata.name ?? "");
  const changed = structuredClone(workflow);
  const containers = (changed.spec.templates ?? []).flatMap(containersOf);
  const receiving = containers.filter((container) => readsSecret(container, secret));
  if (receiving.length === 0) return workflow;
  for (const container of receiving) {
    const mounts = (container.volumeMounts ?? []).filter(({ mountPath }) => mountPath !== tokenFolder);
    container.volumeMounts = [...mounts, { name: volume, mountPath: tokenFolder, readOnly: true }];
  }
  const volumes = (changed.spec["volumes"] ?? []) as { name?: string }[];
  changed.spec["volumes"] = [
    ...volumes.filter(({ name }) => name !== volume),
    { name: volume, secret: { secretName: secret, items: [{ key: "token", path: "github-token" }] } },
  ];
  return changed;
}

function containersOf(template: Template): Container[] {
  const set = template["containerSet"] as { containers?: Container[] } | undefined;
  const lists = [template["sidecars"], template["initContainers"], set?.containers] as (
    Container[] | undefined
  )[];
  const calls = [...(template.steps ?? []).flat(), ...(template.dag?.tasks ?? [])];
  const inline = calls.flatMap((call) => (call.inline === undefined ? [] : containersOf(call.inline)));
  const own = [template.container, template.script, ...lists.flatMap((list) => list ?? [])];
  return [...own.filter((container) => container !== undefined), ...inline];
}

function readsSecret(container: Container, secret: string): boolean {
  return (container.env ?? []).some(({ valueFrom }) => valueFrom?.secretKeyRef?.name === secret);
}

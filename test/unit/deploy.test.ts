import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseConfiguration } from "../../src/policy/configuration.js";
import { openMetrics } from "../../src/server/metrics.js";
import { validateObject } from "../support/kubernetes-schema/validate.js";
import { canRender, collect, readObjects, render, type KubernetesObject } from "../support/kustomize.js";

const root = join(import.meta.dirname, "../..");
const deploy = join(root, "deploy");
const overlays = readdirSync(join(deploy, "overlays"));
const files = readdirSync(deploy, { recursive: true, encoding: "utf8" });
const text = (path: string) => readFileSync(join(deploy, path), "utf8");
const withoutRenderer = canRender ? "" : " (skipped: neither kustomize nor kubectl is here)";

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}
interface Container {
  name: string;
  image: string;
  securityContext?: Record<string, unknown>;
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}
interface PodSpec {
  securityContext?: Record<string, unknown>;
  containers: Container[];
  initContainers?: Container[];
  volumes?: Record<string, unknown>[];
}

/** What must hold of every object that is applied, whoever changes these files. */
function faults(objects: KubernetesObject[]): string[] {
  return objects.flatMap((object) => {
    const where = `${object.kind} ${object.metadata.name}: `;
    const found = [...(validateObject(object) ?? unknownKind(object)), ...rightsFaults(object)];
    const pod = (object["spec"] as { template?: { spec?: PodSpec } } | undefined)?.template?.spec;
    return [...found, ...(pod === undefined ? [] : podFaults(pod))].map((fault) => where + fault);
  });
}

function unknownKind({ apiVersion, kind }: KubernetesObject): string[] {
  return apiVersion === "monitoring.coreos.com/v1" && kind === "ServiceMonitor"
    ? []
    : ["no schema of this kind"];
}

function rightsFaults(object: KubernetesObject): string[] {
  if (/^Cluster(Role|RoleBinding)$/.test(object.kind)) return ["rights over the whole cluster"];
  if (object.kind === "Secret") return ["a Secret in the repository"];
  const rules = object.kind === "Role" ? (object["rules"] as Rule[]) : [];
  return rules.flatMap(({ apiGroups, resources, verbs }) => [
    ...([...apiGroups, ...resources, ...verbs].includes("*") ? ["a wildcard in a rule"] : []),
    ...(resources.includes("secrets") &&
    verbs.some((verb) => ["list", "watch", "deletecollection"].includes(verb))
      ? ["may list Secrets"]
      : []),
    ...(resources.some((each) => /^pods\/(exec|attach|portforward|ephemeralcontainers)$/.test(each))
      ? ["may enter pods"]
      : []),
    ...(verbs.some((verb) => ["escalate", "bind", "impersonate"].includes(verb)) ? ["may gain rights"] : []),
  ]);
}

function podFaults(pod: PodSpec): string[] {
  const { securityContext = {}, containers, initContainers = [], volumes = [] } = pod;
  const found: string[] = [];
  if (securityContext["runAsNonRoot"] !== true || !(Number(securityContext["runAsUser"]) > 0))
    found.push("may run as root");
  if ((securityContext["seccompProfile"] as { type?: string } | undefined)?.type !== "RuntimeDefault")
    found.push("no seccomp profile");
  for (const flag of ["hostNetwork", "hostPID", "hostIPC"])
    if ((pod as unknown as Record<string, unknown>)[flag] === true) found.push(flag);
  if (volumes.some((volume) => "hostPath" in volume)) found.push("a hostPath volume");
  for (const { name, image, securityContext: own = {} } of [...containers, ...initContainers]) {
    if (own["readOnlyRootFilesystem"] !== true) found.push(`${name}: a writable root`);
    if (own["allowPrivilegeEscalation"] !== false) found.push(`${name}: privilege escalation`);
    const { drop, add } = (own["capabilities"] ?? {}) as { drop?: string[]; add?: string[] };
    if (drop?.includes("ALL") !== true || add !== undefined) found.push(`${name}: capabilities`);
    if (!/(@sha256:[0-9a-f]{64}|:(?!latest$)[\w.-]+)$/.test(image)) found.push(`${name}: image ${image}`);
  }
  return found;
}

describe("deploy/", () => {
  it.each(files.filter((path) => basename(path) === "kustomization.yaml"))(
    "%s names files that exist",
    (path) => {
      expect(collect(join(deploy, path, "..")).missing).toEqual([]);
    },
  );

  it.each(overlays)("overlay %s holds to the rules as it is written", (overlay) => {
    const { objects } = collect(join(deploy, "overlays", overlay));
    expect(faults(objects)).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["Deployment", "NetworkPolicy", "ValidatingAdmissionPolicy", "ResourceQuota"]),
    );
  });

  it("has rules that see a fault", () => {
    const { objects } = collect(join(deploy, "base"));
    const damaged = JSON.parse(
      JSON.stringify(objects)
        .replace('"readOnlyRootFilesystem":true', '"readOnlyRootFilesystem":"yes"')
        .replace('"drop":["ALL"]', '"drop":[]')
        .replace("sluice:0.1.0", "sluice:latest")
        .replace('"leases"', '"*"'),
    ) as KubernetesObject[];
    expect(faults(damaged).map((fault) => fault.slice(0, 70))).toEqual([
      "Role sluice-leases: a wildcard in a rule",
      "Deployment sluice: apps/v1 Deployment /spec/template/spec/containers/0",
      "Deployment sluice: sluice: a writable root",
      "Deployment sluice: sluice: capabilities",
      "Deployment sluice: sluice: image sluice:latest",
    ]);
  });

  it("mounts something writable wherever the server writes", () => {
    const pod = deployment(collect(join(deploy, "base")).objects);
    const [container] = pod.containers;
    const writable = container?.volumeMounts?.filter(({ readOnly }) => readOnly !== true) ?? [];
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(["/var/lib/sluice", "/tmp"]);
    const names = (pod.volumes ?? []).map((volume) => volume["name"]);
    expect(container?.volumeMounts?.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual(
      [],
    );
  });

  it("has a configuration that the server takes", () => {
    // `engine: argo` is for a server that has that engine.
    const { engine, ...configuration } = parse(text("base/sluice.yaml")) as Record<string, unknown>;
    expect(engine).toBe("argo");
    const { namespace } = parseConfiguration(JSON.stringify(configuration), "sluice.yaml");
    const named = readObjects(text("components/run-namespace/namespace.yaml"))[0]?.metadata.name;
    expect(namespace).toBe(named);
  });

  it("draws only metrics that the server has", async () => {
    const metrics = openMetrics(Date.now);
    metrics.countQueue(() => 0);
    const known = [...(await metrics.render()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
    const drawn = [...text("components/monitoring/dashboard.json").matchAll(/\b((?:sluice|process)_\w+)/g)]
      .map(([, name = ""]) => name.replace(/_(bucket|count|sum)$/, ""))
      .filter((name) => !known.includes(name));
    expect(drawn).toEqual([]);
    for (const name of known.filter((each) => each.startsWith("sluice_")))
      expect(text("components/monitoring/dashboard.json"), name).toContain(name);
  });

  it("gives an example of the Secret, and nothing that could be one", () => {
    const [example] = readObjects(text("secret.example.yaml"));
    expect(validateObject(example!)).toEqual([]);
    const keys = Object.keys(example?.["stringData"] as object);
    const used = [...text("base/deployment.yaml").matchAll(/key: ([\w.-]+)/g)].map(([, key]) => key);
    expect(used.filter((key) => key !== undefined && !keys.includes(key))).toEqual([]);
    for (const path of files.filter((each) => /\.\w+$/.test(each)))
      expect(text(path), path).not.toMatch(/-----BEGIN|gh[sp]_\w{36}|"[0-9a-f]{64}"/);
  });
});

describe.skipIf(!canRender)(`deploy/, rendered${withoutRenderer}`, () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "sluice-deploy-"));
    cpSync(deploy, join(copy, "deploy"), { recursive: true });
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  function renderNew(folder: string, kustomization: string): KubernetesObject[] {
    const directory = join(copy, "deploy", folder);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "kustomization.yaml"), kustomization);
    return render(directory);
  }

  it.each(overlays)("overlay %s holds to the rules", (overlay) => {
    const objects = render(join(deploy, "overlays", overlay));
    expect(faults(objects)).toEqual([]);
    const placed = objects.filter(({ kind }) => !/^(Namespace|ValidatingAdmission\w+)$/.test(kind));
    expect(placed.filter(({ metadata }) => metadata.namespace === undefined)).toEqual([]);
    const unplaced = objects.filter((object) => !placed.includes(object));
    expect(unplaced.filter(({ metadata }) => metadata.namespace !== undefined)).toEqual([]);
    expect(JSON.stringify(deployment(objects))).toMatch(/"name":"sluice-config-\w+"/);
  });

  it("opens the metrics port with the component", () => {
    const objects = renderNew(
      "overlays/watched",
      "resources: [../cluster]\ncomponents: [../../components/monitoring]\n",
    );
    expect(faults(objects)).toEqual([]);
    const [container] = deployment(objects).containers;
    expect(container).toMatchObject({
      env: expect.arrayContaining([{ name: "METRICS_PORT", value: "9090" }]) as unknown,
      ports: expect.arrayContaining([{ name: "metrics", containerPort: 9090 }]) as unknown,
    });
    const dashboard = objects.find(({ metadata }) => metadata.name === "sluice-dashboard");
    expect(dashboard?.metadata.labels).toMatchObject({ grafana_dashboard: "1" });
  });

  it("gives no rights in a second run namespace to the accounts of the first", () => {
    const first = text("run-namespaces/sluice-runs/kustomization.yaml");
    const objects = renderNew(
      "run-namespaces/team-b",
      first.replace("namespace: sluice-runs", "namespace: team-b"),
    );
    expect(faults(objects)).toEqual([]);
    expect(objects.find(({ kind }) => kind === "Namespace")?.metadata.name).toBe("team-b");
    const subjects = objects
      .filter(({ kind }) => kind === "RoleBinding")
      .flatMap((binding) => binding["subjects"] as { name: string; namespace: string }[]);
    expect(subjects.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      "sluice/sluice",
      "team-b/sluice-steps",
      "team-b/default",
    ]);
  });
});

function deployment(objects: KubernetesObject[]): PodSpec {
  const found = objects.find(({ kind }) => kind === "Deployment");
  return (found?.["spec"] as { template: { spec: PodSpec } }).template.spec;
}

describe("deploy/Dockerfile", () => {
  const lines = text("Dockerfile")
    .replaceAll(/\\\n(\s*#.*\n)*/g, " ")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  const of = (instruction: string) =>
    lines
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1));

  it("starts from images with a tag, and ends as a user that is not root", () => {
    for (const base of of("FROM")) expect(base).toMatch(/^\S+:(?!latest)[\w.-]+( AS \w+)?$/);
    expect(of("USER").at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const { runAsUser } = deployment(collect(join(deploy, "base")).objects).securityContext as {
      runAsUser: number;
    };
    expect(of("USER").at(-1)?.split(":")[0]).toBe(String(runAsUser));
  });

  it("installs exactly the lockfile, without its scripts", () => {
    const installs = of("RUN").filter((line) => /npm (ci|i|install)\b/.test(line));
    expect(installs).toHaveLength(2);
    for (const line of installs) expect(line).toMatch(/npm ci .*--ignore-scripts/);
    expect(installs.at(-1)).toContain("--omit=dev");
  });

  it("takes no secret and copies only what its ignore file lets through", () => {
    expect(text("Dockerfile")).not.toMatch(/SECRET|PRIVATE_KEY|TOKEN|PASSWORD/);
    expect(of("ARG")).toEqual([]);
    const allowed =
      text("Dockerfile.dockerignore")
        .match(/^!.+$/gm)
        ?.map((line) => line.slice(1)) ?? [];
    const copied = of("COPY")
      .filter((line) => !line.startsWith("--from"))
      .flatMap((line) => line.split(" ").slice(0, -1));
    expect(copied.filter((path) => !allowed.includes(path))).toEqual([]);
    expect([...new Set(copied)].toSorted()).toEqual(allowed.toSorted());
  });
});

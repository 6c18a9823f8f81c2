import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { argoLabel, managedBy } from "../../src/engine/argo/resources.js";
import { leaseRights, runRights, type Right } from "../../src/engine/argo/rights.js";
import { parseConfiguration } from "../../src/policy/configuration.js";
import { openMetrics } from "../../src/server/metrics.js";
import { faults, podOfDeployment, type Rule } from "../support/deploy-rules.js";
import { validateObject } from "../support/kubernetes-schema/validate.js";
import { canRender, collect, readObjects, render, type KubernetesObject } from "../support/kustomize.js";

const root = join(import.meta.dirname, "../..");
const deploy = join(root, "deploy");
const overlays = readdirSync(join(deploy, "overlays"));
const files = readdirSync(deploy, { recursive: true, encoding: "utf8" });
const text = (path: string) => readFileSync(join(deploy, path), "utf8");
const withoutRenderer = canRender ? "" : " (skipped: neither kustomize nor kubectl is here)";

interface PolicySpec {
  validations: { expression: string }[];
  variables: { expression: string }[];
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

  it("gives Sluice and the steps these rights and no more", () => {
    const { objects } = collect(join(deploy, "overlays/cluster"));
    const rules = objects
      .filter(({ kind }) => kind === "Role")
      .flatMap(({ metadata, rules: of }) => (of as Rule[]).map((rule) => ({ role: metadata.name, ...rule })));
    const lines = rules.map(
      ({ role, resources, resourceNames, verbs }) =>
        `${role}: ${resources.join(", ")}${resourceNames ? ` [${resourceNames.join()}]` : ""}: ${verbs.join(" ")}`,
    );
    expect(lines.toSorted()).toEqual([
      "sluice-leases: leases [sluice]: get update",
      "sluice-leases: leases: create",
      "sluice-steps: workflowtaskresults: create patch",
      "sluice: pods/log: get",
      "sluice: pods: get list",
      "sluice: secrets: get create patch delete",
      "sluice: workflows: get list watch create patch delete",
      "sluice: workflowtemplates, cronworkflows: get list create patch delete",
    ]);
  });

  it("gives all rights that the Argo engine asks for, by which sluice doctor looks for them", () => {
    const { objects } = collect(join(deploy, "overlays/cluster"));
    const missing = (role: string, rights: readonly Right[]) => {
      const found = objects.find(({ kind, metadata }) => kind === "Role" && metadata.name === role);
      const rules = found?.["rules"] as Rule[];
      return rights.flatMap(({ group, resource, name, verbs }) =>
        verbs.filter(
          (verb) =>
            !rules.some(
              (rule) =>
                rule.apiGroups.includes(group) &&
                rule.resources.includes(resource) &&
                rule.verbs.includes(verb) &&
                (rule.resourceNames === undefined || rule.resourceNames.includes(name ?? "")),
            ),
        ),
      );
    };
    expect(missing("sluice", runRights)).toEqual([]);
    expect(missing("sluice-leases", leaseRights)).toEqual([]);
  });

  it("has a policy that keeps the labels by which a run is found, and compiles where Argo's schema is known", () => {
    const { objects } = collect(join(deploy, "admission"));
    const policy = objects.find(({ kind }) => kind === "ValidatingAdmissionPolicy");
    const { validations, variables } = (policy as unknown as { spec: PolicySpec }).spec;
    const expressions = [...validations, ...variables].map(({ expression }) => expression);
    for (const name of [managedBy.name, argoLabel.instanceId, argoLabel.completed, argoLabel.phase])
      expect(
        expressions.some((each) => each.includes(`'${name}'`)),
        name,
      ).toBe(true);
    // A spec whose type is known is no map: the API server would warn that it cannot be gone through.
    for (const expression of expressions)
      expect(expression.replaceAll(/dyn\((?:object|oldObject)\.spec\)/g, "")).not.toMatch(/bject\.spec/);
  });

  it("mounts something writable wherever the server writes", () => {
    const pod = podOfDeployment(collect(join(deploy, "base")).objects);
    const [container] = pod.containers;
    const writable = container?.volumeMounts?.filter(({ readOnly }) => readOnly !== true) ?? [];
    expect(writable.map(({ mountPath }) => mountPath)).toEqual(["/var/lib/sluice", "/tmp"]);
    const names = (pod.volumes ?? []).map((volume) => volume["name"]);
    expect(container?.volumeMounts?.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual(
      [],
    );
  });

  it("has a configuration that the server takes", () => {
    const { engine, namespace } = parseConfiguration(text("base/sluice.yaml"), "sluice.yaml");
    expect(engine).toBe("argo");
    const named = readObjects(text("components/run-namespace/namespace.yaml"))[0]?.metadata.name;
    expect(namespace).toBe(named);
  });

  it("draws all metrics that the server has, and only those; docs/operating.md explains them", async () => {
    const metrics = openMetrics(Date.now);
    metrics.countQueue(() => 0);
    metrics.countWaiting(() => 0);
    const known = [...(await metrics.render()).matchAll(/^# TYPE (\S+)/gm)].map(([, name = ""]) => name);
    const drawn = [...text("components/monitoring/dashboard.json").matchAll(/\b((?:sluice|process)_\w+)/g)]
      .map(([, name = ""]) => name.replace(/_(bucket|count|sum)$/, ""))
      .filter((name) => !known.includes(name));
    expect(drawn).toEqual([]);
    const operating = readFileSync(join(root, "docs/operating.md"), "utf8");
    for (const name of known.filter((each) => each.startsWith("sluice_"))) {
      expect(text("components/monitoring/dashboard.json"), name).toContain(name);
      expect(operating).toContain(`| \`${name}\` |`);
    }
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
    expect(JSON.stringify(podOfDeployment(objects))).toMatch(/"name":"sluice-config-\w+"/);
  });

  it("opens the metrics port with the component", () => {
    const objects = renderNew(
      "overlays/watched",
      "resources: [../cluster]\ncomponents: [../../components/monitoring]\n",
    );
    expect(faults(objects)).toEqual([]);
    const [container] = podOfDeployment(objects).containers;
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

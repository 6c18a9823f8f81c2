import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { compiled, input, simple } from "./compile-maker.js";
import { noPolicy, RepositoryPolicy } from "./configuration.js";
import { makeManifest } from "./manifest-maker.js";

const inSpec = (line: string): string =>
  simple.replace("  entrypoint: main\n", `  entrypoint: main\n  ${line}\n`);
const inTemplate = (line: string): string =>
  simple.replace("    - name: main\n", `    - name: main\n      ${line}\n`);
const inContainer = (field: string): string => simple.replace("image: busybox", `image: busybox, ${field}`);
const asTemplate = (line: string): string =>
  simple.replace("      container: { image: busybox, command: [echo] }\n", `      ${line}\n`);
const inInput = (source: string): string =>
  inTemplate(`inputs: { artifacts: [{ name: a, path: /a, ${source} }] }`);

const generous = RepositoryPolicy.parse({
  serviceAccounts: ["*"],
  secrets: ["*"],
  templates: ["*", "cluster/*"],
});

/** Line, rule, message and hint of each error. */
function errorsOf(text: string, policy = noPolicy): string[] {
  const result = compile(input(text, { policy }));
  if ("workflow" in result) return [];
  return result.problems.map(
    ({ position, rule, message, hint }) => `${position.line} ${rule}: ${message} (${hint ?? "no hint"})`,
  );
}

/** Every field that Argo's types let reach further, by the table of risks in docs/security.md. */
const escapes: [what: string, text: string, line: number, field: string][] = [
  ["another executor's account", inSpec("executor: { serviceAccountName: x }"), 7, "executor"],
  [
    "an account's token in the container",
    inSpec("automountServiceAccountToken: true"),
    7,
    "automountServiceAccountToken",
  ],
  ["a patched pod", inSpec("podSpecPatch: '{}'"), 7, "podSpecPatch"],
  ["a patched pod of a template", inTemplate("podSpecPatch: '{{inputs.parameters.x}}'"), 9, "podSpecPatch"],
  ["root in the workflow's pods", inSpec("securityContext: { runAsUser: 0 }"), 7, "securityContext"],
  ["root in a template's pod", inTemplate("securityContext: { runAsUser: 0 }"), 9, "securityContext"],
  ["a privileged container", inContainer("securityContext: { privileged: true }"), 9, "securityContext"],
  ["a container beside the step's", inTemplate("sidecars: [{ name: x, image: y }]"), 9, "sidecars"],
  [
    "a container before the step's",
    inTemplate("initContainers: [{ name: x, image: y }]"),
    9,
    "initContainers",
  ],
  ["a set of containers", asTemplate("containerSet: { containers: [] }"), 9, "containerSet"],
  ["the host's files", inSpec("volumes: [{ name: root, hostPath: { path: / } }]"), 7, "hostPath"],
  ["a projected token", inTemplate("volumes: [{ name: t, projected: { sources: [] } }]"), 9, "projected"],
  ["a network file system", inSpec("volumes: [{ name: n, nfs: { server: x, path: / } }]"), 7, "nfs"],
  ["a driver's volume", inSpec("volumes: [{ name: n, csi: { driver: x } }]"), 7, "csi"],
  ["claimed volumes", inSpec("volumeClaimTemplates: []"), 7, "volumeClaimTemplates"],
  ["raw devices", inContainer("volumeDevices: []"), 9, "volumeDevices"],
  ["the node's network", inSpec("hostNetwork: true"), 7, "hostNetwork"],
  ["a port of the node", inContainer("ports: [{ hostPort: 80 }]"), 9, "ports"],
  ["names of one's own choice", inSpec("dnsConfig: { nameservers: [1.2.3.4] }"), 7, "dnsConfig"],
  ["a policy for names", inSpec("dnsPolicy: Default"), 7, "dnsPolicy"],
  ["spoofed hosts", inTemplate("hostAliases: [{ ip: 1.2.3.4, hostnames: [github.com] }]"), 9, "hostAliases"],
  [
    "any object of the cluster",
    asTemplate("resource: { action: create, manifest: x, flags: [] }"),
    9,
    "resource",
  ],
  ["requests from the agent", asTemplate("http: { url: 'http://169.254.169.254' }"), 9, "http"],
  ["a plugin", asTemplate("plugin: { x: {} }"), 9, "plugin"],
  ["plugins of the executor", inSpec("executorPlugins: []"), 7, "executorPlugins"],
  ["forged labels", inSpec("workflowMetadata: { labels: { a: b } }"), 7, "workflowMetadata"],
  ["forged labels of pods", inSpec("podMetadata: { labels: { a: b } }"), 7, "podMetadata"],
  ["another artifact store", inSpec("artifactRepositoryRef: { configMap: x }"), 7, "artifactRepositoryRef"],
  ["another archive", inTemplate("archiveLocation: { s3: { key: other } }"), 9, "archiveLocation"],
  ["another run's object", inInput("s3: { key: other/run }"), 9, "s3"],
  ["another run's blob", inInput("gcs: { key: other/run }"), 9, "gcs"],
  ["a Secret for git", inInput("git: { passwordSecret: { name: x, key: y } }"), 9, "passwordSecret"],
  ["a key for git", inInput("git: { sshPrivateKeySecret: { name: x, key: y } }"), 9, "sshPrivateKeySecret"],
  ["unchecked hosts for git", inInput("git: { insecureIgnoreHostKey: true }"), 9, "insecureIgnoreHostKey"],
  ["a Secret for a download", inInput("http: { url: x, auth: { basicAuth: {} } }"), 9, "auth"],
  [
    "a lock of another namespace",
    inTemplate("synchronization: { mutexes: [{ name: a, namespace: b }] }"),
    9,
    "namespace",
  ],
  [
    "a lock in the database",
    inSpec("synchronization: { mutexes: [{ name: a, database: true }] }"),
    7,
    "database",
  ],
  ["a poisoned cache", inTemplate("memoize: { key: a, cache: { configMap: { name: b } } }"), 9, "memoize"],
  ["any registry's Secret", inSpec("imagePullSecrets: [{ name: x }]"), 7, "imagePullSecrets"],
  ["a step without an end", inTemplate("daemon: true"), 9, "daemon"],
  ["devices of the node", inTemplate("resourceClaims: []"), 9, "resourceClaims"],
  ["a run that is over before it starts", inSpec("shutdown: Terminate"), 7, "shutdown"],
  ["a run that waits for nobody", inSpec("suspend: true"), 7, "suspend"],
  ["a forged status", inSpec("status: {}"), 7, "status"],
  ["a forged prototype", inSpec("__proto__: { a: 1 }"), 7, "__proto__"],
  [
    "a default that makes gates timers",
    inSpec("templateDefaults: { suspend: { duration: '0' } }"),
    7,
    "suspend",
  ],
  [
    "a default that answers gates",
    inSpec("templateDefaults: { outputs: { parameters: [{ name: ok, valueFrom: { default: 'YES' } }] } }"),
    7,
    "outputs",
  ],
  ["a default that asks gates", inSpec("templateDefaults: { inputs: { parameters: [] } }"), 7, "inputs"],
  ["defaults for all pods", inSpec("templateDefaults: { podSpecPatch: x }"), 7, "podSpecPatch"],
  [
    "an inline template",
    asTemplate("steps: [[{ name: a, inline: { podSpecPatch: x } }]]"),
    9,
    "podSpecPatch",
  ],
  [
    "an inline template in a DAG in an inline template",
    asTemplate(
      "dag: { tasks: [{ name: a, inline: { steps: [[{ name: b, inline: { hostAliases: [] } }]] } }] }",
    ),
    9,
    "hostAliases",
  ],
  ["something to run when the container ends", inContainer("lifecycle: { preStop: {} }"), 9, "lifecycle"],
];

describe("a field that could reach further", () => {
  it.each(escapes)("is refused at its line, whatever is configured: %s", (_what, text, line, field) => {
    const refused = `${line} field-not-allowed: \`${field}\` is not allowed`;
    for (const policy of [noPolicy, generous]) {
      const errors = errorsOf(text, policy);
      expect(errors).toContainEqual(expect.stringContaining(refused));
      expect(errors.join("\n")).toContain("names that in `templates` of this repository");
    }
  });
  it.each([
    "ttlStrategy: { secondsAfterCompletion: 1 }",
    "podGC: { strategy: OnPodCompletion }",
    "priority: 1000",
    "podPriorityClassName: high",
    "nodeSelector: { a: b }",
    "affinity: {}",
    "tolerations: []",
    "schedulerName: x",
    "metrics: {}",
    "artifactGC: { serviceAccountName: x, podSpecPatch: y }",
    "podDisruptionBudget: { minAvailable: 9999 }",
    "archiveLogs: false",
  ])("is left out with a warning where the server sets it: %s", (line) => {
    const [field = ""] = line.split(":");
    const result = compile(input(inSpec(line), { policy: generous }));
    expect("workflow" in result && result.workflow.spec).not.toHaveProperty(field);
    expect(
      "workflow" in result && result.warnings.map(({ position, text }) => [position.line, text]),
    ).toEqual([[7, field]]);
  });
});

describe("the annotations of a template, which Argo puts on the pod over its own,", () => {
  const asked =
    "metadata: { annotations: { workflows.argoproj.io/node-id: x, workflows.argoproj.io/node-name: x, iam.amazonaws.com/role: admin, a: b, sluice.dev/approvals: '2', xsluice.dev/a: b } }";
  it.each([
    ["of its own", inTemplate(asked)],
    ["of the defaults", inSpec(`templateDefaults: { ${asked} }`)],
    ["inline", asTemplate(`steps: [[{ name: a, inline: { container: { image: x }, ${asked} } }]]`)],
  ])("are Sluice's only, with a warning: %s", (_what, text) => {
    const result = compile(input(text, { policy: generous }));
    if (!("workflow" in result)) throw new Error("refused");
    expect(JSON.stringify(result.workflow.spec)).toContain(
      '"metadata":{"annotations":{"sluice.dev/approvals":"2"}}',
    );
    expect(result.warnings.map((warning) => warning.text)).toEqual([
      "workflows.argoproj.io/node-id",
      "workflows.argoproj.io/node-name",
      "iam.amazonaws.com/role",
      "a",
      "xsluice.dev/a",
    ]);
    expect(result.warnings[0]?.message).toContain("could end a gate");
  });
});

describe("a name that the proof rests on", () => {
  const tag = "'{{inputs.parameters.x}}'";
  it.each([
    ["a volume", inSpec(`volumes: [{ name: ${tag}, emptyDir: {} }]`), 7],
    ["a template's volume", inTemplate(`volumes: [{ name: ${tag}, emptyDir: {} }]`), 9],
    ["a mount", inContainer(`volumeMounts: [{ name: ${tag}, mountPath: /a }]`), 9],
    ["a step", asTemplate(`steps: [[{ name: ${tag}, template: main }]]`), 9],
    ["a task", asTemplate(`dag: { tasks: [{ name: ${tag}, template: main }] }`), 9],
    ["an output", inTemplate(`outputs: { parameters: [{ name: ${tag}, value: a }] }`), 9],
    ["an artifact", inTemplate(`inputs: { artifacts: [{ name: ${tag}, path: /a }] }`), 9],
    ["a template", simple.replace("- name: main", `- name: ${tag}`), 8],
  ])("is refused when it is chosen while the run goes on: %s", (_what, text, line) => {
    expect(errorsOf(text, generous)).toEqual([
      expect.stringMatching(
        new RegExp(`^${line} name-not-fixed: \`name\` must be fixed.*Write the name out`),
      ),
    ]);
  });
  it.each([
    ["a scope that is no switch", "templateRef: { name: admin, template: t, clusterScope: 'true' }"],
    ["a switch that is a text", "template: main, continueOn: { failed: 'true' }"],
    ["a condition that is a number", "template: main, when: 1"],
  ])("is of its type: %s", (_what, call) => {
    const errors = errorsOf(asTemplate(`steps: [[{ name: a, ${call} }]]`), generous);
    expect(errors).toContainEqual(expect.stringContaining("9 wrong-type"));
  });
});

const named: [what: string, key: "serviceAccounts" | "secrets", text: string, line: number][] = [
  ["the workflow's account", "serviceAccounts", inSpec("serviceAccountName: NAME"), 7],
  ["a template's account", "serviceAccounts", inTemplate("serviceAccountName: NAME"), 9],
  ["the defaults' account", "serviceAccounts", inSpec("templateDefaults: { serviceAccountName: NAME }"), 7],
  [
    "an inline template's account",
    "serviceAccounts",
    asTemplate("steps: [[{ name: a, inline: { serviceAccountName: NAME, container: { image: x } } }]]"),
    9,
  ],
  [
    "a Secret's key in a variable",
    "secrets",
    inContainer("env: [{ name: A, valueFrom: { secretKeyRef: { name: NAME, key: token } } }]"),
    9,
  ],
  ["a Secret as variables", "secrets", inContainer("envFrom: [{ secretRef: { name: NAME } }]"), 9],
  ["a Secret as a volume", "secrets", inSpec("volumes: [{ name: s, secret: { secretName: NAME } }]"), 7],
];

describe("a service account or Secret", () => {
  it.each(named)("is refused unless the configuration gives it: %s", (_what, key, text, line) => {
    const given = text.replace("NAME", "team-a");
    const errors = errorsOf(given);
    expect(errors).toEqual([expect.stringMatching(new RegExp(`^${line} identity-not-given: .*\`team-a\``))]);
    expect(errors[0]).toContain(`\`${key}\``);
    expect(errorsOf(given, RepositoryPolicy.parse({ [key]: ["team-*"] }))).toEqual([]);
    expect(errorsOf(given, RepositoryPolicy.parse({ [key]: ["team-*", "!team-a"] }))).toHaveLength(1);
    expect(JSON.stringify(compiled(given, { policy: generous }).spec)).toContain('"team-a"');
  });
  it.each(named)("is refused when it is chosen while the run goes on: %s", (_what, _key, text) => {
    const chosen = text.replace("NAME", "'{{inputs.parameters.x}}'");
    expect(errorsOf(chosen, generous)).toEqual([expect.stringContaining("must be fixed")]);
  });
  it("is never another run's token, whatever glob is configured", () => {
    const text = inContainer("envFrom: [{ secretRef: { name: deploy-0123456789abcde-github } }]");
    expect(errorsOf(text, generous)).toEqual([expect.stringContaining("may use")]);
  });
  it("is the configured one where the manifest names none", () => {
    const policy = RepositoryPolicy.parse({ serviceAccount: "runner", serviceAccounts: ["deployer"] });
    expect(compiled(simple, { policy }).spec.serviceAccountName).toBe("runner");
    expect(compiled(inSpec("serviceAccountName: deployer"), { policy }).spec.serviceAccountName).toBe(
      "deployer",
    );
    expect(compiled(simple).spec).not.toHaveProperty("serviceAccountName");
  });
});

describe("a template of the cluster", () => {
  const calling = (reference: string) => asTemplate(`steps: [[{ name: a, templateRef: { ${reference} } }]]`);
  const cluster = calling("name: admin, template: t, clusterScope: true");
  it("is refused unless the configuration gives it", () => {
    expect(errorsOf(cluster)).toEqual([
      expect.stringMatching(/^9 template-not-given: .*`cluster\/admin` to `templates`/),
    ]);
    expect(errorsOf(cluster, RepositoryPolicy.parse({ templates: ["admin"] }))).toHaveLength(1);
    const spec = compiled(cluster, { policy: RepositoryPolicy.parse({ templates: ["cluster/admin"] }) }).spec;
    expect(spec.templates?.[0]?.steps?.[0]?.[0]?.templateRef).toEqual({
      name: "admin",
      template: "t",
      clusterScope: true,
    });
  });
  it("is refused in hooks and behind other templates, too", () => {
    const hook = asTemplate(
      "steps: [[{ name: a, hooks: { exit: { templateRef: { name: x, template: y, clusterScope: true } } } }]]",
    );
    expect(errorsOf(hook)).toEqual([expect.stringContaining("template-not-given")]);
    const library = [
      makeManifest(
        "kind: WorkflowTemplate\nmetadata: { name: lib }\nspec:\n  templates:\n    - name: t\n      steps: [[{ name: a, templateRef: { name: x, template: y, clusterScope: true } }]]\n",
        ".workflows/lib.yaml",
      ),
    ];
    const result = compile(input(calling("name: lib, template: t"), { library }));
    expect(
      "problems" in result && result.problems.map(({ position }) => [position.file, position.line]),
    ).toEqual([[".workflows/lib.yaml", 6]]);
  });
  it("stands back behind one of the same commit, and its name is fixed", () => {
    const text = calling("name: lib, template: t");
    expect(errorsOf(text)).toEqual([expect.stringContaining("There is no WorkflowTemplate `lib`")]);
    expect(compiled(text, { policy: generous }).spec.templates).toHaveLength(1);
    const library = [
      makeManifest(
        "kind: WorkflowTemplate\nmetadata: { name: lib }\nspec:\n  templates:\n    - { name: t, container: { image: x } }\n",
        ".workflows/lib.yaml",
      ),
    ];
    expect(compiled(text, { policy: generous, library }).spec.templates).toHaveLength(2);
    expect(errorsOf(calling("name: '{{workflow.parameters.x}}', template: t"), generous)).toHaveLength(1);
  });
});

describe("a configured deadline", () => {
  const policy = RepositoryPolicy.parse({ limits: { deadlineSeconds: 600 } });
  it.each([
    ["is set", simple, 600],
    ["gives way to an earlier one", inSpec("activeDeadlineSeconds: 60"), 60],
    ["replaces a later one", inSpec("activeDeadlineSeconds: 6000"), 600],
    ["replaces one that is none", inSpec("activeDeadlineSeconds: 0"), 600],
    ["replaces one that is no number", inSpec("activeDeadlineSeconds: '{{workflow.parameters.x}}'"), 600],
  ])("%s", (_what, text, seconds) => {
    expect(compiled(text, { policy }).spec.activeDeadlineSeconds).toBe(seconds);
  });
});

import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { compile } from "./compile.js";
import { compiled, head, input } from "./compile-maker.js";
import { RepositoryPolicy } from "./configuration.js";

const policy = RepositoryPolicy.parse({ serviceAccounts: ["team"], secrets: ["team"], templates: ["lib"] });

/** All fields that a manifest may set, each once; what is not here is not needed by any run. */
const whole = `  entrypoint: main
  onExit: quiet
  serviceAccountName: team
  parallelism: 4
  activeDeadlineSeconds: 600
  arguments:
    parameters:
      - name: a
        value: b
        default: c
        enum: [b, c]
        description: d
        globalName: g
      - { name: m, valueFrom: { configMapKeyRef: { name: n, key: k, optional: true }, default: x } }
    artifacts:
      - { name: raw, path: /r, raw: { data: x }, archive: { none: {} }, mode: 420, recurseMode: true }
      - { name: web, path: /w, http: { url: "https://x.test", headers: [{ name: h, value: v }] } }
  hooks:
    running: { expression: "true", template: quiet, arguments: { parameters: [{ name: a, value: b }] } }
  retryStrategy: { limit: 2, retryPolicy: Always, backoff: { duration: "1" }, expression: "true" }
  synchronization:
    mutexes: [{ name: one }]
    semaphores: [{ configMapKeyRef: { name: n, key: k } }]
  volumes:
    - { name: v, emptyDir: {} }
    - { name: s, secret: { secretName: team, items: [{ key: a, path: b }], defaultMode: 256, optional: true } }
  templateDefaults: { timeout: 1m, container: { image: busybox }, metadata: { annotations: { sluice.dev/a: b } } }
  templates:
    - name: main
      annotations: { a: b }
      parallelism: 2
      failFast: false
      dag:
        target: b
        failFast: true
        tasks:
          - name: a
            template: step
            when: "true"
            withItems: [1, 2]
            onExit: quiet
            continueOn: { failed: true }
            arguments: { parameters: [{ name: p, value: "{{item}}" }] }
            hooks: { exit: { template: quiet } }
          - { name: b, depends: a, templateRef: { name: lib, template: t }, withSequence: { count: 2 } }
          - { name: c, dependencies: [a], template: ask, withParam: "[1]" }
          - { name: d, inline: { container: { image: x } } }
    - name: step
      serviceAccountName: team
      activeDeadlineSeconds: 60
      timeout: 1m
      pendingTimeout: 2m
      inputs: { parameters: [{ name: p }], artifacts: [{ name: i, path: /i, optional: true, from: x }] }
      outputs:
        parameters:
          - { name: f, valueFrom: { path: /f } }
          - { name: e, valueFrom: { expression: "1" } }
          - { name: q, valueFrom: { parameter: x }, globalName: gq }
        artifacts: [{ name: o, path: /o, fromExpression: e, subPath: s, globalName: go }]
      metadata: { annotations: { sluice.dev/a: b } }
      retryStrategy: { limit: 1 }
      synchronization: { mutexes: [{ name: two }] }
      volumes: [{ name: w, emptyDir: {} }]
      container:
        name: c
        image: busybox
        imagePullPolicy: Always
        command: [echo]
        args: [x]
        workingDir: /w
        env:
          - { name: A, value: b }
          - { name: B, valueFrom: { configMapKeyRef: { name: n, key: k } } }
          - { name: C, valueFrom: { secretKeyRef: { name: team, key: k, optional: true } } }
          - { name: D, valueFrom: { fieldRef: { apiVersion: v1, fieldPath: metadata.name } } }
        envFrom: [{ prefix: P_, secretRef: { name: team, optional: true } }]
        volumeMounts: [{ name: v, mountPath: /v, subPath: s, readOnly: true }]
    - name: quiet
      script: { image: busybox, command: [sh], source: "true", env: [{ name: A, value: b }] }
    - name: ask
      suspend: { duration: 5m }
      outputs: { parameters: [{ name: s, valueFrom: { supplied: {}, default: d } }] }
`;

describe("the allow-list of a manifest's fields", () => {
  it("takes over as they are written those that give a run nothing but itself", () => {
    const result = compile(input(`${head}spec:\n${whole}`, { policy }));
    expect(result).not.toHaveProperty("problems");
    if (!("workflow" in result)) return;
    expect(result.warnings).toEqual([]);
    const written = parse(whole) as { arguments: { parameters: unknown[]; artifacts: unknown[] } };
    const { arguments: given, ...spec } = result.workflow.spec;
    const { arguments: own, ...rest } = written;
    expect(spec).toEqual(rest);
    expect(given?.parameters?.slice(0, 2)).toEqual(own.parameters);
    expect(given?.artifacts).toEqual(own.artifacts);
  });
  it("takes over a git artifact of another repository, without a Secret", () => {
    const git = {
      repo: "https://git.test/x",
      revision: "main",
      branch: "main",
      depth: 1,
      singleBranch: true,
      fetch: ["refs/x"],
      disableSubmodules: true,
    };
    const template = { name: "main", inputs: { artifacts: [{ name: "g", path: "/g", git }] }, container: {} };
    const spec = { entrypoint: "main", templates: [template] };
    expect(compiled(`${head}spec: ${JSON.stringify(spec)}\n`).spec.templates).toEqual([template]);
  });

  const shapes: [what: string, spec: object, message: string][] = [
    ["a name that is none", { entrypoint: ["main"] }, "`entrypoint` has the wrong type."],
    [
      "an account that is a list",
      { serviceAccountName: ["team"] },
      "`serviceAccountName` has the wrong type.",
    ],
    ["volumes that are a map", { volumes: { a: {} } }, "`volumes` has the wrong type."],
    ["a volume that is a text", { volumes: ["a"] }, "`0` has the wrong type."],
    ["hooks that are a list", { hooks: [{ template: "main" }] }, "`hooks` has the wrong type."],
  ];
  it.each(shapes)("refuses %s", (_what, spec, message) => {
    const whole = { entrypoint: "main", templates: [{ name: "main", container: {} }], ...spec };
    const result = compile(input(`${head}spec: ${JSON.stringify(whole)}\n`, { policy }));
    const problems = "problems" in result ? result.problems : [];
    expect(problems).toContainEqual(
      expect.objectContaining({ severity: "error", rule: "wrong-type", message }),
    );
  });
  it("counts null as absent, as Kubernetes does", () => {
    const text = `${head}spec:\n  entrypoint: main\n  hostNetwork:\n  templates:\n    - { name: main, container: { image: x, securityContext: null } }\n`;
    expect(compiled(text).spec.templates).toEqual([{ name: "main", container: { image: "x" } }]);
  });

  it.each(["resources", "tty", "terminationMessagePolicy"])(
    "leaves a container's `%s` to the server, with a warning",
    (field) => {
      for (const kind of ["container", "script"]) {
        const template = { name: "main", [kind]: { image: "x", source: "y", [field]: {} } };
        if (kind === "container") delete (template["container"] as { source?: string }).source;
        const spec = { entrypoint: "main", templates: [template] };
        const result = compile(input(`${head}spec: ${JSON.stringify(spec)}\n`));
        expect("warnings" in result && result.warnings).toMatchObject([
          {
            severity: "warning",
            rule: "field-ignored",
            text: field,
            message: `\`${field}\` is set by the server for runs from GitHub, and is left out here.`,
          },
        ]);
        expect(JSON.stringify(result)).not.toContain(`"${field}":{}`);
      }
    },
  );
  it.each([
    ["priorityClassName", { priorityClassName: "x" }],
    ["nodeSelector", { nodeSelector: { a: "b" } }],
    ["affinity", { affinity: {} }],
    ["tolerations", { tolerations: [] }],
    ["schedulerName", { schedulerName: "x" }],
    ["metrics", { metrics: {} }],
    ["labels", { metadata: { labels: { a: "b" } } }],
    ["affinity", { retryStrategy: { affinity: {} } }],
    ["archiveLogs", { outputs: { artifacts: [{ name: "a", path: "/a", archiveLogs: true }] } }],
    ["artifactGC", { outputs: { artifacts: [{ name: "a", path: "/a", artifactGC: {} }] } }],
  ])("leaves a template's `%s` to the server: %j", (field, change) => {
    const spec = { entrypoint: "main", templates: [{ name: "main", container: {}, ...change }] };
    const result = compile(input(`${head}spec: ${JSON.stringify(spec)}\n`));
    expect("warnings" in result && result.warnings.map(({ text }) => text)).toEqual([field]);
    expect("workflow" in result && JSON.stringify(result.workflow.spec)).not.toContain(`"${field}"`);
  });
  it("lets templateDefaults change no template into a gate, steps or a dag", () => {
    for (const field of ["suspend", "steps", "dag"]) {
      const spec = { entrypoint: "main", templates: [], templateDefaults: { [field]: {} } };
      const result = compile(input(`${head}spec: ${JSON.stringify(spec)}\n`));
      expect("problems" in result && result.problems).toMatchObject([
        { rule: "field-not-allowed", text: field },
      ]);
    }
  });
});

import type { NodeStatus, NodeType, Template, Workflow } from "../../src/manifest/argo.js";
import type { GateDecision } from "../../src/policy/gate.js";
import type { RunFacts } from "../../src/run/metadata.js";

const sha = "6a0d417c5be2f0c1d3a49e8877665544332211ff";
const day = new Date(Date.now() - 20 * 60_000);
/** A moment of the run, in seconds after its start. */
export function at(seconds: number): string {
  return `${new Date(day.getTime() + seconds * 1000).toISOString().slice(0, 19)}Z`;
}

const facts: RunFacts = {
  installationId: 1,
  repositoryId: 2,
  repository: "acme/shop",
  manifest: "deploy",
  manifestFile: ".workflows/deploy.yaml",
  checkName: "deploy",
  title: "Deploy the shop",
  event: "pull_request",
  headSha: sha,
  ref: "refs/heads/scale-up",
  actor: { id: 3, login: "alice" },
  pullRequest: { number: 42, baseRef: "main", baseSha: sha, headRef: "scale-up", fork: false },
  attempt: 1,
  tokenPermissions: { contents: "read" },
  trigger: "pull_request 42",
  cloneUrl: "https://github.com/acme/shop.git",
  htmlUrl: "https://github.com/acme/shop",
};

export function node(name: string, type: NodeType, rest: Partial<NodeStatus> = {}): NodeStatus {
  const displayName = name.split(".").at(-1) ?? name;
  return { id: name, name, displayName, type, phase: "Succeeded", boundaryID: "deploy-1", ...rest };
}

export function workflow(
  name: string,
  nodes: NodeStatus[],
  rest: {
    phase?: "Running" | "Succeeded" | "Failed";
    title?: string;
    templates?: Template[];
    end?: number;
    message?: string;
  } = {},
): Workflow {
  const { phase = "Running", title = facts.title, templates = [], end, message } = rest;
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Workflow",
    metadata: {
      name,
      namespace: "sluice",
      uid: name,
      annotations: { "sluice.dev/facts": JSON.stringify({ ...facts, title }) },
    },
    spec: {
      entrypoint: "main",
      arguments: {
        parameters: [
          { name: "stack", value: "prod" },
          { name: "github-sha", value: sha },
        ],
      },
      templates,
    },
    status: {
      phase,
      startedAt: at(0),
      ...(end === undefined ? {} : { finishedAt: at(end) }),
      ...(message === undefined ? {} : { message }),
      nodes: Object.fromEntries(nodes.map((each) => [each.id, each])),
    },
  };
}

function times(start: number, end?: number): Partial<NodeStatus> {
  return end === undefined ? { startedAt: at(start) } : { startedAt: at(start), finishedAt: at(end) };
}

const plan = `### Plan: 2 to change, 1 to add

| | resource | change |
| --- | --- | --- |
| ~ | \`aws:ecs:Service\` shop | replicas 2 → 3 |
| ~ | \`aws:rds:Instance\` orders | storage 50 → 80 GiB |
| + | \`aws:s3:Bucket\` exports | |

\`\`\`diff
- replicas: 2
+ replicas: 3
\`\`\`
`;

const templates: Template[] = [
  {
    name: "main",
    dag: {
      tasks: [
        { name: "build", template: "step" },
        { name: "lint", template: "step" },
        { name: "unit", template: "step", dependencies: ["build"], withItems: ["api", "web", "worker"] },
        { name: "preview", template: "step", dependencies: ["lint", "unit"] },
        { name: "approve", template: "gate", dependencies: ["preview"] },
        { name: "apply", template: "step", dependencies: ["approve"] },
        { name: "smoke", template: "step", dependencies: ["apply"] },
      ],
    },
  },
  { name: "step", container: { image: "alpine" } },
  { name: "gate", suspend: {} },
];

function deploy(phase: "Running" | "Failed" | "Succeeded", tail: NodeStatus[]): NodeStatus[] {
  const items = ["api", "web", "worker"].map((item, index) => `deploy-1.unit(${index}:${item})`);
  return [
    node("deploy-1", "DAG", {
      phase,
      boundaryID: "",
      templateName: "main",
      ...times(0),
      children: ["deploy-1.build", "deploy-1.lint"],
    }),
    node("deploy-1.build", "Pod", { ...times(0, 74), children: ["deploy-1.unit"] }),
    node("deploy-1.lint", "Pod", { ...times(0, 31), children: ["deploy-1.preview"] }),
    node("deploy-1.unit", "TaskGroup", { ...times(74, 160), children: items }),
    ...items.map((name, index) =>
      node(name, "Pod", { ...times(74, 118 + index * 21), children: ["deploy-1.preview"] }),
    ),
    ...tail,
  ];
}

/** Waits at its gate, with one of two approvals. */
export function waitingScene(): { workflow: Workflow; decisions: Record<string, GateDecision> } {
  const preview = node("deploy-1.preview", "Pod", {
    ...times(161, 189),
    outputs: {
      parameters: [
        { name: "summary", value: plan },
        { name: "changes", value: "3" },
      ],
    },
    children: ["deploy-1.approve"],
  });
  const gate = node("deploy-1.approve", "Suspend", { phase: "Running", templateName: "gate", ...times(190) });
  const user = (id: number, login: string) => ({ id, login, type: "User" as const });
  return {
    workflow: workflow("deploy-1", deploy("Running", [preview, gate]), { templates }),
    decisions: {
      "deploy-1.approve": {
        state: "waiting",
        needed: 2,
        approvals: [{ user: user(7, "bob"), reviewId: 1, submittedAt: at(410) }],
        ignored: [
          { user: user(3, "alice"), reviewId: 2, reason: "@alice is the author of the pull request" },
          { user: user(9, "dora"), reviewId: 3, reason: "@dora approved commit 1c9fb2e, an older one" },
        ],
        reasons: ["1 of 2 needed approvals given", "one more person of @acme/platform must approve"],
        notices: [
          "The pull request changes .workflows/deploy.yaml: what an approval lets run is what it says now.",
        ],
      },
    },
  };
}

export const failingLog = [
  "==> smoke test of https://shop.acme.example",
  "GET /health 200 in 41 ms",
  "GET /cart 200 in 96 ms",
  "POST /orders 500 in 3012 ms",
  'orders: connection to "orders.db" refused (5 tries)',
  "FAIL checkout: expected 201, got 500",
].join("\n");

/** Approved and applied, then the smoke test failed. */
export function failedScene(): Workflow {
  const tail = [
    node("deploy-1.preview", "Pod", { ...times(161, 189), children: ["deploy-1.approve"] }),
    node("deploy-1.approve", "Suspend", {
      ...times(190, 420),
      templateName: "gate",
      children: ["deploy-1.apply"],
    }),
    node("deploy-1.apply", "Pod", { ...times(421, 489), children: ["deploy-1.smoke"] }),
    node("deploy-1.smoke", "Pod", {
      phase: "Failed",
      ...times(490, 512),
      message: "main: Error (exit code 1)",
      outputs: { exitCode: "1" },
    }),
  ];
  const made = workflow("deploy-1", deploy("Failed", tail), { phase: "Failed", templates, end: 512 });
  const audit = {
    decision: "approved",
    nodeId: "deploy-1.approve",
    nodeName: "approve",
    startedAt: at(190),
    headSha: sha,
    people: [
      { id: 7, login: "bob" },
      { id: 8, login: "carol" },
    ],
    reasons: [],
    decidedAt: at(420),
  };
  made.metadata.annotations = {
    ...made.metadata.annotations,
    "sluice.dev/gate.deploy-1.approve": JSON.stringify(audit),
  };
  return made;
}

/** A loop of so many items, one of which failed. */
export function largeScene(items: number): Workflow {
  const names = Array.from({ length: items }, (_, index) => `deploy-1.shard(${index}:${index})`);
  return workflow(
    "deploy-1",
    [
      node("deploy-1", "DAG", {
        phase: "Failed",
        boundaryID: "",
        children: ["deploy-1.shard"],
        ...times(0, 900),
      }),
      node("deploy-1.shard", "TaskGroup", { phase: "Failed", children: names, ...times(0, 900) }),
      ...names.map((name, index) =>
        node(name, "Pod", {
          phase: index === items - 3 ? "Failed" : "Succeeded",
          ...times(index % 600, (index % 600) + 30),
        }),
      ),
    ],
    { phase: "Failed", end: 900, title: "Tests in many shards" },
  );
}

export const hostile = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>\u202egnp.exe\u001b[31mred`;

/** Every text that people or programs choose tries to become markup. */
export function hostileScene(): Workflow {
  const name = `deploy-1.${hostile.replaceAll(".", "")}`;
  const outputs = {
    parameters: [
      {
        name: "summary",
        value: `${hostile}\n\n[go](javascript:alert(3))\n\n<iframe src="https://example.com"></iframe>\n<a href="javascript:alert(4)">x</a>\n\n![i](https://example.com/x.png)\n\n<details open onclick=alert(5)><summary>fold</summary>in</details>`,
      },
      { name: hostile, value: `ghp_${"a".repeat(36)} ${hostile}` },
    ],
  };
  const made = workflow(
    "deploy-1",
    [
      node("deploy-1", "DAG", {
        phase: "Failed",
        boundaryID: "",
        children: ["hostile-node"],
        ...times(0, 9),
      }),
      node("deploy-1.first", "Pod", { ...times(0, 1), boundaryID: "deploy-1", children: ["hostile-node"] }),
      {
        ...node(name, "Pod", { phase: "Failed", ...times(1, 9), message: hostile, outputs }),
        id: "hostile-node",
        displayName: hostile,
      },
    ],
    { phase: "Failed", end: 9, title: hostile, message: hostile },
  );
  made.spec.arguments = { parameters: [{ name: hostile, value: hostile }] };
  return made;
}

import type { NodeStatus } from "../../src/manifest/argo.js";
import { neverApprovable } from "../../src/policy/gate-rules.js";
import type { GateDecision } from "../../src/policy/gate.js";
import type { CheckPayload } from "../../src/report/check.js";
import { renderCheck, type CheckContext } from "../../src/report/render-check.js";
import { at, digestOf, makeNode, makeRun } from "../../src/report/run-maker.js";
import { annotation, type RunFacts } from "../../src/run/metadata.js";
import { documents } from "./documents.js";

/** One thing that a reader of checks may meet. */
export interface Situation {
  /** The golden file's name. */
  name: string;
  /** What has happened, for a stranger. */
  story: string;
  check: CheckPayload;
}

const headSha = "4f2c9d17a6e83b05c1d2e3f405162738495a6b7c";
const pulumi: Partial<RunFacts> = {
  manifest: "pulumi",
  manifestFile: ".workflows/pulumi.yaml",
  checkName: "pulumi",
  title: "Pulumi preview and update",
  headSha,
};
const bob = { id: 7, login: "bob", type: "User" as const };
const carol = { id: 8, login: "carol", type: "User" as const };

interface Scene extends Partial<Omit<CheckContext, "logs">> {
  logs?: Record<string, string | Uint8Array>;
  facts?: Partial<RunFacts>;
  annotations?: Record<string, string>;
}

function run(
  name: string,
  story: string,
  status: Parameters<typeof makeRun>[0],
  nodes: NodeStatus[],
  { logs = {}, facts, annotations, ...context }: Scene = {},
): Situation {
  const options = { facts: { ...pulumi, ...facts }, ...(annotations === undefined ? {} : { annotations }) };
  const digests = new Map(Object.entries(logs).map(([id, log]) => [id, digestOf(log)]));
  const check = renderCheck(makeRun(status, nodes, options), {
    now: Date.parse(at("30:00")),
    decisions: new Map(),
    leg: 0,
    masks: [],
    logs: digests,
    ...context,
  });
  return { name, story, check };
}

function step(
  name: string,
  from: string,
  to: string | undefined,
  fields: Partial<NodeStatus> = {},
): NodeStatus {
  const ended =
    to === undefined ? { phase: "Running" as const } : { phase: "Succeeded" as const, finishedAt: at(to) };
  return makeNode(name, { startedAt: at(from), ...ended, ...fields });
}

function failed(
  name: string,
  from: string,
  to: string,
  code: number,
  fields: Partial<NodeStatus> = {},
): NodeStatus {
  const message = `Error (exit code ${code})`;
  return step(name, from, to, { phase: "Failed", message, outputs: { exitCode: String(code) }, ...fields });
}

function skipped(name: string, from: string, message: string): NodeStatus {
  return step(name, from, from, { phase: "Skipped", type: "Skipped", message });
}

function gate(name: string, from: string, fields: Partial<NodeStatus> = {}): NodeStatus {
  return makeNode(name, {
    type: "Suspend",
    templateName: "wait",
    phase: "Running",
    startedAt: at(from),
    ...fields,
  });
}

function decided(fields: Partial<GateDecision>): GateDecision {
  return { state: "waiting", needed: 1, approvals: [], ignored: [], reasons: [], ...fields };
}

function stopped(reason: string, by: string, detail?: string): Record<string, string> {
  return { [annotation.stopped]: JSON.stringify({ reason, by, detail }) };
}

const preview = step("preview", "00:04", "01:16", {
  outputs: {
    parameters: [
      {
        name: "summary",
        value: [
          "**2 to create, 1 to change, 40 unchanged**",
          "",
          "```diff",
          "+ aws:s3/bucket:Bucket        logs",
          "+ aws:s3/bucketPolicy         logs-policy",
          "~ aws:ecs/service:Service     api   desiredCount: 2 => 3",
          "```",
        ].join("\n"),
      },
    ],
  },
});
const opened = gate("approval", "01:16", {
  phase: "Succeeded",
  finishedAt: at("14:30"),
  message: "approved by bob",
});
const running = { phase: "Running" as const, startedAt: at("00:00") };
const over = (phase: "Succeeded" | "Failed" | "Error", to: string) => ({
  phase,
  startedAt: at("00:00"),
  finishedAt: at(to),
});
const missing = "1 of 2 needed approvals given";

export function situations(): Situation[] {
  return [...beforeTheEnd(), ...gates(), ...ends(), ...logs(), ...documents()];
}

function beforeTheEnd(): Situation[] {
  const install = step("install", "00:04", "00:31");
  return [
    run("queued", "The run was created a moment ago; the engine has not taken it up yet.", {}, []),
    run(
      "running",
      "Seven steps, three have ended. One has been running for a while.",
      running,
      [
        install,
        step("lint", "00:31", "00:48"),
        step("test", "00:31", "02:10"),
        step("pulumi-preview", "28:48", undefined),
      ].concat(["package", "sign", "publish"].map((name) => makeNode(name, { phase: "Pending" }))),
    ),
    run("running-retry", "A step that may be tried five times is at its third attempt.", running, [
      makeNode("deploy", {
        type: "Retry",
        phase: "Running",
        startedAt: at("01:00"),
        children: ["deploy(0)", "deploy(1)", "deploy(2)"],
      }),
      failed("deploy(0)", "01:00", "01:20", 1, { nodeFlag: { retried: true } }),
      failed("deploy(1)", "01:30", "01:50", 1, { nodeFlag: { retried: true } }),
      step("deploy(2)", "29:10", undefined, { nodeFlag: { retried: true } }),
    ]),
    run(
      "running-beside-a-gate",
      "A gate is open, and another branch of the graph is still at work.",
      running,
      [preview, gate("approval", "01:16"), step("integration-tests", "01:16", undefined)],
      { decisions: new Map([["approval", decided({ reasons: ["0 of 1 needed approvals given"] })]]) },
    ),
  ];
}

function gates(): Situation[] {
  const waiting = [preview, gate("approval", "01:16")];
  const one = { user: bob, reviewId: 1, submittedAt: at("05:00") };
  return [
    run("waiting", "The preview is there and nobody has reviewed yet.", running, waiting, {
      decisions: new Map([["approval", decided({ reasons: ["0 of 1 needed approvals given"] })]]),
    }),
    run(
      "waiting-one-of-two",
      "Two approvals are needed. Bob's counts; three others do not, each for a reason of its own.",
      running,
      waiting,
      {
        decisions: new Map([
          [
            "approval",
            decided({
              needed: 2,
              approvals: [one],
              ignored: [
                { user: carol, reviewId: 2, reason: "@carol has no write permission" },
                {
                  user: { ...bob, id: 9, login: "alice" },
                  reviewId: 3,
                  reason: "@alice wrote the pull request",
                },
                {
                  user: { ...bob, id: 10, login: "dave" },
                  reviewId: 4,
                  reason: "@dave reviewed 91ab3cc, not the head 4f2c9d1",
                },
              ],
              reasons: [missing],
            }),
          ],
        ]),
      },
    ),
    run(
      "waiting-blocked",
      "Enough have approved, but somebody asks for changes, and the pull request changes its own manifest.",
      running,
      waiting,
      {
        decisions: new Map([
          [
            "approval",
            decided({
              approvals: [one],
              reasons: ["@carol requested changes on 4f2c9d1"],
              notices: [
                "This pull request changes .workflows/pulumi.yaml, which changes what an approval lets run.",
              ],
            }),
          ],
        ]),
      },
    ),
    run(
      "waiting-on-a-branch",
      "A push to main: no pull request could be reviewed, so the check's own buttons answer.",
      running,
      [preview, gate("approval", "01:16")],
      {
        facts: {
          event: "push",
          ref: "refs/heads/main",
          actor: { id: 3, login: "alice" },
          pullRequest: undefined as never,
        },
        decisions: new Map([["approval", decided({ reasons: ["0 of 1 needed approvals given"] })]]),
      },
    ),
    run(
      "waiting-at-two-gates",
      "Two gates are open at once; production needs two approvals, and nobody has approved yet.",
      running,
      [preview, gate("approve-staging", "01:16"), gate("approve-production", "01:16")],
      {
        decisions: new Map([
          ["approve-staging", decided({ reasons: ["0 of 1 needed approvals given"] })],
          ["approve-production", decided({ needed: 2, reasons: ["0 of 2 needed approvals given"] })],
        ]),
      },
    ),
    run(
      "waiting-faulty-gate",
      "The gate's annotation is no number of approvals: nothing may open it.",
      running,
      waiting,
      {
        decisions: new Map([
          [
            "approval",
            decided({
              needed: neverApprovable,
              reasons: ["sluice.dev/approvals must be a whole number of at least 1, not `two`"],
            }),
          ],
        ]),
      },
    ),
  ];
}

function ends(): Situation[] {
  const audit = { decision: "rejected", nodeName: "approval", people: [{ id: 7, login: "bob" }] };
  const refusal = gate("approval", "01:16", {
    phase: "Failed",
    finishedAt: at("03:00"),
    message: "rejected: @bob rejected it",
  });
  return [
    run(
      "succeeded",
      "Previewed, approved, applied.",
      over("Succeeded", "16:02"),
      [preview, opened, step("update", "14:31", "16:01")],
      {
        logs: {
          update:
            "Updating (prod):\n + aws:s3:Bucket logs created (2s)\nResources:\n    + 2 created\n    ~ 1 updated\n\nDuration: 1m28s\n",
        },
      },
    ),
    run(
      "rejected",
      "Bob looked at the preview and rejected it.",
      over("Failed", "03:01"),
      [preview, refusal],
      {
        annotations: { [`${annotation.gatePrefix}approval`]: JSON.stringify(audit) },
      },
    ),
    run(
      "skipped-steps",
      "Two steps had nothing to do, for reasons of their own.",
      over("Succeeded", "01:40"),
      [
        preview,
        skipped("update", "01:16", "when 'NO == YES' evaluated false"),
        skipped("smoke-test", "01:17", ""),
      ],
    ),
    run(
      "superseded",
      "Alice pushed again while the run waited.",
      over("Failed", "09:00"),
      [
        preview,
        gate("approval", "01:16", {
          phase: "Failed",
          finishedAt: at("09:00"),
          message: "superseded by commit 91ab3cc",
        }),
      ],
      {
        annotations: stopped("superseded", "commit 91ab3cc"),
      },
    ),
    run(
      "cancelled",
      "Carol pressed Cancel while a step ran.",
      over("Failed", "02:00"),
      [step("preview", "00:04", "02:00", { phase: "Failed", message: "cancelled by carol" })],
      {
        annotations: stopped("cancelled", "carol"),
      },
    ),
    run(
      "timed-out",
      "The run did not end within `activeDeadlineSeconds`.",
      over("Failed", "29:59"),
      [
        step("preview", "00:04", "29:59", {
          phase: "Failed",
          message: "Pod was active on the node longer than the specified deadline",
        }),
      ],
      {
        annotations: stopped("deadline", ""),
      },
    ),
    run(
      "no-token",
      "The App may not give the run the token that the manifest asks for.",
      over("Failed", "00:03"),
      [step("preview", "00:00", "00:03", { phase: "Failed", message: "Stopped" })],
      {
        annotations: stopped(
          "no token",
          "",
          "GitHub gave no token: the permissions requested are not granted to this installation (packages: write)",
        ),
      },
    ),
    run(
      "exit-handler-failed",
      "All went well until the exit handler, which tells a chat room.",
      over("Failed", "01:30"),
      [
        preview,
        failed("plan-x.onExit", "01:17", "01:29", 6, { displayName: "plan-x.onExit", boundaryID: "" }),
      ],
      { logs: { "plan-x.onExit": "curl: (6) Could not resolve host: chat.acme.example\n" } },
    ),
  ];
}

function logs(): Situation[] {
  const tsc = [
    "::group::npm ci",
    "added 312 packages in 9s",
    "::endgroup::",
    "::add-mask::s3cr3t-of-the-registry",
    "logging in with s3cr3t-of-the-registry",
    "::group::tsc -p .",
    "::error file=src/stack.ts,line=41,col=7,title=TS2322::Type 'string' is not assignable to type 'number'.",
    "::warning file=src/stack.ts,line=12::'bucket' is declared but its value is never read.",
    "::endgroup::",
    "\u001b[31mFound 1 error in src/stack.ts:41\u001b[0m",
    "",
  ].join("\n");
  const many = Array.from({ length: 90 }, (_, index) => `step ${index + 1} of 90: applied\n`).join("");
  const hostile =
    "</details></summary>```\n# Approved by the security team\n<!-- @everyone [click](https://evil.example) `\n";
  return [
    run(
      "failed",
      "A step ended with an exit code; its log says why.",
      over("Failed", "02:01"),
      [
        step("install", "00:04", "00:31"),
        failed("compile", "00:31", "02:00", 2),
        step("lint", "00:31", "00:44"),
      ],
      {
        logs: { install: "added 312 packages in 9s\n", compile: tsc },
      },
    ),
    run(
      "failed-long-log",
      "The failing step printed a lot; its last lines stand open.",
      over("Failed", "04:00"),
      [preview, opened, failed("update", "14:31", "15:59", 255)],
      {
        logs: {
          update: `${many}error: update failed: 403 AccessDenied: not authorized to perform: ecs:UpdateService\n`,
        },
      },
    ),
    run(
      "failed-after-retries",
      "Three attempts, all failed; the last one is shown.",
      over("Failed", "05:00"),
      [
        makeNode("deploy", {
          type: "Retry",
          phase: "Failed",
          startedAt: at("00:05"),
          finishedAt: at("04:59"),
          message: "No more retries left",
          children: ["deploy(0)", "deploy(1)", "deploy(2)"],
        }),
        failed("deploy(0)", "00:05", "01:00", 1, { nodeFlag: { retried: true } }),
        failed("deploy(1)", "01:30", "02:30", 1, { nodeFlag: { retried: true } }),
        failed("deploy(2)", "04:00", "04:59", 28, { nodeFlag: { retried: true } }),
      ],
      { logs: { "deploy(2)": "curl: (28) Connection timed out after 30001 milliseconds\n" } },
    ),
    run(
      "failed-in-a-loop",
      "A loop of forty items, two of which failed.",
      over("Failed", "03:00"),
      Array.from({ length: 40 }, (_, index) => {
        const name = `test(${index}:shard-${index})`;
        return index === 7 || index === 23
          ? failed(name, "00:05", "02:5" + (index % 10), 1)
          : step(name, "00:05", "02:20");
      }),
      {
        logs: {
          "test(23:shard-23)":
            "--- FAIL: TestGate (0.01s)\n    gate_test.go:31: expected waiting, got approved\n",
          "test(7:shard-7)": "panic: runtime error: index out of range [3] with length 3\n",
        },
      },
    ),
    run(
      "failed-binary-log",
      "The failing step printed an image instead of text.",
      over("Failed", "00:30"),
      [failed("render", "00:04", "00:29", 1)],
      {
        logs: { render: Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256) },
      },
    ),
    run(
      "hostile",
      "Names, messages and logs try to break the check and to forge an approval.",
      over("Failed", "00:30"),
      [
        failed("</code>@everyone <img src=x onerror=alert(1)> ```", "00:04", "00:29", 1, {
          id: "x",
          message: hostile,
          outputs: { exitCode: "1", parameters: [{ name: "summary", value: hostile }] },
        }),
      ],
      {
        facts: {
          title: "**Deploy** <script>alert(1)</script> @everyone",
          manifestFile: ".workflows/a](https://evil.example) `b.yaml",
        },
        logs: { x: hostile },
      },
    ),
    run(
      "many-errors",
      "A step printed a thousand `::error` lines; a hundred of them are marked.",
      over("Failed", "00:30"),
      [
        failed("lint", "00:04", "00:29", 1, {
          inputs: {
            artifacts: [{ name: "source", path: "/src", git: { repo: "https://github.com/acme/infra.git" } }],
          },
        }),
      ],
      {
        logs: {
          lint: Array.from(
            { length: 1000 },
            (_, index) => `::error file=/src/src/a.ts,line=${index + 1}::Missing semicolon.\n`,
          ).join(""),
        },
      },
    ),
    run(
      "no-deployment-right",
      "The manifest names an environment and the App may not write deployments: the run goes on.",
      over("Succeeded", "16:02"),
      [preview, opened, step("update", "14:31", "16:01")],
      {
        notices: [
          "The App may not write deployments, so GitHub does not show the environment production: its owner gives it the permission Deployments: read and write.",
        ],
      },
    ),
  ];
}

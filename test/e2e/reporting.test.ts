import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engines, image } from "../support/engines.js";
import { openStage, openPullRequest, repository, type Stage } from "../support/stage.js";

const manifest = `
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata:
  name: deploy
  annotations:
    sluice.dev/on: "pull_request: {}"
    sluice.dev/comment: summary
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - { name: plan, template: plan }
        - - { name: approval, template: approval }
        - - { name: apply, template: apply }
    - name: plan
      outputs: { parameters: [{ name: summary, valueFrom: { path: /tmp/summary.md } }] }
      script:
        image: ${image}
        command: [sh]
        source: |
          echo '+ one bucket' > /tmp/summary.md
          echo '::add-mask::s3cr3t-of-plan'
          for line in $(seq 1 120); do echo "::warning file=src/a.ts,line=$line::deprecated"; done
          echo '::group::setting up'; echo 'with s3cr3t-of-plan'; echo '::endgroup::'
    - name: approval
      suspend: {}
    - name: apply
      metadata: { annotations: { sluice.dev/environment: production } }
      script: { image: ${image}, command: [sh], source: "echo applied" }
`;

describe.each(engines)("what a run says on GitHub, with the engine %s", (engine) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ ".workflows/deploy.yaml": manifest }, engine, {
      permissions: { deployments: "write" },
    });
  });
  afterAll(() => stage.close());

  const checkRequests = () =>
    stage.sent.filter(({ method, path }) => method !== "GET" && path.includes("/check-runs"));

  it("is one check in two legs, with annotations, a comment and a deployment", async () => {
    const { number, sha } = await openPullRequest(stage, "quiet");
    await stage.observer.until(
      sha,
      "deploy",
      "the gate",
      ({ conclusion }) => conclusion === "action_required",
    );
    const [waiting] = stage.github.checkRuns(repository, sha);
    expect(waiting?.output.summary).toContain("setting up");
    expect(JSON.stringify(waiting)).not.toContain("s3cr3t");
    expect(stage.github.deployments(repository)).toMatchObject([
      {
        environment: "production",
        statuses: [{ state: "pending", description: "Waiting for approval at approval" }],
      },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await stage.github.actAs("bob").review(repository, number, { state: "APPROVED", commitId: sha });
    await stage.observer.until(sha, "deploy", "the end", ({ conclusion }) => conclusion === "success");

    const marked = () =>
      stage.github
        .checkRuns(repository, sha)
        .map(({ conclusion, annotations }) => [conclusion, annotations.map(({ start_line: line }) => line)]);
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    // Annotations follow the end, fifty a request.
    await vi.waitFor(
      () =>
        expect(marked()).toEqual([
          ["action_required", hundred],
          ["success", hundred],
        ]),
      20_000,
    );
    const states = stage.github.deployments(repository)[0]?.statuses.map(({ state }) => state);
    expect(states?.[0]).toBe("pending");
    expect(states?.at(-1)).toBe("success");
    const comments = stage.github.comments(repository, number);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain("**Succeeded");
    expect(comments[0]?.body).toContain("+ one bucket");
  });

  it("took no more requests for the check than 2 + 3 a leg, and those that its annotations need", () => {
    const withAnnotations = checkRequests().filter(({ body }) => body.includes('"annotations"'));
    expect(withAnnotations.length).toBe(4);
    expect(checkRequests().length - withAnnotations.length).toBeLessThanOrEqual(2 + 3 * 2);
    // No look for a check run that it made itself.
    expect(stage.sent.filter(({ body }) => body.includes("check_name"))).toEqual([]);
  });

  it("sent and got nothing that GitHub's own schemas refuse", () => {
    expect(stage.invalid).toEqual([]);
    expect(stage.github.unknownRequests).toEqual([]);
  });
});

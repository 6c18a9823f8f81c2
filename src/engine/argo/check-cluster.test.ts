import { describe, expect, it } from "vitest";
import { runChecks } from "../../lib/check-up.js";
import { clusterChecks, type AskCluster } from "./check-cluster.js";

interface Cluster {
  minor: string;
  resources: string[];
  denied: string[];
  /** Runs that no controller has labelled, by when they were created. */
  untouched: string[];
}

const well: Cluster = {
  minor: "32+",
  resources: ["workflows", "workflowtaskresults", "cronworkflows"],
  denied: [],
  untouched: [],
};

/** The answers that Kubernetes gives to these four questions. */
function clusterOf({ minor, resources, denied, untouched }: Cluster): AskCluster {
  const answer = (request: Parameters<AskCluster>[0]): unknown => {
    if (request.path === "/version") return { gitVersion: `v1.${minor}.0`, major: "1", minor };
    if (request.path === "/apis/argoproj.io/v1alpha1") {
      if (resources.length === 0) throw Object.assign(new Error("not found"), { status: 404 });
      return { resources: resources.map((name) => ({ name })) };
    }
    if (request.path.endsWith("/selfsubjectaccessreviews")) {
      const { spec } = request.body as { spec: { resourceAttributes: Record<string, string> } };
      const { verb, resource, subresource, namespace } = spec.resourceAttributes;
      const asked = `${namespace}: ${verb} ${resource}${subresource === undefined ? "" : `/${subresource}`}`;
      return { status: { allowed: !denied.includes(asked) } };
    }
    if (
      request.path.endsWith("/workflows") &&
      request.query?.["labelSelector"]?.includes("!workflows.argoproj.io/phase")
    )
      return {
        items: untouched.map((at, index) => ({ metadata: { name: `run-${index}`, creationTimestamp: at } })),
      };
    throw new Error(`nobody asks ${request.path}`);
  };
  return async <T>(request: Parameters<AskCluster>[0]) => answer(request) as T;
}

async function findings(changed: Partial<Cluster>) {
  const found = await runChecks(
    clusterChecks({
      ask: clusterOf({ ...well, ...changed }),
      namespaces: ["sluice-runs", "team-b"],
      leaseNamespace: "sluice",
      clock: () => Date.parse("2026-01-01T10:05:00Z"),
    }),
  );
  return { all: found, wrong: found.filter(({ state }) => state !== "ok") };
}

describe("the checks of a cluster", () => {
  it("find nothing wrong where all is well", async () => {
    const { all, wrong } = await findings({ untouched: ["2026-01-01T10:04:30Z"] });
    expect(wrong).toEqual([]);
    expect(all.map(({ name }) => name)).toEqual(
      ["cluster", "argo", "rights in sluice-runs", "rights in team-b", "lease"].concat([
        "runs in sluice-runs",
        "runs in team-b",
      ]),
    );
  });

  it("name each right that is missing, and what gives it", async () => {
    const denied = ["team-b: patch workflows", "team-b: get pods/log", "sluice: update leases"];
    expect((await findings({ denied })).wrong).toMatchObject([
      {
        name: "rights in team-b",
        state: "fail",
        detail: "not allowed: patch workflows, get pods/log",
        mend: "kubectl apply -k deploy/run-namespaces/team-b",
      },
      { name: "lease", detail: "not allowed: update leases" },
    ]);
  });

  it("tell a cluster without Argo, and one whose Argo is too old for results", async () => {
    expect((await findings({ resources: [] })).wrong[0]?.detail).toContain("does not know Argo");
    expect((await findings({ resources: ["workflows"] })).wrong[0]?.detail).toContain("workflowtaskresults");
  });

  it("warn of a Kubernetes without the admission policy", async () => {
    expect((await findings({ minor: "29" })).wrong).toMatchObject([{ name: "cluster", state: "warn" }]);
  });

  it("see runs that no controller takes up", async () => {
    const { wrong } = await findings({ untouched: ["2026-01-01T10:00:00Z", "2026-01-01T10:04:30Z"] });
    expect(wrong.map(({ name }) => name)).toEqual(["runs in sluice-runs", "runs in team-b"]);
    expect(wrong[0]?.detail).toBe("1 run(s) were taken up by no controller, run-0 for one");
    expect(wrong[0]?.mend).toContain("argo.instanceId");
  });
});

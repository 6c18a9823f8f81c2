import { describe, expect, it } from "vitest";
import type { Workflow } from "../../src/manifest/argo.js";
import { faultsOf } from "./faults.js";
import { releasesAreRightful } from "./invariants/releases.js";
import { Record, type Act } from "./record.js";
import type { Scene } from "./scene.js";
import type { World } from "./world.js";

const sha = "a".repeat(40);
const name = "deploy-r0-000000000000000";

/** One round in which a gate was opened, told step by step. */
function round() {
  const record = new Record();
  const answers: { run: string; node: { id: string }; seq: number }[] = [];
  const facts = {
    repository: "acme/r0",
    manifest: "deploy-r0",
    headSha: sha,
    trigger: "",
    attempt: 1,
    event: "",
  };
  const gate = {
    id: "g",
    name: "g",
    displayName: "approval",
    type: "Suspend",
    phase: "Succeeded",
    startedAt: "",
  };
  const workflow = {
    metadata: { name, namespace: "sluice", annotations: { "sluice.dev/facts": JSON.stringify(facts) } },
    status: { phase: "Succeeded", nodes: { g: gate } },
  } as unknown as Workflow;
  const request = (method: string, path: string, responseBody: unknown = {}) =>
    record.answered(0, {
      text: "",
      begun: record.next(),
      method,
      path,
      status: 200,
      requestBody: {},
      responseBody,
    });
  const told = {
    act: (given: Partial<Act> & Pick<Act, "by" | "kind">) =>
      record.act(0, { sha, number: 1, id: 7, ...given, began: record.next() }),
    shown: () =>
      request("PATCH", "/repos/acme/r0/check-runs/5", {
        external_id: `sluice/${name}#0`,
        conclusion: "action_required",
      }),
    asked: () => request("GET", "/repos/acme/r0/pulls/1/reviews"),
    minted: () => request("POST", "/app/installations/1/access_tokens"),
    released: () => void answers.push({ run: name, node: { id: "g" }, seq: record.next() }),
    wrong() {
      const world = { record, answers, skewed: false } as unknown as World;
      return releasesAreRightful({ world, scene: { round: 0 } as Scene, workflows: [workflow] });
    },
  };
  return told;
}

describe("the drill's judge of releases", () => {
  it("finds nothing wrong with an approval of what was shown", () => {
    const told = round();
    told.shown();
    told.act({ by: "bob", kind: "approve" });
    told.minted();
    told.asked();
    told.released();
    told.act({ by: "bob", kind: "dismiss" });
    expect(told.wrong()).toEqual([]);
  });

  const wrongs: [string, (told: ReturnType<typeof round>) => void][] = [
    ["nobody approved", (told) => told.shown()],
    [
      "it was said before the gate was shown",
      (told) => (told.act({ by: "bob", kind: "approve" }), told.shown()),
    ],
    ["the author said it", (told) => (told.shown(), told.act({ by: "alice", kind: "approve" }))],
    ["a reader said it", (told) => (told.shown(), told.act({ by: "carol", kind: "approve" }))],
    [
      "it was said of another commit",
      (told) => (told.shown(), told.act({ by: "bob", kind: "approve", sha: "b".repeat(40) })),
    ],
    [
      "it was taken back while the token was minted",
      (told) => {
        told.shown();
        told.act({ by: "bob", kind: "approve" });
        told.asked();
        told.act({ by: "bob", kind: "dismiss" });
        told.minted();
      },
    ],
    [
      "the pull request was closed before it was asked for",
      (told) => {
        told.shown();
        told.act({ by: "bob", kind: "approve" });
        told.act({ by: "alice", kind: "close" });
        told.asked();
      },
    ],
  ];
  for (const [what, tell] of wrongs) {
    it(`sees that ${what}`, () => {
      const told = round();
      tell(told);
      told.released();
      expect(told.wrong()).toHaveLength(1);
    });
  }

  it("sees that a gate was answered twice", () => {
    const told = round();
    told.shown();
    told.act({ by: "bob", kind: "approve" });
    told.asked();
    told.released();
    told.released();
    expect(told.wrong()).toEqual([`gate approval of ${name} was answered twice`]);
  });
});

it("breaks the same request of the same round in the same way", () => {
  const hop = { method: "GET", path: "/", query: "", headers: {}, body: "" };
  const all = (seed: number, turn: number) =>
    Array.from(
      { length: 200 },
      (_, nth) => faultsOf(seed, turn, "argo").twist("github", "GET pulls", nth, hop)?.kind,
    );
  expect(all(1, 5)).toEqual(all(1, 5));
  expect(all(1, 5).some((kind) => kind !== undefined)).toBe(true);
  expect(all(1, 5)).not.toEqual(all(2, 5));
  expect(all(1, 5)).not.toEqual(all(1, 6));
});

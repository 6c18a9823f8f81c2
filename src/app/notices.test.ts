import { expect, it } from "vitest";
import { snapshot } from "../policy/gate-maker.js";
import { noticesOf } from "./notices.js";
import type { PullRequests } from "./ports.js";

const repository = { installationId: 1, id: 10, slug: "acme/infra" };
const { pullRequest } = snapshot();

/** Pull requests of which one file is listed, and how often they were. */
function listing(now = pullRequest) {
  const asked: number[] = [];
  const port: Pick<PullRequests, "files" | "get"> = {
    files(_repository, number) {
      asked.push(number);
      return Promise.resolve([".workflows/a.yaml"]);
    },
    get: () => Promise.resolve(now),
  };
  return { asked, port: port as PullRequests };
}

it("lists a head's files once, however often its gates are decided on", async () => {
  const { asked, port } = listing();
  const said = [];
  for (let time = 0; time < 3; time += 1) said.push(await noticesOf(port, repository, pullRequest));
  expect(asked).toEqual([7]);
  expect(said).toEqual(Array(3).fill([expect.stringContaining(".workflows/a.yaml")]));
});

it.each([
  ["another head", { headSha: "c".repeat(40) }],
  ["another base", { baseRef: "lax" }],
  ["a base that moved", { baseSha: "c".repeat(40) }],
  ["another pull request", { number: 8 }],
])("lists them anew for %s", async (_what, change) => {
  const { asked, port } = listing();
  await noticesOf(port, repository, pullRequest);
  await noticesOf(port, repository, { ...pullRequest, ...change });
  expect(asked).toHaveLength(2);
});

it("does not remember a list that may be of a newer head", async () => {
  const { asked, port } = listing({ ...pullRequest, headSha: "c".repeat(40) });
  await noticesOf(port, repository, pullRequest);
  await noticesOf(port, repository, pullRequest);
  expect(asked).toHaveLength(2);
});

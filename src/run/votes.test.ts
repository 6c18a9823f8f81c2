import { describe, expect, it } from "vitest";
import type { Vote } from "./metadata.js";
import { readVotes, withVote } from "./votes.js";

const vote = (change: Partial<Vote> = {}): Vote => ({
  verdict: "approved",
  user: { id: 2, login: "alice", type: "User" },
  gate: "n@2026-01-01T10:00:00Z",
  at: "2026-01-01T10:00:02Z",
  headSha: "a".repeat(40),
  via: "comment",
  id: 100,
  ...change,
});

describe("votes", () => {
  it("are read back as written, and nothing else is a vote", () => {
    const votes = [vote(), vote({ via: "check", verdict: "rejected" })];
    expect(readVotes(JSON.stringify(votes))).toEqual(votes);
    for (const text of [undefined, "", "{}", "[null]", '[{"verdict":"approved"}]', "[", '"approved"'])
      expect(readVotes(text)).toEqual([]);
    expect(
      readVotes(
        JSON.stringify([
          { ...vote(), user: null },
          { ...vote(), verdict: "maybe" },
        ]),
      ),
    ).toEqual([]);
  });
  it("do not change when a delivery comes twice", () => {
    expect(withVote([vote()], vote())).toBeUndefined();
    expect(withVote([vote()], vote({ at: "2026-01-01T10:00:09Z" }))).toBeUndefined();
  });
  it("change when a button is pressed once more, later", () => {
    const press = vote({ via: "check" });
    const later = { ...press, at: "2026-01-01T10:00:09Z" };
    expect(withVote([press], later)).toEqual([later]);
    expect(withVote([later], press)).toBeUndefined();
  });
  it("keep what each person said last to each gate, also when it is told out of order", () => {
    const later = vote({ id: 101, verdict: "rejected", at: "2026-01-01T10:00:05Z" });
    expect(withVote([vote()], later)).toEqual([later]);
    expect(withVote([later], vote())).toEqual([later, vote()]);
    const atOnce = vote({ id: 101, verdict: "rejected" });
    for (const at of ["2026-01-01T10:00:02Z", "2026-01-01T10:00:02.300Z"])
      expect(withVote([atOnce], vote({ at }))).toEqual([atOnce, vote({ at })]);
    const bob = vote({ user: { id: 3, login: "bob", type: "User" }, id: 102 });
    const other = vote({ gate: "m@2026-01-01T10:00:00Z", id: 103 });
    expect(withVote([vote(), bob], other)).toEqual([vote(), bob, other]);
  });
});

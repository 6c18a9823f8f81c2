import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import type { CommentEvent } from "../../policy/event.js";
import type { Dependencies } from "../dependencies.js";
import type { Comments, StoredReaction } from "../ports.js";
import { firstWaitMs } from "../../policy/redelivery.js";
import { claimMs, obeyCommand } from "./obey-command.js";

const event = {
  kind: "comment",
  installationId: 1,
  repository: { id: 1, slug: "acme/infra" },
  actor: { id: 7, login: "alice", type: "User" },
  number: 1,
  commentId: 5,
  body: "/aply",
  createdAt: "2026-01-01T10:00:00Z",
} as unknown as CommentEvent;

let now: number;
let replies: string[];
let reactions: StoredReaction[];
let lastId: number;
/** Called before each request; throws where GitHub cannot be asked. */
let before: (name: string) => void;

beforeEach(() => {
  now = Date.parse("2026-01-01T10:00:05Z");
  replies = [];
  reactions = [];
  lastId = 0;
  before = () => undefined;
});

const asking = async (name: string) => {
  before(name);
  await sleep(2);
};

/** What GitHub keeps of the App's own, and does at once; answers take a while. */
const comments: Partial<Comments> = {
  async reactions() {
    const found = [...reactions];
    await asking("reactions");
    return found;
  },
  async react(_repository, _comment, content) {
    await asking(`react ${content}`);
    if (reactions.some((each) => each.content === content)) return false;
    reactions.push({ id: (lastId += 1), content, createdAt: new Date(now).toISOString() });
    return true;
  },
  async unreact(_repository, _comment, id) {
    await asking("unreact");
    const found = reactions.some((each) => each.id === id);
    reactions = reactions.filter((each) => each.id !== id);
    return found;
  },
  hasReply: () => Promise.resolve(replies.length > 0),
  async reply(_repository, _number, { markdown }) {
    const isThere = replies.length > 0;
    await asking("reply");
    if (!isThere) replies.push(markdown);
  },
};

/** Several replicas see one GitHub. */
function obey(): Promise<void> {
  return obeyCommand({ github: { comments }, clock: () => now } as unknown as Dependencies, event);
}

const outcomes = async (...tries: Promise<void>[]) =>
  (await Promise.allSettled(tries)).map(({ status }) => status).toSorted();

describe("a comment that comes to several replicas", () => {
  it("is answered by one of them, and left alone once it is", async () => {
    expect(await outcomes(obey(), obey(), obey())).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(replies).toHaveLength(1);
    expect(reactions.map(({ content }) => content)).toEqual(["eyes", "confused"]);
    expect(await outcomes(obey(), obey())).toEqual(["fulfilled", "fulfilled"]);
    expect(replies).toHaveLength(1);
  });

  it("is not taken over while another may be at work", async () => {
    before = (name) => {
      if (name === "reply") throw new Error("killed");
    };
    await expect(obey()).rejects.toThrow("killed");
    before = () => undefined;
    now += 44_000;
    await expect(obey()).rejects.toThrow("comment 5 of acme/infra is being obeyed");
    expect(replies).toEqual([]);
  });

  it("is taken over by one of them when the first has died", async () => {
    before = (name) => {
      if (name === "reply") throw new Error("killed");
    };
    await expect(obey()).rejects.toThrow("killed");
    before = () => undefined;
    now += 45_000;
    expect(await outcomes(obey(), obey(), obey())).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(replies).toHaveLength(1);
    expect(reactions.map(({ content }) => content)).toEqual(["eyes", "confused"]);
  });

  it("is not obeyed once more when the reply is there", async () => {
    before = (name) => {
      if (name === "react confused") throw new Error("killed");
    };
    await expect(obey()).rejects.toThrow("killed");
    now += 45_000;
    before = () => undefined;
    event.body = "/apply";
    try {
      // In this world nothing can be obeyed.
      await obey();
    } finally {
      event.body = "/aply";
    }
    expect(replies).toHaveLength(1);
    expect(reactions.map(({ content }) => content)).toEqual(["eyes", "confused"]);
  });

  it("is free again before GitHub is asked for it once more", () => {
    expect(claimMs).toBeLessThan(firstWaitMs);
  });
});

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { UserAuthorization } from "../../app/ports.js";
import { readCookie } from "./cookies.js";
import { openSeal } from "./seal.js";
import {
  beginSignIn,
  finishSignIn,
  readSession,
  safeReturn,
  sessionCookie,
  signInCookie,
  type SignInParts,
} from "./sign-in.js";

const start = Date.parse("2026-01-01T10:00:00Z");

function signIns(change: Partial<UserAuthorization> = {}) {
  const asked: { verifier: string; redirectUri: string }[] = [];
  let now = start;
  const users: UserAuthorization = {
    authorizeUrl: ({ state, challenge, redirectUri }) =>
      `https://github.test/authorize?${new URLSearchParams({ state, challenge, redirectUri }).toString()}`,
    exchange(answer) {
      asked.push(answer);
      return Promise.resolve({ value: "ghu_token", lifeSeconds: 28_800 });
    },
    user: () => Promise.resolve({ id: 7, login: "bob" }),
    mayRead: () => Promise.resolve(true),
    revoke: () => Promise.resolve(),
    ...change,
  };
  const parts: SignInParts = {
    users,
    seal: openSeal("secret"),
    clock: () => now,
    publicUrl: "https://sluice.test",
  };
  const begin = (to = "/runs/ns/run-1") => {
    const { location, cookies } = beginSignIn(parts, to);
    const query = new URL(location).searchParams;
    return { query, state: query.get("state") ?? "", cookie: cookies[0]?.split(";")[0] ?? "" };
  };
  const finish = (state: string, cookie: string, code = "c0de") =>
    finishSignIn(parts, new URLSearchParams({ state, code }), cookie);
  return { parts, asked, begin, finish, wait: (ms: number) => (now += ms), now: () => now };
}

describe("signing in", () => {
  it("ends where it began, with a session that only the server reads", async () => {
    const { parts, asked, begin, finish, now } = signIns();
    const { query, state, cookie } = begin();
    const done = await finish(state, cookie);
    expect(done?.location).toBe("/runs/ns/run-1");
    expect(
      createHash("sha256")
        .update(asked[0]?.verifier ?? "")
        .digest("base64url"),
    ).toBe(query.get("challenge"));
    expect(asked[0]?.redirectUri).toBe("https://sluice.test/sign-in/callback");
    const [cleared, set = ""] = done?.cookies ?? [];
    expect(cleared).toMatch(/^__Host-sluice-sign-in=; .*Max-Age=0/);
    expect(set).toMatch(
      /^__Host-sluice-session=[\w-]+; Path=\/; Max-Age=14400; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(set).not.toContain("ghu_");
    expect(readSession(parts.seal, set.split(";")[0], now())).toMatchObject({
      id: 7,
      login: "bob",
      token: "ghu_token",
    });
  });

  it("takes no answer that another browser asked for", async () => {
    const { asked, begin, finish } = signIns();
    const [mine, theirs] = [begin(), begin()];
    expect(await finish(theirs.state, mine.cookie)).toBeUndefined();
    expect(await finish(mine.state, "")).toBeUndefined();
    expect(await finish("", mine.cookie)).toBeUndefined();
    expect(await finish(mine.state, `${mine.cookie}; ${mine.cookie}`)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("takes no answer after ten minutes, and no session after four hours", async () => {
    const { parts, begin, finish, wait, now } = signIns();
    const early = begin();
    wait(10 * 60_000);
    expect(await finish(early.state, early.cookie)).toBeUndefined();
    const { state, cookie } = begin();
    const session = (await finish(state, cookie))?.cookies[1]?.split(";")[0];
    wait(4 * 3_600_000 - 1);
    expect(readSession(parts.seal, session, now())).toBeDefined();
    wait(1);
    expect(readSession(parts.seal, session, now())).toBeUndefined();
  });

  it("takes no code that GitHub does not take, nor a token that is nobody's", async () => {
    for (const change of [{ exchange: async () => undefined }, { user: async () => undefined }]) {
      const { begin, finish } = signIns(change);
      const { state, cookie } = begin();
      expect(await finish(state, cookie)).toBeUndefined();
    }
    const { asked, begin, finish } = signIns();
    const { state, cookie } = begin();
    expect(await finish(state, cookie, "no code\n")).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it("makes a new session, whatever cookie was planted before", async () => {
    const { parts, begin, finish, now } = signIns();
    const planted = `${sessionCookie}=planted`;
    const { state, cookie } = begin();
    const set = (await finish(state, `${planted}; ${cookie}`))?.cookies[1]?.split(";")[0];
    expect(set).not.toBe(planted);
    // Two cookies of the name: one was planted from a place that may, so none is believed.
    expect(readSession(parts.seal, `${planted}; ${set}`, now())).toBeUndefined();
  });

  it("opens nothing that was sealed for another purpose, by another key, or changed", () => {
    const seal = openSeal("secret");
    const text = seal.seal(sessionCookie, { login: "bob" }, start + 1);
    expect(seal.open(sessionCookie, text, start)).toEqual({ login: "bob" });
    expect(seal.open(signInCookie, text, start)).toBeUndefined();
    expect(openSeal("other").open(sessionCookie, text, start)).toBeUndefined();
    expect(seal.open(sessionCookie, text, start + 1)).toBeUndefined();
    // The last character of base64 may hold bits that mean nothing.
    for (let at = 0; at < text.length - 1; at += 7) {
      const other = text[at] === "A" ? "B" : "A";
      expect(seal.open(sessionCookie, text.slice(0, at) + other + text.slice(at + 1), start)).toBeUndefined();
    }
    expect(seal.open(sessionCookie, "", start)).toBeUndefined();
    expect(() => openSeal("")).toThrow("needs a secret");
  });

  const elsewhere = [
    "//evil.test",
    "https://evil.test/runs/a/b",
    "/\\evil.test",
    "/runs/a/b//evil.test",
    "/runs/../sign-out",
    "/sign-out",
    "/runs/a/b/events",
    "/runs/a/b?to=//evil.test",
    "/runs/a/b\r\nset-cookie: x=y",
    "javascript:alert(1)",
    "",
  ];
  it.each(elsewhere)("returns to no page of anybody else: %j", (to) => {
    expect(safeReturn(to)).toBe("/");
  });
  it.each(["/runs/a/b", "/runs/a/b.c/steps", "/runs/a/b/steps/b-123", "/runs/a/b/workflow"])(
    "returns to %s",
    (to) => {
      expect(safeReturn(to)).toBe(to);
    },
  );
});

describe("a cookie", () => {
  it("is read by its whole name, and not when it is there twice", () => {
    expect(readCookie("a=1; __Host-x=2", "__Host-x")).toBe("2");
    expect(readCookie("not__Host-x=2", "__Host-x")).toBeUndefined();
    expect(readCookie("x=1; x=1", "x")).toBeUndefined();
    expect(readCookie(undefined, "x")).toBeUndefined();
    expect(readCookie(`x=${"a".repeat(5000)}`, "x")).toBeUndefined();
  });
});

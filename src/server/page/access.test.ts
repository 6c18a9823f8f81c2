import { describe, expect, it } from "vitest";
import { openAccess } from "./access.js";
import type { Session } from "./sign-in.js";

const bob: Session = { id: 7, login: "bob", token: "ghu_bob", expiresAt: 0 };
const eve: Session = { id: 8, login: "eve", token: "ghu_eve", expiresAt: 0 };

function accesses() {
  let now = 0;
  const asked: string[] = [];
  let answer: (token: string, id: number) => Promise<boolean | "signed-out"> = async (token) =>
    token === bob.token;
  const mayRead = (token: string, id: number) => {
    asked.push(`${token} ${id}`);
    return answer(token, id);
  };
  return {
    access: openAccess({ mayRead }, () => now),
    asked,
    wait: (ms: number) => void (now += ms),
    says: (next: typeof answer) => void (answer = next),
  };
}

describe("access to the runs of a repository", () => {
  it("is GitHub's answer to the person's own token", async () => {
    const { access } = accesses();
    expect(await access.of(bob, 1)).toBe("allowed");
    expect(await access.of(eve, 1)).toBe("hidden");
  });

  it("is asked again after half a minute, a refusal after ten seconds", async () => {
    const { access, asked, wait, says } = accesses();
    await access.of(bob, 1);
    await access.of(eve, 1);
    says(async (token) => token === eve.token);
    wait(10_000);
    expect([await access.of(bob, 1), await access.of(eve, 1)]).toEqual(["allowed", "allowed"]);
    wait(20_000);
    expect(await access.of(bob, 1)).toBe("hidden");
    expect(asked).toHaveLength(4);
  });

  it("is one question for all who ask at one time, for one repository and one person", async () => {
    const { access, asked } = accesses();
    await Promise.all([access.of(bob, 1), access.of(bob, 1), access.of(bob, 2), access.of(eve, 1)]);
    expect(asked.toSorted()).toEqual(["ghu_bob 1", "ghu_bob 2", "ghu_eve 1"]);
  });

  it("is not given when GitHub cannot be asked, and then asked anew", async () => {
    const { access, says } = accesses();
    says(() => Promise.reject(new Error("no answer")));
    await expect(access.of(bob, 1)).rejects.toThrow("no answer");
    says(async () => true);
    expect(await access.of(bob, 1)).toBe("allowed");
  });

  it("ends with the token, and is forgotten with the session", async () => {
    const { access, says } = accesses();
    expect(await access.of(bob, 1)).toBe("allowed");
    says(async () => "signed-out");
    access.forget(bob);
    expect(await access.of(bob, 1)).toBe("signed-out");
  });
});

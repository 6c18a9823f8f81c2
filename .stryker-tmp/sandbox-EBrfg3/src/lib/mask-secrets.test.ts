import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskSecrets } from "./mask-secrets.js";

const key = [
  "-----BEGIN RSA PRIVATE KEY-----",
  "MIIEpAIBAAKCAQEA7x",
  "q83vEiM0VQ==",
  "-----END RSA PRIVATE KEY-----",
].join("\n");

describe("masking secrets", () => {
  it.each([
    ["ghs_" + "a1B2".repeat(9), "***"],
    ["ghs_eyJhbGciOi.eyJpc3MiOi.abc-DEF_123", "***"],
    ["TOKEN%3Aghp_" + "a1B2".repeat(9) + " rest", "TOKEN%3A*** rest"],
    ["github_pat_11AAAAAAA0abcdefghij_KLMNOP", "***"],
    ["authorization: Bearer abc.def-ghi\nnext", "authorization: Bearer ***\nnext"],
    [`-H "Authorization: token abc" url`, `-H "Authorization: token ***" url`],
    ["http.extraheader=AUTHORIZATION: basic eHg6eXk=", "http.extraheader=AUTHORIZATION: basic ***"],
    ["https://x-access-token:s3cr3t@github.com/a/b", "https://x-access-token:***@github.com/a/b"],
    [`a\n${key}\nb`, "a\n***\nb"],
    [`a\n${key.slice(0, 50)}`, "a\n***"],
    [`${key.slice(40)}\nb`, "***\nb"],
    ["the word gho_ and ghs_short stay", "the word gho_ and ghs_short stay"],
  ])("hides the shape of a secret: %j", (text, masked) => expect(maskSecrets(text, [])).toBe(masked));

  it("leaves nothing of values that overlap, and leaves out blank ones", () => {
    expect(maskSecrets("xabcdefx", ["abc", "", " ", "bcdef"])).toBe("x***x");
    expect(maskSecrets("a*b", ["*", "b"])).toBe("a******");
  });

  it("masks a single line of a value of several lines", () => {
    expect(maskSecrets("user: x\n  second-line!", ["first-line!\nsecond-line!\nab"])).toBe("user: x\n  ***");
  });

  it("never shows a value, whatever stands around it", () => {
    const value = fc.string({ minLength: 4 }).filter((each) => each.trim().length > 3 && !each.includes("*"));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), fc.array(fc.string()), (values, rest) => {
        const masked = maskSecrets([...values, ...rest].join(values.join("")), values);
        return values.every((each) => !masked.includes(each));
      }),
    );
  });
});

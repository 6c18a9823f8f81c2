import { expect, it } from "vitest";
import { skipWord } from "./skip-ci.js";

it.each([
  ["Fix [skip ci]", "[skip ci]"],
  ["[ci skip] Fix", "[ci skip]"],
  ["Fix\n\nmore [no ci]", "[no ci]"],
  ["[skip actions]", "[skip actions]"],
  ["[actions skip]", "[actions skip]"],
  ["Fix\n\n\nskip-checks: true", "skip-checks: true"],
  ["Fix\n\nSigned-off-by: a\nskip-checks:true\n", "skip-checks: true"],
  ["Fix\n\nskip-checks: true\nbut not really", undefined],
  ["skip-checks: true", undefined],
  ["skip ci", undefined],
  ["[SKIP CI]", undefined],
  ["Fix\n\nskip-checks:  true", undefined],
  ["Fix\n\nskip-checks: true   \n\n", "skip-checks: true"],
  ["Fix\n\nskip-checks: false", undefined],
  ["Fix\n\nnot-skip-checks: true", undefined],
  ["Fix\nskip-checks: true", undefined],
  [`${"x".repeat(5000)}\n\nskip-checks: true`, "skip-checks: true"],
  ["", undefined],
])("%j", (message, word) => {
  expect(skipWord(message)).toBe(word);
});

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
  ["", undefined],
])("%j", (message, word) => {
  expect(skipWord(message)).toBe(word);
});

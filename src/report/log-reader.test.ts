import { describe, expect, it } from "vitest";
import { logLimits, LogReader, type LogDigest } from "./log-reader.js";
import { parseWorkflowCommand } from "./workflow-command.js";

const encoder = new TextEncoder();

function read(...chunks: (string | Uint8Array)[]): LogDigest {
  const reader = new LogReader();
  for (const chunk of chunks) reader.push(typeof chunk === "string" ? encoder.encode(chunk) : chunk);
  return reader.end();
}

function linesOf({ parts }: LogDigest): string[] {
  return parts.flatMap(({ lines }) => lines);
}

describe("parseWorkflowCommand", () => {
  it.each([
    ["::error::it broke", { name: "error", properties: {}, value: "it broke" }],
    ["  ::ERROR file=a.ts,line=3::x", { name: "error", properties: { file: "a.ts", line: "3" }, value: "x" }],
    ["::notice::", { name: "notice", properties: {}, value: "" }],
    [
      "::error title=a%3Ab%2Cc%25,file=::50%25%0Aof it%3A",
      { name: "error", properties: { title: "a:b,c%", file: "" }, value: "50%\nof it%3A" },
    ],
    ["::error title=a=b::100%250A", { name: "error", properties: { title: "a=b" }, value: "100%0A" }],
    ["::error file=x,,stray,line=1::m", { name: "error", properties: { file: "x", line: "1" }, value: "m" }],
  ])("reads %s", (line, command) => {
    expect(parseWorkflowCommand(line)).toEqual(command);
  });
  it.each(["", "error::x", "::error", ":: ::x", "::::x", "a ::error::x"])("leaves %j as text", (line) => {
    expect(parseWorkflowCommand(line)).toBeUndefined();
  });
});

describe("a log", () => {
  it("is the same however it is cut into pieces", () => {
    const bytes = encoder.encode(
      "::group::häuser\r\nä€😀\n::endgroup::\n::error file=ü,line=2::nö%0Awirklich\nende",
    );
    const whole = read(bytes);
    for (let size = 1; size < 9; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(read(...pieces)).toEqual(whole);
    }
    expect(whole).toMatchObject({
      parts: [{ fold: "häuser", lines: ["ä€😀"] }, { lines: ["Error: nö (ü:2)", "wirklich", "ende"] }],
      notes: [{ level: "failure", message: "nö\nwirklich", file: "ü", line: 2 }],
    });
  });
  it("turns commands into notes with their places", () => {
    const { notes, counts } = read(
      "::warning file=a.ts,line=3,endLine=4,col=5,endColumn=6,title=Unused::x\n::notice line=zero::y\n",
    );
    expect(notes).toEqual([
      {
        level: "warning",
        message: "x",
        title: "Unused",
        file: "a.ts",
        line: 3,
        endLine: 4,
        column: 5,
        endColumn: 6,
      },
      { level: "notice", message: "y" },
    ]);
    expect(counts).toEqual({ failure: 0, warning: 1, notice: 1 });
  });
  it("keeps two folds of one title apart, and ends one where the next begins", () => {
    expect(read("::group::a\n1\n::group::a\n2\n::endgroup::\n3").parts).toEqual([
      { fold: "a", lines: ["1"] },
      { fold: "a", lines: ["2"] },
      { lines: ["3"] },
    ]);
  });
  it("shows no debug line, and shows a command that it does not know", () => {
    expect(linesOf(read("::debug::x\n::set-output name=a::b\n::frobnicate::y\nz"))).toEqual([
      "::frobnicate::y",
      "z",
    ]);
  });
  it("obeys no command between stop-commands and its token", () => {
    const digest = read(
      "::stop-commands::pause\n::error::no\n::add-mask::hunter2\n::Pause::\n::error::yes\n",
    );
    expect(digest.notes.map(({ message }) => message)).toEqual(["yes"]);
    expect(digest.masks).toEqual([]);
    expect(linesOf(digest)).toEqual(["::error::no", "::add-mask::hunter2", "Error: yes"]);
  });
  it("hears what is to be masked, each line of it, and shows none of it", () => {
    const digest = read(
      "::add-mask::one line\n::add-mask::first%0Asecond\n::add-mask::\n::add-mask::ab\nx\n",
    );
    expect(digest.masks).toEqual(["one line", "first\nsecond", "first", "second"]);
    expect(linesOf(digest)).toEqual(["x"]);
    expect(digest.maskedTooMuch).toBe(false);
  });
  it("says when it cannot keep all that is to be masked", () => {
    const many = Array.from({ length: logLimits.masks + 1 }, (_, index) => `::add-mask::secret-${index}\n`);
    expect(read(many.join("")).maskedTooMuch).toBe(true);
    expect(read(...many.slice(1)).maskedTooMuch).toBe(false);
    const long = Array.from({ length: 9 }, (_, index) => `::add-mask::${String(index).repeat(8000)}\n`);
    expect(read(long.join("")).maskedTooMuch).toBe(true);
  });
  it("shows of a progress bar what a terminal shows", () => {
    expect(linesOf(read("1%\r50%\r100%\r\ndone\r\n"))).toEqual(["100%", "done"]);
  });
  it("keeps the last lines, whole", () => {
    const digest = read(...Array.from({ length: 5000 }, (_, index) => `line ${index} of the log\n`));
    const lines = linesOf(digest);
    expect(digest.cut).toBe(true);
    expect(lines.at(-1)).toBe("line 4999 of the log");
    expect(lines[0]).toMatch(/^line \d+ of the log$/);
    expect(lines.join("\n").length).toBeLessThanOrEqual(logLimits.tail);
    expect(lines.join("\n").length).toBeGreaterThan(logLimits.tail - 100);
  });
  it("cuts a line that does not end, far from where a secret could be torn", () => {
    const digest = read(...Array.from({ length: 100 }, () => "x".repeat(10_000)), "\nlast");
    expect(linesOf(digest)).toEqual([
      `${"x".repeat(logLimits.line - logLimits.torn)} … (the line goes on)`,
      "last",
    ]);
  });
  it("is bounded when a step prints a million errors", () => {
    const chunk = encoder.encode("::error file=a.ts,line=1::it broke\n".repeat(10_000));
    const digest = read(...Array.from({ length: 100 }, () => chunk));
    expect(digest.counts.failure).toBe(1_000_000);
    expect(digest.notes).toHaveLength(logLimits.notesPerLevel);
    expect(linesOf(digest).join("\n").length).toBeLessThanOrEqual(logLimits.tail);
  });
  it("shows nothing of what is no text", () => {
    const noise = Uint8Array.from({ length: 10_000 }, (_, index) => (index * 7919) % 256);
    expect(read(noise)).toMatchObject({ binary: true, parts: [], bytes: 10_000 });
    expect(read("\u001b[31mred\u001b[0m\tand\r\n")).toMatchObject({ binary: false });
    expect(read("")).toMatchObject({ binary: false, parts: [], cut: false, bytes: 0 });
  });
});

import { describe, expect, it } from "vitest";
import { withoutExecutorLines } from "./executor-lines.js";

async function filtered(text: string, size: number): Promise<string> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const kept: Uint8Array[] = [];
  for await (const piece of withoutExecutorLines(pieces())) kept.push(piece);
  return Buffer.concat(kept).toString("utf8");
}

const slog = 'time=2026-11-29T15:45:49.885Z level=INFO msg="waiting for signals" argo=true signalPath=/x\n';
const slogMoved = "time=2026-11-29T15:45:50.889Z level=DEBUG msg=exited error=<nil> argo=true\n";
const logrus = 'time="2024-03-29T06:40:27 UTC" level=info msg="sub-process exited" argo=true error="<nil>"\n';
const slogJson =
  '{"time":"2026-11-29T15:45:50.889Z","level":"INFO","msg":"sub-process exited","argo":true,"error":null}\n';
const logrusJson =
  '{"argo":true,"error":null,"level":"info","msg":"sub-process exited","time":"2024-03-29T06:40:27 UTC"}\n';
const failed =
  'time=2026-11-29T15:45:50.889Z level=ERROR msg="failed to write exit code" argo=true error=full\n';

describe("withoutExecutorLines", () => {
  it.each([1, 2, 7, 64, 100_000])(
    "leaves argoexec's own lines out, read %i bytes at a time",
    async (size) => {
      const text = `${slog}hello\n${slogMoved}wörld\n\n${logrus}${slogJson}${logrusJson}the end`;
      expect(await filtered(text, size)).toBe("hello\nwörld\n\nthe end");
      expect(await filtered(slog + logrus.trimEnd(), size)).toBe("");
    },
  );

  it.each([1, 7, 100_000])("keeps all else as it is, read %i bytes at a time", async (size) => {
    for (const text of [
      failed,
      "time=now level=info msg=mine\n",
      `said: ${slog}`,
      "time=2026 level=info msg=x argo=trueish\n",
      '{"level":"error","msg":"failed to write exit code","argo":true}\n',
      '{"level":"info","msg":"mine","said":"argo"}\n',
      '{"a":1}',
      "{",
      "time",
      "time=",
      `time=1 level=info msg=${"x".repeat(10_000)} argo=true\n`,
      "\r\n\n",
    ])
      expect(await filtered(text, size)).toBe(text);
  });
});

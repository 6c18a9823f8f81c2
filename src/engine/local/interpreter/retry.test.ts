import { describe, expect, it } from "vitest";
import { failed, Play } from "../../../../test/support/interpreter-play.js";

describe("retry", () => {
  const retried = `
entrypoint: main
templates:
  - name: main
    retryStrategy: { limit: "1" }
    container: { image: busybox, args: ["{{retries}} {{lastRetry.exitCode}}"] }`;

  it("makes attempts until one succeeds", () => {
    const play = new Play(retried);
    expect(play.node("wf").type).toBe("Retry");
    play.finish("wf(0)", { ...failed, outputs: { exitCode: "3" } });
    expect(play.template("wf(1)").container?.args).toEqual(["1 3"]);
    play.finish("wf(1)");
    expect(play.phase).toBe("Succeeded: ");
    expect(play.node("wf").children).toEqual([play.node("wf(0)").id, play.node("wf(1)").id]);
  });

  it("gives up after the limit", () => {
    const play = new Play(retried);
    play.finish("wf(0)", failed);
    play.finish("wf(1)", failed);
    expect(play.phase).toBe("Failed: No more retries left");
  });
});

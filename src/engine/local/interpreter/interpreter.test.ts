import { describe, expect, it } from "vitest";
import type { Workflow } from "../../../manifest/argo.js";
import { gated, echo, Play, START } from "../../../../test/support/interpreter-play.js";

describe("a restart", () => {
  /** Plays the gated workflow to its end; `between` is called before every fact. */
  function playGated(between: (play: Play) => void): Workflow {
    const play = new Play(gated);
    const at = (second: number): void => {
      between(play);
      play.now = START + second * 1000;
    };
    at(10);
    play.finish("plan");
    at(20);
    const answer = {
      phase: "Succeeded",
      message: "",
      outputs: { approval: "YES" },
      annotations: {},
    } as const;
    play.send({ type: "answered", nodeId: play.node("approval").id, answer });
    at(30);
    play.finish("apply");
    at(40);
    play.finish("wf.onExit");
    return play.workflow;
  }

  it("in the middle ends as no restart", () => {
    expect(playGated((play) => play.reopen())).toEqual(playGated(() => undefined));
  });

  it("starts again what was Pending, not what was Running", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps: [[{ name: one, template: echo }, { name: two, template: echo }]]${echo}`);
    const [one, two] = [play.node("one").id, play.node("two").id];
    play.send({ type: "running", nodeId: one });
    play.reopen();
    expect(play.starts.map(({ nodeId }) => nodeId)).toEqual([two]);
    play.send({ type: "finished", nodeId: one, phase: "Error", message: "the engine restarted" });
    play.finish("two");
    expect(play.phase).toBe(`Failed: child '${one}' failed`);
  });
});

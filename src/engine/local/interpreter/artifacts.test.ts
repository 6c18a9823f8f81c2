import { describe, expect, it } from "vitest";
import { Play } from "../../../../test/support/interpreter-play.js";

describe("artifacts", () => {
  it("hands a step the place where another left its artifact", () => {
    const play = new Play(`
entrypoint: main
templates:
  - name: main
    steps:
      - - { name: make, template: make }
      - - name: use
          template: use
          arguments: { artifacts: [{ name: plan, from: "{{steps.make.outputs.artifacts.made}}" }] }
  - name: make
    container: { image: busybox }
    outputs: { artifacts: [{ name: made, path: /out }] }
  - name: use
    inputs: { artifacts: [{ name: plan, path: /in/plan }] }
    container: { image: busybox, args: ["{{inputs.artifacts.plan.path}}"] }`);
    play.finish("make", { outputs: { artifacts: [{ name: "made", path: "/out", key: "wf/made.tgz" }] } });
    expect(play.template("use").inputs?.artifacts).toEqual([
      { name: "plan", path: "/in/plan", key: "wf/made.tgz" },
    ]);
    expect(play.template("use").container?.args).toEqual(["/in/plan"]);
  });
});

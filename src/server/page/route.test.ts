import { describe, expect, it } from "vitest";
import { parseRoute } from "./route.js";

const parse = (path: string) => parseRoute(new URL(path, "http://localhost"));

describe("the address of a run's page", () => {
  it("names a run, a view of it, and in which form", () => {
    expect(parse("/runs/ns/run-1")).toMatchObject({
      key: { namespace: "ns", name: "run-1" },
      view: "run",
      form: "page",
      live: false,
    });
    expect(parse("/runs/ns/run-1/parts")).toMatchObject({ view: "run", form: "parts", live: true });
    expect(parse("/runs/ns/run-1/steps")).toMatchObject({ view: "steps", form: "page" });
    expect(parse("/runs/ns/run-1/steps/run-1-12/events")).toMatchObject({
      view: "step",
      nodeId: "run-1-12",
      form: "events",
    });
    expect(parse("/runs/ns/run-1/workflow")).toMatchObject({ view: "workflow" });
  });

  const none = [
    "/runs",
    "/runs/ns",
    "/runs/NS/run",
    "/runs/ns/run/",
    "/runs/ns/../x",
    "/runs/ns/run/steps/",
    "/runs/ns/run/steps/a%2Fb",
    "/runs/ns/run/other",
    "/runs/ns/run/workflow/parts",
    "/runs/-a/run",
    `/runs/ns/${"a".repeat(400)}`,
  ];
  it.each(none)("is nothing else: %s", (path) => {
    expect(parse(path)).toBeUndefined();
  });
});

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { casesIn, play, type SemanticCase } from "./case.js";

const files = readdirSync(new URL(".", import.meta.url)).filter((file) => file.endsWith(".yaml"));

describe.each(files)("%s", (file) => {
  it.each(casesIn(`./${file}`))("$name", (item) => {
    const world = play(item);
    const nodes = Object.fromEntries(
      Object.keys(item.nodes ?? {}).map((name) => [name, world.phases()[name] && world.node(name)]),
    );
    const wanted = Object.entries(item.nodes ?? {}).map(([name, node]) => [
      name,
      expect.objectContaining(typeof node === "string" ? { phase: node } : node),
    ]);
    expect(nodes).toEqual(Object.fromEntries(wanted));
    expect(world.phase).toBe(item.ends);
    if (item.only) expect(Object.keys(world.phases()).sort()).toEqual(Object.keys(item.nodes ?? {}).sort());
    for (const name of item.absent ?? []) expect(world.phases()).not.toHaveProperty([name]);
    for (const [name, args] of Object.entries(item.args ?? {})) {
      const { container, script } = world.template(name);
      expect({ [name]: (container ?? script)?.args }).toEqual({ [name]: args });
    }
    for (const [name, children] of Object.entries(item.children ?? {})) {
      const ids = world.node(name).children ?? [];
      const names = ids.map((id) => world.workflow.status?.nodes?.[id]?.displayName);
      expect({ [name]: names }).toEqual({ [name]: children });
    }
    if (item.workflowOutputs) expect(world.workflow.status?.outputs).toEqual(item.workflowOutputs);
  });

  it("comes to the same with a restart at any time", () => {
    for (const item of casesIn(`./${file}`)) {
      const events = (item.events ?? []).filter((event) => !("restart" in event));
      const end = outcomeOf({ ...item, events });
      for (let at = 0; at <= events.length; at += 1) {
        const restarted = {
          ...item,
          events: [...events.slice(0, at), { restart: true } as const, ...events.slice(at)],
        };
        expect(outcomeOf(restarted), `${item.name}, restarted before event ${at}`).toEqual(end);
      }
    }
  });
});

/** How the workflow and each of its nodes ended, and what each gives. */
function outcomeOf(item: SemanticCase) {
  const world = play(item);
  const nodes = world.nodes().map(({ name, phase, outputs }) => [name, { phase, outputs }]);
  return { phase: world.phase, nodes: Object.fromEntries(nodes) as object };
}

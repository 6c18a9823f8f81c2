import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { casesIn, play } from "./case.js";

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
});

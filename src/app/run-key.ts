import type { RunKey } from "../engine/engine.js";

/** The key of a run as one text. */
export function keyText({ namespace, name }: RunKey): string {
  return `${namespace}/${name}`;
}

export function readKey(text: string): RunKey {
  const [namespace = "", name = ""] = text.split("/");
  return { namespace, name };
}

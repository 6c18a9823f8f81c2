import type { NodeStatus } from "../../../manifest/argo.js";

/**
 * Which parts of the tree the next pass must look at. Argo walks all of it on every event; here a steps or dag node is
 * walked when something of it has changed, when it was held back, or when everything may have changed.
 */
export class Walk {
  /** Ids of boundaries to walk, with the names of the nodes inside that changed. */
  #dirty = new Map<string, Set<string>>();
  /** Boundaries that wait for what happens outside of them: parallelism, a reference, a hook's expression. */
  readonly #held = new Set<string>();
  #all = true;
  /** What is remembered of each steps and dag node between passes, by node id. */
  readonly memos = new Map<string, unknown>();

  /** Everything is looked at in this pass: at the start, when time has passed, when variables changed. */
  get isWhole(): boolean {
    return this.#all;
  }

  lookEverywhere(): void {
    this.#all = true;
  }

  /** Before a pass. */
  begin(): void {
    for (const id of this.#held) this.#note(id, "");
    this.#held.clear();
  }

  /** After a pass. */
  end(): void {
    this.#all = false;
  }

  /** A node changed: what encloses it must be looked at. */
  touched(node: NodeStatus, nodes: Readonly<Record<string, NodeStatus>>): void {
    if (node.type === "Steps" || node.type === "DAG") this.#note(node.id, node.name);
    let inner = node;
    for (let id = node.boundaryID ?? ""; id !== ""; id = inner.boundaryID ?? "") {
      this.#note(id, inner.name);
      const outer = nodes[id];
      if (!outer) return;
      inner = outer;
    }
  }

  ended(node: NodeStatus): void {
    this.memos.delete(node.id);
    this.#dirty.delete(node.id);
  }

  /** The boundary and all around it must be looked at in the next pass, whatever changes. */
  hold(node: NodeStatus | undefined, nodes: Readonly<Record<string, NodeStatus>>): void {
    for (let each = node; each; each = nodes[each.boundaryID ?? ""]) this.#held.add(each.id);
  }

  isDirty(id: string): boolean {
    return this.#all || this.#dirty.has(id);
  }

  /** Names of what changed inside of a boundary since the last call. */
  take(id: string): Set<string> {
    const names = this.#dirty.get(id) ?? new Set<string>();
    this.#dirty.delete(id);
    return names;
  }

  #note(id: string, name: string): void {
    const names = this.#dirty.get(id);
    if (names) names.add(name);
    else this.#dirty.set(id, new Set([name]));
  }
}

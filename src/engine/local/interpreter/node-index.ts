import type { NodeStatus } from "../../../manifest/argo.js";
import { isFailed, isFulfilled } from "../../../run/phases.js";
import { isWork } from "./leaf-node.js";

interface Family {
  nodes: NodeStatus[];
  /** Not fulfilled. */
  open: number;
  /** Pods, Steps and DAGs among them. */
  active: number;
  failed: number;
}

/** Counts over the nodes, kept as they change, so that no step looks at all of them. */
export class NodeIndex {
  /** Nodes that are not fulfilled, in the order in which they were made. */
  readonly open = new Map<string, NodeStatus>();
  /** Work that is not fulfilled. */
  activeWork = 0;
  readonly #families = new Map<string, Family>();
  readonly #links = new Map<string, Set<string>>();
  #done = 0;
  #total = 0;

  constructor(nodes: Iterable<NodeStatus>) {
    for (const node of nodes) {
      this.add(node);
      if (isFulfilled(node.phase)) this.fulfilled(node);
    }
  }

  /** Takes in a node as if it was not fulfilled. */
  add(node: NodeStatus): void {
    this.open.set(node.id, node);
    const family = this.#family(node.boundaryID);
    family.nodes.push(node);
    family.open += 1;
    if (isActive(node)) family.active += 1;
    if (isWork(node)) this.activeWork += 1;
    if (hasProgress(node)) this.#total += 1;
  }

  /** A node has become fulfilled. */
  fulfilled(node: NodeStatus): void {
    if (!this.open.delete(node.id)) return;
    const family = this.#family(node.boundaryID);
    family.open -= 1;
    if (isActive(node)) {
      family.active -= 1;
      if (isFailed(node.phase)) family.failed += 1;
    }
    if (isWork(node)) this.activeWork -= 1;
    if (hasProgress(node) && node.phase === "Succeeded") this.#done += 1;
  }

  /** False when the child hangs below the parent already. */
  link(parent: NodeStatus, childId: string): boolean {
    let links = this.#links.get(parent.id);
    if (!links) this.#links.set(parent.id, (links = new Set(parent.children)));
    if (links.has(childId)) return false;
    links.add(childId);
    return true;
  }

  within(boundaryId: string): readonly NodeStatus[] {
    return this.#families.get(boundaryId)?.nodes ?? [];
  }

  /** Nodes of the boundary that are not fulfilled; with `active`, only Pods, Steps and DAGs. */
  openWithin(boundaryId: string): number {
    return this.#families.get(boundaryId)?.open ?? 0;
  }

  activeWithin(boundaryId: string): number {
    return this.#families.get(boundaryId)?.active ?? 0;
  }

  failedWithin(boundaryId: string): number {
    return this.#families.get(boundaryId)?.failed ?? 0;
  }

  get progress(): string {
    return `${this.#done}/${this.#total}`;
  }

  #family(boundaryId = ""): Family {
    let family = this.#families.get(boundaryId);
    if (!family) this.#families.set(boundaryId, (family = { nodes: [], open: 0, active: 0, failed: 0 }));
    return family;
  }
}

function isActive({ type }: NodeStatus): boolean {
  return type === "Pod" || type === "Steps" || type === "DAG";
}

function hasProgress({ type }: NodeStatus): boolean {
  return type === "Pod" || type === "HTTP" || type === "Suspend";
}

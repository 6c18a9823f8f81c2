import type { Workflow } from "../manifest/argo.js";
import { treeLines } from "./run-tree.js";

export interface Terminal {
  rows: number;
  columns: number;
}

export interface LiveTree {
  show(workflow: Workflow): void;
  /** Takes the tree off the screen. */
  close(): void;
}

const tickMs = 1000;

/** Draws the tree of a run in place, again with each change and each second. */
export function liveTree(write: (text: string) => void, terminal: Terminal, clock = Date.now): LiveTree {
  let drawn = 0;
  let shown: Workflow | undefined;
  const clear = () => {
    if (drawn > 0) write(`\x1b[${drawn}A\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    if (!shown) return;
    const lines = fit(treeLines(shown, clock()), terminal);
    clear();
    write(lines.map((line) => `${line}\n`).join(""));
    drawn = lines.length;
  };
  const timer = setInterval(draw, tickMs);
  return {
    show(workflow) {
      shown = workflow;
      draw();
    },
    close() {
      clearInterval(timer);
      clear();
    },
  };
}

/** No more lines than the screen has: what is over goes first, then the last ones. */
export function fit(lines: readonly string[], { rows, columns }: Terminal): string[] {
  const most = Math.max(2, rows - 1);
  const cut = (line: string) =>
    line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line;
  if (lines.length <= most) return lines.map(cut);
  const [head = "", ...rest] = lines;
  const telling = rest.filter((line) => !/^\s*[✔○]/.test(line)).slice(0, most - 2);
  const left = lines.length - 1 - telling.length;
  return [head, ...telling, `… and ${left} more`].map(cut);
}

/** Lines of a log that belong together. */
export interface LogPart {
  /** The title of a fold; absent for lines outside of folds. */
  fold?: string;
  lines: string[];
}
/** One fold of a log; two of the same title are two. */
export interface Fold {
  title: string;
}

const mostDropped = 10_000;

/** Holds the last lines that have no more than `characters` together, at least one. */
export class LogTail {
  readonly #characters: number;
  #kept: { text: string; fold: Fold | undefined }[] = [];
  #first = 0;
  #size = 0;
  #cut = false;

  constructor(characters: number) {
    this.#characters = characters;
  }

  add(text: string, fold: Fold | undefined): void {
    this.#kept.push({ text, fold });
    this.#size += text.length + 1;
    while (this.#size > this.#characters && this.#first < this.#kept.length - 1) {
      this.#size -= (this.#kept[this.#first]?.text.length ?? 0) + 1;
      this.#first += 1;
      this.#cut = true;
    }
    if (this.#first <= mostDropped) return;
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }

  /** Oldest first; `cut` when lines before these were dropped. */
  end(): { parts: LogPart[]; cut: boolean } {
    const parts: LogPart[] = [];
    let last: Fold | undefined;
    for (const { text, fold } of this.#kept.slice(this.#first)) {
      const part = parts.at(-1);
      if (part !== undefined && fold === last) part.lines.push(text);
      else parts.push(fold === undefined ? { lines: [text] } : { fold: fold.title, lines: [text] });
      last = fold;
    }
    return { parts, cut: this.#cut };
  }
}

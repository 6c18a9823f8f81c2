import { LogTail, type Fold, type LogPart } from "./log-tail.js";
import { parseWorkflowCommand, type WorkflowCommand } from "./workflow-command.js";

/** What a check can use of a step's log, however long the log is. Nothing in it is masked yet. */
export interface LogDigest {
  /** The last lines, oldest first, in the folds that the step put them in. */
  parts: LogPart[];
  /** The parts do not begin with the log's first line. */
  cut: boolean;
  /** More than a tenth of what was read were no characters: there are no parts then. */
  binary: boolean;
  bytes: number;
  /** Of each level the first ones, in the order printed. */
  notes: LogNote[];
  /** How many the step printed, kept or not. */
  counts: Record<NoteLevel, number>;
  /** Values that the step asked to mask (`::add-mask::`). */
  masks: string[];
  /** The step asked to mask more than is kept: nothing that it printed may be shown. */
  maskedTooMuch: boolean;
}
export type NoteLevel = "failure" | "warning" | "notice";
/** An `::error::`, `::warning::` or `::notice::`; places are as the step wrote them. */
export interface LogNote {
  level: NoteLevel;
  message: string;
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
  column?: number;
  endColumn?: number;
}

/** What is kept of one log. Lengths in characters. */
export const logLimits = {
  tail: 48 * 1024,
  line: 16 * 1024,
  /** Cut off the end of a line that is too long: a secret that the cut went through must not stay in part. */
  torn: 4096,
  notesPerLevel: 100,
  masks: 1000,
  maskText: 64 * 1024,
  shortestMask: 3,
} as const;

const levels: Record<string, NoteLevel> = { error: "failure", warning: "warning", notice: "notice" };
const words: Record<NoteLevel, string> = { failure: "Error", warning: "Warning", notice: "Notice" };
/** These take effect on GitHub's runner, or nowhere; nobody wants to read them. */
const silent = new Set(["debug", "echo", "add-matcher", "remove-matcher", "set-output", "save-state"]);

/** Reads a log piece by piece in bounded memory. */
export class LogReader {
  readonly #decoder = new TextDecoder("utf-8");
  readonly #tail = new LogTail(logLimits.tail);
  readonly #notes: LogNote[] = [];
  readonly #counts: Record<NoteLevel, number> = { failure: 0, warning: 0, notice: 0 };
  readonly #masks = new Set<string>();
  #maskText = 0;
  #maskedTooMuch = false;
  #bytes = 0;
  #characters = 0;
  #strange = 0;
  #open = "";
  #overlong = false;
  #fold: Fold | undefined;
  /** While commands are stopped: the name of the one that lets them go on. */
  #resume: string | undefined;

  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#read(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Call once, after the last chunk. */
  end(): LogDigest {
    this.#read(this.#decoder.decode());
    if (this.#open !== "" || this.#overlong) this.#closeLine();
    const binary = this.#strange * 10 > this.#characters;
    return {
      ...(binary ? { parts: [], cut: false } : this.#tail.end()),
      binary,
      bytes: this.#bytes,
      notes: this.#notes,
      counts: this.#counts,
      masks: [...this.#masks],
      maskedTooMuch: this.#maskedTooMuch,
    };
  }

  #read(text: string): void {
    this.#characters += text.length;
    this.#strange += countStrange(text);
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      this.#extend(text, from, at);
      this.#closeLine();
      from = at + 1;
    }
    this.#extend(text, from, text.length);
  }

  #extend(text: string, from: number, to: number): void {
    const room = logLimits.line - this.#open.length;
    if (to - from > room) this.#overlong = true;
    if (room > 0) this.#open += text.slice(from, Math.min(to, from + room));
  }

  #closeLine(): void {
    const overlong = this.#overlong;
    const line = overlong
      ? `${this.#open.slice(0, logLimits.line - logLimits.torn)} … (the line goes on)`
      : lastDrawn(this.#open);
    this.#open = "";
    this.#overlong = false;
    const command = overlong || !line.includes("::") ? undefined : parseWorkflowCommand(line);
    if (this.#resume === undefined) {
      if (command === undefined || !this.#obey(command)) this.#tail.add(line, this.#fold);
    } else if (command?.name === this.#resume) this.#resume = undefined;
    else this.#tail.add(line, this.#fold);
  }

  /** False for a command that is not known: its line is shown as it is. */
  #obey(command: WorkflowCommand): boolean {
    const { name, value } = command;
    const level = levels[name];
    if (level !== undefined) this.#note(level, command);
    else if (name === "group") this.#fold = { title: value };
    else if (name === "endgroup") this.#fold = undefined;
    else if (name === "add-mask") this.#addMask(value);
    else if (name === "stop-commands") this.#resume = value.trim().toLowerCase() || undefined;
    else return silent.has(name);
    return true;
  }

  #note(level: NoteLevel, { properties, value }: WorkflowCommand): void {
    const { file, line } = properties;
    const place = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
    const [first = "", ...rest] = value.includes("\n") ? value.split("\n") : [value];
    this.#tail.add(`${words[level]}: ${first}${place}`, this.#fold);
    for (const each of rest) this.#tail.add(each, this.#fold);
    this.#counts[level] += 1;
    if (this.#counts[level] <= logLimits.notesPerLevel) this.#notes.push(noteOf(level, properties, value));
  }

  #addMask(value: string): void {
    for (const each of [value, ...value.split(/\r?\n/)].map((part) => part.trim())) {
      if (each.length < logLimits.shortestMask || this.#masks.has(each)) continue;
      this.#maskText += each.length;
      const tooMuch = this.#masks.size >= logLimits.masks || this.#maskText > logLimits.maskText;
      if (tooMuch) this.#maskedTooMuch = true;
      else this.#masks.add(each);
    }
  }
}

function noteOf(level: NoteLevel, properties: Record<string, string>, message: string): LogNote {
  const { title, file } = properties;
  const numbers = { line: "line", endLine: "endLine", column: "col", endColumn: "endColumn" } as const;
  const places = Object.entries(numbers).flatMap(([field, name]) =>
    /^\d{1,9}$/.test(properties[name] ?? "") ? [[field, Number(properties[name])] as const] : [],
  );
  return {
    level,
    message,
    ...(title ? { title } : {}),
    ...(file ? { file } : {}),
    ...(Object.fromEntries(places) as Pick<LogNote, keyof typeof numbers>),
  };
}

/** Of a line that a progress bar drew over and over, what a terminal shows at the end. */
function lastDrawn(line: string): string {
  if (!line.includes("\r")) return line;
  const whole = line.replace(/\r+$/, "");
  return whole.slice(whole.lastIndexOf("\r") + 1);
}

/** Characters that no text has: what was no UTF-8, and controls other than blanks and escapes. */
function countStrange(text: string): number {
  return text.match(/[\0-\x07\x0e-\x1a\x1c-\x1f\ufffd]/g)?.length ?? 0;
}

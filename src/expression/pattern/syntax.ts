/** Whether one character is meant. */
export type CharTest = (char: string) => boolean;

/** The syntax tree of a regular expression. */
export type Pattern =
  | { type: "char"; test: CharTest }
  /** `holds` gets the characters around a place, undefined at the ends of the text. */
  | { type: "assert"; holds: (before: string | undefined, after: string | undefined) => boolean }
  | { type: "sequence"; parts: Pattern[] }
  | { type: "choice"; options: Pattern[] }
  /** A group that is kept, counted from 1 by its opening parenthesis. */
  | { type: "group"; body: Pattern; index: number; name: string | undefined }
  | { type: "repeat"; body: Pattern; least: number; most: number; lazy: boolean };

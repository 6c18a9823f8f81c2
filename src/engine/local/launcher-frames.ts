/** What the launcher is asked: a command here, a pod, a pod's command, to kill. */
export type Order = "R" | "P" | "M" | "K";

/** What it answers: greeting, started, pod ready, could not, output, error output, exited, exited and as new, done with. */
export type Answer = "h" | "s" | "r" | "f" | "o" | "e" | "x" | "a" | "d";

export interface AnswerFrame {
  type: Answer;
  id: number;
  payload: Buffer;
}

const headerBytes = 9;

/** A frame: the length of the rest, the type, the number of what it is about, and strings with their lengths. */
export function orderFrame(type: Order, id: number, strings: readonly string[]): Buffer {
  const parts = strings.map((text) => Buffer.from(text));
  const length = parts.reduce((sum, part) => sum + 4 + part.length, headerBytes);
  const frame = Buffer.allocUnsafe(length);
  frame.writeUInt32BE(length - 4, 0);
  frame.write(type, 4, "latin1");
  frame.writeUInt32BE(id, 5);
  let at = headerBytes;
  for (const part of parts) {
    at = frame.writeUInt32BE(part.length, at);
    at += part.copy(frame, at);
  }
  return frame;
}

/** Gives each whole frame of a stream to `take`. */
export function frameReader(take: (frame: AnswerFrame) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    let rest: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (rest.length >= headerBytes && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      const type = rest.toString("latin1", 4, 5) as Answer;
      take({ type, id: rest.readUInt32BE(5), payload: rest.subarray(headerBytes, end) });
      rest = rest.subarray(end);
    }
    held = rest;
  };
}

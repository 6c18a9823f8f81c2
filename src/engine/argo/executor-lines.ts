/** What argoexec says of its own doings, as its releases spell it; it calls a line its own by `argo`. */
const own =
  /^time=(?:"[^"]*"|\S+) level=(?:info|debug) msg=.* argo=true(?: |$)|^\{(?=.*"argo":true[,}])(?=.*"level":"(?:info|debug)")(?=.*"msg":").*\}$/i;
const starts = ["time=", '{"'].map((start) => Buffer.from(start));
/** No line of argoexec's is longer. */
const longest = 4096;

/**
 * The log of a step's container without the lines that argoexec, its parent, writes among the step's own. Its warnings
 * and errors stay: they may be all that tells why the step failed. Nothing else is changed, held back or joined.
 */
export async function* withoutExecutorLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  /** The beginning of a line of which it cannot be told yet whose it is. */
  let open = Buffer.alloc(0);
  let midLine = false;
  for await (const piece of pieces) {
    const bytes = open.length === 0 ? piece : Buffer.concat([open, piece]);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const kept: Buffer[] = [];
    let from = 0;
    let at = 0;
    open = Buffer.alloc(0);
    while (at < text.length) {
      const end = text.indexOf(10, at);
      const line = text.subarray(at, end < 0 ? text.length : end);
      const whole = end >= 0;
      if (!midLine && !whole && mayBeOwn(line)) {
        open = Buffer.from(line);
        kept.push(text.subarray(from, at));
        from = text.length;
        break;
      }
      if (!midLine && whole && isOwn(line)) {
        kept.push(text.subarray(from, at));
        from = end + 1;
      }
      midLine = !whole;
      at = whole ? end + 1 : text.length;
    }
    kept.push(text.subarray(from));
    const rest = Buffer.concat(kept);
    if (rest.length > 0) yield rest;
  }
  if (open.length > 0 && !isOwn(open)) yield open;
}

function mayBeOwn(line: Buffer): boolean {
  return line.length <= longest && starts.some((start) => agree(line, start));
}

/** Whether one of them is the beginning of the other. */
function agree(line: Buffer, start: Buffer): boolean {
  const length = Math.min(line.length, start.length);
  return line.subarray(0, length).equals(start.subarray(0, length));
}

function isOwn(line: Buffer): boolean {
  return mayBeOwn(line) && own.test(line.toString("utf8"));
}

import type { ServerResponse } from "node:http";

/** One message of a stream of server-sent events; `data` is one line. */
export interface Message {
  event: string;
  data: string;
}

/** Where a stream's messages come from: asked when the viewer can take more, and after `follow` has called back. */
export interface Source {
  /** What is new since it was asked last; empty when nothing is. */
  take(): Promise<Message[]> | Message[];
  follow(changed: () => void): () => void;
}

export interface StreamOptions {
  /** Who looks: of one viewer only so many streams are open. */
  viewer: string;
  sources: readonly Source[];
  /** Asked now and then: false ends the stream. */
  isAllowed: () => Promise<boolean>;
}

export interface Streams {
  /** Answers with a stream; false when there are as many as may be, and nothing was answered. */
  open(response: ServerResponse, options: StreamOptions): boolean;
  readonly size: number;
  close(): void;
}

const mostStreams = 500;
const mostOfOneViewer = 20;
const beatMs = 20_000;
const checkMs = 30_000;

/**
 * Server-sent events with bounds: so many streams, so many of one viewer, and nothing is written to a viewer who has
 * not read what was written before. What such a viewer misses, the source gives later as one.
 */
export function openStreams(headers: Record<string, string>): Streams {
  let closed = false;
  const open = new Map<ServerResponse, { viewer: string; end: () => void }>();
  return {
    get size() {
      return open.size;
    },
    open(response, options) {
      const own = [...open.values()].filter(({ viewer }) => viewer === options.viewer);
      if (closed || open.size >= mostStreams || own.length >= mostOfOneViewer) return false;
      response.writeHead(200, { ...headers, "content-type": "text/event-stream", "x-accel-buffering": "no" });
      const end = startStream(response, options, () => open.delete(response));
      open.set(response, { viewer: options.viewer, end });
      return true;
    },
    close() {
      closed = true;
      for (const { end } of open.values()) end();
    },
  };
}

function startStream(
  response: ServerResponse,
  { sources, isAllowed }: StreamOptions,
  ended: () => void,
): () => void {
  let pumping = false;
  let again = false;
  let over = false;

  async function pump(): Promise<void> {
    again = true;
    if (pumping) return;
    pumping = true;
    try {
      while (again && !over && !response.writableNeedDrain) {
        again = false;
        for (const source of sources) await writeNew(source);
      }
    } catch {
      end();
    } finally {
      pumping = false;
    }
  }
  async function writeNew(source: Source): Promise<void> {
    if (over || response.writableNeedDrain) return;
    const messages = await source.take();
    for (const message of messages) write(`event: ${message.event}\ndata: ${message.data}\n\n`);
    if (messages.length > 0) again = true;
    if (messages.some(({ event }) => event === "end")) end();
  }
  function write(text: string): void {
    if (!over) response.write(text);
  }
  async function check(): Promise<void> {
    if (await isAllowed().catch(() => true)) return;
    write("event: gone\ndata: gone\n\n");
    end();
  }
  function end(): void {
    if (over) return;
    over = true;
    clearInterval(beat);
    clearInterval(checking);
    for (const stop of stops) stop();
    ended();
    response.end();
  }

  const beat = setInterval(() => response.writableNeedDrain || write(":\n\n"), beatMs);
  const checking = setInterval(() => void check(), checkMs);
  const stops = sources.map((source) => source.follow(() => void pump()));
  response.on("drain", () => void pump());
  response.on("close", end);
  write("retry: 3000\n\n");
  void pump();
  return end;
}

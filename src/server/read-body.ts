import type { IncomingMessage } from "node:http";

/** A request body that is larger than it may be. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** All bodies that are being read have no room for this one. */
export class NoRoomForBody extends Error {
  override readonly name = "NoRoomForBody";
}

/** What all bodies that are being read may hold together, in bytes. */
export interface BodyRoom {
  left: number;
}

/** Reads a request body of at most `limit` bytes; a declared length above it is refused before anything is read. */
export async function readBody(request: IncomingMessage, limit: number, room: BodyRoom): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > limit) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Left open when it is too large, so that the refusal can be answered.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      room.left -= bytes.length;
      if (size > limit) throw new BodyTooLarge();
      if (room.left < 0) throw new NoRoomForBody();
      chunks.push(bytes);
    }
    return Buffer.concat(chunks).toString("utf8");
  } finally {
    room.left += size;
  }
}

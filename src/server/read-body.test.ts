import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { NoRoomForBody, readBody } from "./read-body.js";

it("refuses a body when all that are being read leave no room, and gives the room back", async () => {
  const room = { left: 100 };
  const results: unknown[] = [];
  const server = createServer((request, response) => {
    readBody(request, 1000, room)
      .then(
        (body) => results.push(body.length),
        (error: unknown) => results.push(error),
      )
      .finally(() => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const size of [100, 101, 100]) await fetch(url, { method: "POST", body: "x".repeat(size) });
  await new Promise((resolve) => server.close(resolve));
  expect(results).toEqual([100, expect.any(NoRoomForBody), 100]);
  expect(room.left).toBe(100);
});

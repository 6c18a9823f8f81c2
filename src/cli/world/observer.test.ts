import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { openObserver } from "./observer.js";

it("reads again over a connection of its own when the kept one is cut as it is used", async () => {
  let looks = 0;
  const server = createServer((request, answer) => {
    const isLook = request.url?.includes("/check-runs") === true;
    if (isLook && looks++ === 0) return void request.socket.destroy();
    const check = { id: 1, name: "deploy" };
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify({ id: 2, token: "ghs_x", check_runs: [check] }));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const observer = await openObserver({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      appId: 1,
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      repository: "acme/infra",
    });
    expect(await observer.check("abc", "deploy")).toMatchObject({ id: 1 });
    expect(looks).toBe(2);
  } finally {
    server.closeAllConnections();
    await once(server.close(), "close");
  }
});

import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { gated } from "../support/manifests.js";
import { openPullRequest, openStage, repository } from "../support/stage.js";

/**
 * The API of a GitHub Enterprise Server: REST under `/api/v3`, GraphQL at `/api/graphql`, nothing anywhere else (its
 * docs, "Getting started with the REST API" and "Forming calls with GraphQL").
 */
async function openEnterpriseFront(gitHub: string) {
  const asked: string[] = [];
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? "/";
    asked.push(path);
    const rest = path.startsWith("/api/v3/") && path !== "/api/v3/graphql" ? path.slice(7) : undefined;
    const to = path === "/api/graphql" ? "/graphql" : rest;
    if (to === undefined) {
      answer.writeHead(404).end();
      return;
    }
    const { host: _, ...headers } = incoming.headers;
    const onward = request(new URL(to, gitHub), { method: incoming.method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    incoming.pipe(onward);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/v3`,
    asked,
    async close() {
      server.closeAllConnections();
      await once(server.close(), "close");
    },
  };
}

describe("a GitHub Enterprise Server", () => {
  it("is served under its own addresses, from the push to the opened gate", async () => {
    const fronts: Awaited<ReturnType<typeof openEnterpriseFront>>[] = [];
    const stage = await openStage({ ".workflows/gated.yaml": gated }, "local", {
      front: async (gitHub) => {
        const front = await openEnterpriseFront(gitHub);
        fronts.push(front);
        return front;
      },
    });
    try {
      const { number, sha } = await openPullRequest(stage, "scale-up");
      await stage.observer.until(
        sha,
        "gated",
        "the gate",
        ({ conclusion }) => conclusion === "action_required",
      );
      // An approval in the second in which the plan appeared does not count.
      await sleep(1100);
      await stage.github.actAs("bob").review(repository, number, { state: "APPROVED" });
      await stage.observer.until(sha, "gated", "the end", ({ conclusion }) => conclusion === "success");
      const asked = fronts.flatMap((front) => front.asked);
      expect(asked).toContain("/api/graphql");
      expect(asked.filter((path) => !/^\/api\/(?:v3\/|graphql$)/.test(path))).toEqual([]);
      expect(stage.invalid).toEqual([]);
    } finally {
      await stage.close();
    }
  });
});

import { sign } from "@octokit/webhooks-methods";
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { actor } from "./canned-github.js";

export const secret = "a-secret-of-the-bench";
const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** So many that what GitHub and Octokit allow one installation is not what is measured. */
const installations = 100;

export function shaOf(index: number, salt: number): string {
  return `${salt.toString(16).padStart(8, "0")}${index.toString(16).padStart(32, "0")}`;
}

/** A push to a branch of its own, so that no run takes the place of another. */
export function pushOf(index: number, sha: string): Record<string, unknown> {
  return {
    ...repositoryOf(index),
    ref: `refs/heads/branch-${sha}`,
    before: "b".repeat(40),
    after: sha,
    created: false,
    deleted: false,
    forced: false,
    commits: [],
    head_commit: { id: sha, message: "Change" },
  };
}

export function cancelOf(index: number, sha: string, check: { id: number; externalId: string }) {
  return {
    ...repositoryOf(index),
    action: "requested_action",
    requested_action: { identifier: "cancel" },
    check_run: { id: check.id, name: "bench", external_id: check.externalId, head_sha: sha },
  };
}

function repositoryOf(index: number): Record<string, unknown> {
  const number = index % installations;
  const slug = `owner-${number}/repository`;
  return {
    installation: { id: 1000 + number },
    repository: {
      id: 5000 + number,
      name: "repository",
      full_name: slug,
      owner: { login: `owner-${number}` },
      default_branch: "main",
      clone_url: `https://github.invalid/${slug}.git`,
      html_url: `https://github.invalid/${slug}`,
    },
    sender: actor,
  };
}

/** Sends a delivery as GitHub does; answers with the status. */
export async function deliver(port: number, event: string, payload: object): Promise<number> {
  const body = JSON.stringify(payload);
  const signature = await sign(secret, body);
  return new Promise((resolve, reject) => {
    const sending = request(
      {
        agent,
        port,
        host: "127.0.0.1",
        method: "POST",
        path: "/api/github/webhooks",
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "x-github-event": event,
          "x-github-delivery": randomUUID(),
          "x-hub-signature-256": signature,
        },
      },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
      },
    );
    sending.on("error", reject);
    sending.end(body);
  });
}

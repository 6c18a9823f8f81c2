import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { KubernetesClient } from "./kubernetes-client.js";

describe("the credentials of a kubeconfig", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-kubeconfig-"));
  let server: Server;
  beforeAll(async () => {
    server = createServer((request, response) => {
      response.end(JSON.stringify({ authorization: request.headers.authorization ?? null }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true, force: true });
  });

  function kubeconfig(name: string, user: Record<string, string>): string {
    const file = join(directory, name);
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(
      file,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "here",
        clusters: [{ name: "there", cluster: { server: url, "insecure-skip-tls-verify": true } }],
        users: [{ name: "me", user }],
        contexts: [{ name: "here", context: { cluster: "there", user: "me" } }],
      }),
    );
    return file;
  }
  async function sentWith(client: KubernetesClient): Promise<unknown> {
    return (await client.request<{ authorization: unknown }>({ path: "/", tries: 1 })).authorization;
  }

  it("are a token file's, from when it is replaced, and before a token that stands beside it", async () => {
    writeFileSync(join(directory, "token"), "first\n");
    const file = kubeconfig("with-file", { token: "older", tokenFile: "token" });
    const client = new KubernetesClient({ kubeconfig: file });
    expect(await sentWith(client)).toBe("Bearer first");
    writeFileSync(join(directory, "token"), "second\n");
    expect(await sentWith(client)).toBe("Bearer second");
    rmSync(join(directory, "token"));
    await expect(sentWith(client)).rejects.toThrow(/the cluster's token cannot be read: ENOENT/);
    client.close();
  });

  it("are found where KUBECONFIG says", async () => {
    writeFileSync(join(directory, "token"), "named");
    vi.stubEnv("KUBECONFIG", kubeconfig("named", { tokenFile: "token" }));
    const client = new KubernetesClient({});
    vi.unstubAllEnvs();
    expect(await sentWith(client)).toBe("Bearer named");
    client.close();
  });

  it("are the token when there is no file", async () => {
    const client = new KubernetesClient({ kubeconfig: kubeconfig("plain", { token: "plain" }) });
    expect(await sentWith(client)).toBe("Bearer plain");
    client.close();
  });
});

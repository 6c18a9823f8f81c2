import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { doctor } from "../../src/cli/doctor.js";
import { openStage, webhookSecret, type Stage } from "../support/stage.js";

describe("sluice doctor with the engine argo", () => {
  const directory = mkdtempSync(join(tmpdir(), "sluice-doctor-"));
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ "README.md": "# Infra\n" }, "argo");
  });
  afterAll(async () => {
    await stage?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function examine(kubeconfig: string | undefined) {
    const config = join(directory, "sluice.yaml");
    writeFileSync(config, JSON.stringify({ engine: "argo", argo: { kubeconfig } }));
    const env = {
      APP_ID: String(stage.github.app.id),
      PRIVATE_KEY: stage.github.app.privateKey,
      WEBHOOK_SECRET: webhookSecret,
      GITHUB_API_URL: stage.github.url,
      SLUICE_CONFIG: config,
      SLUICE_DATA: join(directory, "data"),
    };
    let text = "";
    await doctor(env, { json: true }, (more) => void (text += more));
    const { checks } = JSON.parse(text) as { checks: { name: string; state: string; detail: string }[] };
    return new Map(checks.map(({ name, ...finding }) => [name, finding]));
  }

  it("asks the cluster, with the rights that the engine has there, and not this machine", async () => {
    const found = await examine(stage.cluster?.kubeconfig);
    expect(found.get("cluster")).toMatchObject({ state: "ok" });
    for (const name of ["rights in sluice", "lease", "runs in sluice"])
      expect([name, found.get(name)?.state]).toEqual([name, "ok"]);
    expect(found.has("isolation")).toBe(false);
  });

  it("says so when the kubeconfig leads nowhere, and still looks at GitHub", async () => {
    const found = await examine(join(directory, "no-such-file"));
    expect(found.get("credentials")?.state).toBe("ok");
    expect(found.get("engine")).toMatchObject({ state: "fail" });
  });
});

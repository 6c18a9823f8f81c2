import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalApp, type ArgoSettings, type LocalApp } from "../../compose.js";
import { startSimulator, type Simulator } from "../../simulator/simulator.js";

/** A GitHub, the App and an engine in one process, on localhost only. */
export interface World {
  github: Simulator;
  app: LocalApp;
  /** A folder of this world; removed by `close`. */
  directory: string;
  close(): Promise<void>;
}

const webhookSecret = "only-for-this-simulated-github";

/** Starts the simulated GitHub and the real App against it. `mounts` are host folders that steps may write. */
export async function openWorld(options: {
  mounts?: string[];
  verbose?: boolean;
  /** A cluster in place of the local engine. */
  argo?: ArgoSettings;
  namespace?: string;
}): Promise<World> {
  const { argo, namespace } = options;
  const directory = await mkdtemp(join(tmpdir(), "sluice-"));
  await mkdir(join(directory, "git"));
  const github = await startSimulator({ directory: join(directory, "git") });
  const app = await openLocalApp({
    directory: join(directory, "engine"),
    github: { appId: github.app.id, privateKey: github.app.privateKey, baseUrl: github.url },
    secrets: [webhookSecret],
    port: 0,
    host: "127.0.0.1",
    mounts: options.mounts ?? [],
    isolation: "auto",
    hidden: [],
    ...(argo === undefined ? {} : { argo }),
    ...(namespace === undefined ? {} : { namespace }),
    logLevel: options.verbose ? "debug" : "silent",
  });
  github.setWebhook({ url: `http://127.0.0.1:${app.port}/api/github/webhooks`, secret: webhookSecret });
  return {
    github,
    app,
    directory,
    async close() {
      await app.close();
      await github.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

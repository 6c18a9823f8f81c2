import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RequestCount } from "./request-count.js";
import { openLocalApp, type ArgoSettings, type LocalApp, type PagesSettings } from "../../compose.js";
import { startSimulator, type Simulator } from "../../simulator/simulator.js";

/** A GitHub, the App and an engine in one process, on localhost only. */
export interface World {
  github: Simulator;
  app: LocalApp;
  /** What the App asked of GitHub so far. */
  requests: RequestCount;
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
  /** Run pages for everybody on this machine; by default none. */
  pages?: PagesSettings;
  port?: number;
}): Promise<World> {
  const { argo, namespace, pages } = options;
  const directory = await mkdtemp(join(tmpdir(), "sluice-"));
  await mkdir(join(directory, "git"));
  const requests = new RequestCount();
  const github = await startSimulator({
    directory: join(directory, "git"),
    onExchange: (exchange) => requests.note(exchange),
  });
  const app = await openLocalApp({
    directory: join(directory, "engine"),
    github: { appId: github.app.id, privateKey: github.app.privateKey, baseUrl: github.url },
    secrets: [webhookSecret],
    port: options.port ?? 0,
    host: "127.0.0.1",
    mounts: options.mounts ?? [],
    isolation: "auto",
    hidden: [],
    reach: "anywhere",
    ...(argo === undefined ? {} : { argo }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(pages === undefined ? {} : { pages }),
    logLevel: options.verbose ? "debug" : "silent",
  });
  github.setWebhook({ url: `http://127.0.0.1:${app.port}/api/github/webhooks`, secret: webhookSecret });
  return {
    github,
    app,
    requests,
    directory,
    async close() {
      await app.close();
      await github.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

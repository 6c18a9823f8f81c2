import type { Logger } from "pino";
import type { GitHub, Metrics } from "../app/ports.js";
import { openCheckRuns } from "./check-runs.js";
import { openComments } from "./comments.js";
import { openDeployments } from "./deployments.js";
import { openDeliveries } from "./deliveries.js";
import { openContents } from "./contents.js";
import { openInstallations } from "./installations.js";
import { openOctokits, type AppCredentials } from "./octokits.js";
import { openPermissions } from "./permissions.js";
import { openPullRequests } from "./pull-requests.js";
import { openTokens } from "./tokens.js";

export type { AppCredentials } from "./octokits.js";

/** GitHub's REST and GraphQL APIs behind the ports of the use cases. */
export function openGitHub(credentials: AppCredentials, log: Logger, metrics?: Metrics): GitHub {
  const octokits = openOctokits(credentials, log, metrics);
  return {
    contents: openContents(octokits),
    deliveries: openDeliveries(octokits),
    pullRequests: openPullRequests(octokits),
    permissions: openPermissions(octokits),
    checkRuns: openCheckRuns(octokits, credentials.appId),
    comments: openComments(octokits),
    deployments: openDeployments(octokits),
    tokens: openTokens(octokits),
    installations: openInstallations(octokits),
  };
}

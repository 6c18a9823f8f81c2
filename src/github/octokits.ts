import Bottleneck from "bottleneck";
import { LRUCache } from "lru-cache";
import type { Logger } from "pino";
import { createProbot, ProbotOctokit } from "probot";
import { noMetrics, type Metrics } from "../app/ports.js";
import { ask } from "./ask.js";
import { wholeAnswer } from "./whole-answer.js";

export interface AppCredentials {
  appId: number;
  /** PEM, PKCS#1 or PKCS#8. */
  privateKey: string;
  /** Address of the REST API; GitHub's own when absent. GraphQL is at `/graphql` under it, as on github.com. */
  baseUrl?: string;
}

/** Octokits by installation: each has its own limiter and its own token. */
export interface Octokits {
  of(installationId: number): Promise<ProbotOctokit>;
  /** The App's name in addresses and in its bot's login. */
  slug(): Promise<string>;
  /** The App itself, which may list its installations. */
  app(): Promise<ProbotOctokit>;
}

const longestWaitSeconds = 60;

/**
 * Octokit's throttling groups its limiters by installation only for clients made by `probot.auth(id)`; its default of
 * one write a second is far below GitHub's limits (REST docs, "Rate limits": 900 points a minute, 5 for a write).
 * As a function, because Probot's own options would take the place of plain defaults.
 */
function octokitClass(): typeof ProbotOctokit {
  const retryOnce = (retryAfter: number, _request: object, _octokit: object, retryCount: number) =>
    retryAfter <= longestWaitSeconds && retryCount < 2;
  const throttle = {
    // All of the plugin's groups are the App's own, so that another App in this process does not wait for its clock.
    global: new Bottleneck.Group({ maxConcurrent: 10 }),
    auth: new Bottleneck.Group({ maxConcurrent: 1 }),
    search: new Bottleneck.Group({ maxConcurrent: 1, minTime: 2000 }),
    write: new Bottleneck.Group({ maxConcurrent: 4, minTime: 20 }),
    notifications: new Bottleneck.Group({ maxConcurrent: 1, minTime: 1000 }),
    onRateLimit: retryOnce,
    onSecondaryRateLimit: retryOnce,
  };
  return ProbotOctokit.defaults((options: { throttle?: object }) => ({
    ...options,
    throttle: { ...options.throttle, ...throttle },
  }));
}

type GitHubMetrics = Pick<Metrics, "gitHubAnswered" | "gitHubRemaining">;

export function openOctokits(
  credentials: AppCredentials,
  log: Logger,
  metrics: GitHubMetrics = noMetrics,
): Octokits {
  const probot = createProbot({
    env: {},
    overrides: {
      request: { fetch: wholeFetch(metrics) },
      appId: credentials.appId,
      privateKey: credentials.privateKey,
      Octokit: octokitClass(),
      // Signatures are verified by the server, with several secrets; Probot insists on having one.
      secret: "verified-by-the-server",
      log,
      ...(credentials.baseUrl === undefined ? {} : { baseUrl: credentials.baseUrl }),
    },
  });
  const clients = new LRUCache<number, Promise<ProbotOctokit>>({ max: 1000 });
  let slug: Promise<string> | undefined;
  const readSlug = () =>
    ask("read the App", async () => {
      const octokit = await probot.auth();
      const { data } = await octokit.rest.apps.getAuthenticated();
      return data?.slug ?? "";
    });
  return {
    app: () => probot.auth(),
    of(installationId) {
      const known = clients.get(installationId);
      if (known) return known;
      const client = probot
        .auth(installationId)
        .then((octokit) => watchLimit(octokit, installationId, metrics));
      clients.set(installationId, client);
      client.catch(() => clients.delete(installationId));
      return client;
    },
    slug() {
      slug ??= readSlug();
      slug.catch(() => (slug = undefined));
      return slug;
    },
  };
}

/** Counts every attempt, those that Octokit repeats too; an answer that broke off is none. */
function wholeFetch(metrics: GitHubMetrics): typeof fetch {
  return async (...request) => {
    try {
      const response = await fetch(...request);
      const whole = await wholeAnswer(response);
      metrics.gitHubAnswered(response.status);
      return whole;
    } catch (error) {
      metrics.gitHubAnswered(undefined);
      throw error;
    }
  };
}

function watchLimit(octokit: ProbotOctokit, installationId: number, metrics: GitHubMetrics): ProbotOctokit {
  const note = (headers: Record<string, unknown> | undefined) => {
    const remaining = Number(headers?.["x-ratelimit-remaining"] ?? Number.NaN);
    const resource = headers?.["x-ratelimit-resource"];
    if (!Number.isInteger(remaining)) return;
    metrics.gitHubRemaining(installationId, typeof resource === "string" ? resource : "core", remaining);
  };
  octokit.hook.after("request", (response) => note(response.headers));
  octokit.hook.error("request", (error) => {
    if ("response" in error) note(error.response?.headers);
    throw error;
  });
  return octokit;
}

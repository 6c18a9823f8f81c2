import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdir } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createAccount, createRepository, type NewRepository } from "./create.js";
import { actAs, type Person } from "./people.js";
import { renderCheckRun } from "./resources/check-run.js";
import { renderDeployment, renderDeploymentStatus } from "./resources/deployment.js";
import { renderComment, renderPull, renderReview } from "./resources/pull-request.js";
import { renderRepository } from "./resources/repository.js";
import { routes as activity } from "./routes/activity.js";
import { routes as app } from "./routes/app.js";
import { routes as checkRuns } from "./routes/check-runs.js";
import { routes as comments } from "./routes/comments.js";
import { routes as contents } from "./routes/contents.js";
import { routes as deployments } from "./routes/deployments.js";
import { routes as graphql } from "./routes/graphql.js";
import { routes as hooks } from "./routes/hooks.js";
import { routes as pulls } from "./routes/pulls.js";
import { routes as repository } from "./routes/repository.js";
import { routes as user } from "./routes/user.js";
import { createSignIns } from "./sign-in.js";
import { openServer, type Exchange, type Faults } from "./server.js";
import { findAccount, findPull, findRepository, HttpRefusal, leastPermissions } from "./state.js";
import type { Delivery } from "./delivery.js";
import type { Account } from "./account.js";
import type { Action, Annotation, Protection, State } from "./state.js";
import { WebhookQueue, type WebhookTarget } from "./webhooks.js";

export type { Exchange, Fault, Faults } from "./server.js";
export type { Person } from "./people.js";
export type { Delivery } from "./delivery.js";

/** A small GitHub on 127.0.0.1 with one App: REST at the root, GraphQL at `/graphql`, git at `/OWNER/NAME.git`. */
export interface Simulator {
  url: string;
  /** `privateKey` is PEM. */
  app: { id: number; privateKey: string; clientId: string; clientSecret: string };
  /** Where people may be sent back to after they signed in to the App. */
  setCallback(url: string): void;
  setWebhook(target: WebhookTarget): void;
  createUser(login: string, type?: "User" | "Bot"): void;
  createOrganization(login: string): void;
  createTeam(organization: string, slug: string, members: string[]): void;
  /** Private unless told; its first commit brings no push event. */
  createRepository(given: NewRepository): Promise<ReturnType<typeof renderRepository>>;
  /** What a branch demands of pull requests from now on. */
  protectBranch(repository: string, branch: string, protection: Protection): void;
  /** Throws where there is no such account. */
  actAs(login: string): Person;
  /** All check runs on the commit, oldest first; with what REST shows elsewhere or not at all. */
  checkRuns(repository: string, sha: string): ObservedCheckRun[];
  comments(repository: string, number: number): ReturnType<typeof renderComment>[];
  /** Oldest first, each with its statuses, oldest first. */
  deployments(repository: string): ObservedDeployment[];
  reviews(repository: string, number: number): ReturnType<typeof renderReview>[];
  pullRequest(repository: string, number: number): ReturnType<typeof renderPull>;
  /** Oldest first, each with its attempts. */
  deliveries: readonly Delivery[];
  /** Attempts a delivery once more, named by its guid or the id of one of its attempts. */
  redeliver(id: number | string): void;
  /** Resolves when no webhook delivery is under way. */
  idle(): Promise<void>;
  faults: Faults;
  unknownRequests: readonly { method: string; path: string }[];
  close(): Promise<void>;
}
export type ObservedCheckRun = ReturnType<typeof renderCheckRun> & {
  actions: Action[];
  annotations: Annotation[];
};

export type ObservedDeployment = ReturnType<typeof renderDeployment> & {
  statuses: ReturnType<typeof renderDeploymentStatus>[];
};

export interface SimulatorOptions {
  port?: number;
  /** Where the git repositories are kept; made when missing. */
  directory: string;
  clock?: () => number;
  /** `permissions`: those of `app.yml` when absent. */
  app?: {
    id?: number;
    slug?: string;
    name?: string;
    privateKey?: string;
    permissions?: Record<string, string>;
  };
  webhook?: WebhookTarget;
  onExchange?: (exchange: Exchange) => void;
  /** Told of every event sent to the App, before its first attempt. */
  onDelivery?: (delivery: { event: string; payload: Record<string, unknown> }) => void;
  /** Deliveries do not wait for one another; each is attempted when this resolves. By default one after the other. */
  deliverAtOnce?: (delivery: Delivery) => Promise<void>;
}

const routes = [
  ...user,
  ...app,
  ...repository,
  ...activity,
  ...contents,
  ...pulls,
  ...comments,
  ...checkRuns,
  ...deployments,
  ...hooks,
  ...graphql,
];

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  await mkdir(options.directory, { recursive: true });
  const privateKey = options.app?.privateKey ?? generateKey();
  const faults: Faults = { next: undefined };
  const webhooks = new WebhookQueue(() => state, faults, {
    onDelivery: options.onDelivery,
    atOnce: options.deliverAtOnce,
  });
  const state = createState(options, privateKey, webhooks);
  webhooks.target = options.webhook;
  const server = openServer({ state, routes, faults, onExchange: options.onExchange });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: state.url,
    app: {
      id: state.app.id,
      privateKey,
      clientId: state.signIns.clientId,
      clientSecret: state.signIns.clientSecret,
    },
    setCallback: (url) => void (state.signIns.callbackUrls = [url]),
    faults,
    unknownRequests: state.unknownRequests,
    deliveries: webhooks.deliveries,
    setWebhook: (target) => void (webhooks.target = target),
    redeliver: (id) => redeliver(webhooks, id),
    idle: () => webhooks.idle(),
    ...seeds(state),
    ...reads(state),
    actAs: (login) => actAs(state, login),
    async close() {
      await webhooks.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function generateKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
}

function createState(options: SimulatorOptions, privateKey: string, webhooks: WebhookQueue): State {
  const { id = 4711, slug = "sluice", name = "Sluice", permissions = leastPermissions } = options.app ?? {};
  const state: State = {
    url: "http://127.0.0.1",
    clock: options.clock ?? Date.now,
    directory: options.directory,
    app: { id, slug, name, key: createPublicKey(createPrivateKey(privateKey)), permissions },
    accounts: new Map(),
    repositories: [],
    tokens: new Map(),
    teams: new Map(),
    webhooks,
    signIns: createSignIns([]),
    unknownRequests: [],
    nextId: 1000,
  };
  createAccount(state, "github", "Organization");
  createAccount(state, `${slug}[bot]`, "Bot");
  return state;
}

function seeds(
  state: State,
): Pick<
  Simulator,
  "createUser" | "createOrganization" | "createTeam" | "createRepository" | "protectBranch"
> {
  const create = (login: string, type: Account["type"]) => void createAccount(state, login, type);
  return {
    createUser: (login, type = "User") => create(login, type),
    createOrganization: (login) => create(login, "Organization"),
    createTeam(organization, slug, members) {
      for (const login of [organization, ...members]) findAccount(state, login);
      state.teams.set(`${organization}/${slug}`.toLowerCase(), members);
    },
    protectBranch: (slug, branch, protection) =>
      void findRepository(state, slug).protections.set(branch, protection),
    createRepository: async (given) => renderRepository(state, await createRepository(state, given)),
  };
}

function reads(
  state: State,
): Pick<Simulator, "checkRuns" | "comments" | "deployments" | "reviews" | "pullRequest"> {
  const find = (slug: string, number: number) => findPull(findRepository(state, slug), number);
  return {
    checkRuns(slug, sha) {
      const found = findRepository(state, slug);
      return found.checkRuns
        .filter(({ headSha }) => headSha === sha)
        .map((check) => ({
          ...renderCheckRun(state, found, check),
          actions: structuredClone(check.actions),
          annotations: structuredClone(check.annotations),
        }));
    },
    comments(slug, number) {
      const pull = find(slug, number);
      return pull.comments.map((comment) => renderComment(state, pull, comment));
    },
    deployments(slug) {
      const found = findRepository(state, slug);
      return found.deployments.map((deployment) => ({
        ...renderDeployment(state, found, deployment),
        statuses: deployment.statuses.map((status) =>
          renderDeploymentStatus(state, found, deployment, status),
        ),
      }));
    },
    reviews(slug, number) {
      const pull = find(slug, number);
      return pull.reviews.map((review) => renderReview(state, pull, review));
    },
    pullRequest: (slug, number) => renderPull(state, find(slug, number)),
  };
}

function redeliver(webhooks: WebhookQueue, id: number | string): void {
  const delivery = webhooks.deliveries.find(({ guid }) => guid === id);
  const attempt = delivery?.attempts[0]?.id ?? Number(id);
  if (!webhooks.redeliver(attempt)) throw new HttpRefusal(404, `there is no delivery ${id}`);
}

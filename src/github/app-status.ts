import type { Logger } from "pino";
import { createProbot } from "probot";
import { ask } from "./ask.js";
import type { AppCredentials } from "./octokits.js";

/** The App as GitHub has it, with the App's own rights: nothing of a repository. For `sluice doctor`. */
export interface AppStatus {
  /** Who the credentials are; `refusal` when GitHub does not take them. `date` is GitHub's clock, in milliseconds. */
  whoAmI(): Promise<{ date: number | undefined; app?: RegisteredApp; refusal?: Refusal }>;
  installations(): Promise<AppInstallation[]>;
  webhook(): Promise<WebhookSettings>;
  /** The last attempts, newest first. */
  deliveries(): Promise<DeliveryAttempt[]>;
  /** How many repositories an installation reaches, asked with a token of its own. */
  reach(installationId: number): Promise<number>;
}

/** `unusable`: the key could not even sign. `unreachable`: there was no answer. */
export type Refusal =
  | { kind: "unusable"; message: string }
  | { kind: "unreachable"; message: string }
  | { kind: "refused"; status: number; message: string };
export interface RegisteredApp {
  slug: string;
  /** Undefined where GitHub does not tell. */
  clientId?: string;
  /** The page where its settings are changed. */
  settingsUrl: string;
  installUrl: string;
  permissions: Record<string, string>;
  events: string[];
}
export interface AppInstallation {
  id: number;
  account: string;
  htmlUrl: string;
  suspended: boolean;
  /** What its owner has accepted; may lag behind what the App asks for. */
  permissions: Record<string, string>;
}
export interface WebhookSettings {
  url: string | undefined;
  contentType: string | undefined;
  insecureSsl: boolean;
  hasSecret: boolean;
}
export interface DeliveryAttempt {
  event: string;
  deliveredAt: string;
  /** `OK`, or why it failed, in GitHub's words. */
  status: string;
  /** 0 when there was no answer. */
  statusCode: number;
}

const waitMs = 15_000;
const shownDeliveries = 30;

export function openAppStatus(credentials: AppCredentials, log: Logger): AppStatus {
  const probot = createProbot({
    env: {},
    overrides: {
      appId: credentials.appId,
      privateKey: credentials.privateKey,
      secret: "verified-by-the-server",
      log,
      ...(credentials.baseUrl === undefined ? {} : { baseUrl: credentials.baseUrl }),
    },
  });
  const once = () => ({ request: { retries: 0, signal: AbortSignal.timeout(waitMs) } });
  const rest = async (installationId?: number) =>
    (await (installationId === undefined ? probot.auth() : probot.auth(installationId))).rest;
  return {
    async whoAmI() {
      try {
        const { data, headers } = await (await rest()).apps.getAuthenticated(once());
        if (data === null) throw new Error("GitHub answered with no App");
        return { date: dateOf(headers.date), app: toApp(data) };
      } catch (error) {
        const { response } = error as Partial<FailedRequest>;
        return { date: dateOf(response?.headers["date"]), refusal: toRefusal(error) };
      }
    },
    async installations() {
      const { data } = await ask("list the App's installations", async () =>
        (await rest()).apps.listInstallations({ per_page: 100, ...once() }),
      );
      return data.map(toInstallation);
    },
    async webhook() {
      const { data } = await ask("read the App's webhook settings", async () =>
        (await rest()).apps.getWebhookConfigForApp(once()),
      );
      return {
        url: data.url === "" ? undefined : data.url,
        contentType: data.content_type,
        insecureSsl: data.insecure_ssl !== undefined && Number(data.insecure_ssl) !== 0,
        hasSecret: data.secret !== undefined && data.secret !== "",
      };
    },
    async deliveries() {
      const { data } = await ask("list the webhook's deliveries", async () =>
        (await rest()).apps.listWebhookDeliveries({ per_page: shownDeliveries, ...once() }),
      );
      return data.map((each) => ({
        event: each.event,
        deliveredAt: each.delivered_at,
        status: each.status,
        statusCode: each.status_code,
      }));
    },
    async reach(installationId) {
      const { data } = await ask(`ask for a token of installation ${installationId}`, async () =>
        (await rest(installationId)).apps.listReposAccessibleToInstallation({ per_page: 1, ...once() }),
      );
      return data.total_count;
    },
  };
}

interface FailedRequest {
  name: string;
  status: number;
  message: string;
  response?: { headers: Record<string, unknown> };
}

/** Octokit's own error is called HttpError, also when the connection failed; what else is thrown comes from signing. */
function toRefusal(error: unknown): Refusal {
  const { name, status, message = String(error), response } = error as Partial<FailedRequest>;
  if (name !== "HttpError") return { kind: "unusable", message };
  if (response === undefined || status === undefined) return { kind: "unreachable", message };
  return { kind: "refused", status, message };
}

function dateOf(header: unknown): number | undefined {
  const time = typeof header === "string" ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function toApp(data: {
  slug?: string;
  client_id?: string;
  html_url: string;
  owner: object;
  permissions: object;
  events: string[];
}): RegisteredApp {
  const slug = data.slug ?? "";
  const { login, type } = data.owner as { login?: string; type?: string };
  const origin = new URL(data.html_url).origin;
  const owner = type === "Organization" ? `organizations/${login}/` : "";
  return {
    slug,
    ...(typeof data.client_id === "string" ? { clientId: data.client_id } : {}),
    settingsUrl: `${origin}/${owner}settings/apps/${slug}`,
    installUrl: `${data.html_url}/installations/new`,
    permissions: data.permissions as Record<string, string>,
    events: data.events,
  };
}

function toInstallation(data: {
  id: number;
  account: object | null;
  html_url: string;
  suspended_at: string | null;
  permissions: object;
}): AppInstallation {
  const { login, slug } = (data.account ?? {}) as { login?: string; slug?: string };
  return {
    id: data.id,
    account: login ?? slug ?? String(data.id),
    htmlUrl: data.html_url,
    suspended: data.suspended_at !== null,
    permissions: data.permissions as Record<string, string>,
  };
}

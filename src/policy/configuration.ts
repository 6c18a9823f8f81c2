import { parse } from "yaml";
import { z } from "zod";
import { matchesFilter } from "./glob.js";

const dnsLabel = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "must be a DNS label: lower-case letters, digits and dashes",
  );
const glob = z.string().regex(/^[^{}\s]+$/, "must be a name or a glob, without spaces and braces");
/** An address without a path; http for this machine only, as cookies are not safe on any other. */
export const PublicUrl = z
  .string()
  .regex(
    /^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?)$/,
    "must be an https address without a path, such as https://sluice.example.com (http for localhost only)",
  );
const globs = z.array(glob).default([]);
const approver = z
  .string()
  .regex(/^@?[A-Za-z0-9][\w-]*(\/[\w.-]+)?$/, "must be a login or @org/team")
  .refine((text) => !text.includes("/") || text.startsWith("@"), "a team is written @org/team");
const level = z.enum(["read", "write"]);

/** What the runs of a repository may use, and what must come before. Without a word on it, nothing is given. */
export const RepositoryPolicy = z.strictObject({
  /** Where the Workflow objects are made; by default the server's own `namespace`. */
  namespace: dnsLabel.optional(),
  /** The service account of steps that name none; by default the namespace's own default. */
  serviceAccount: dnsLabel.optional(),
  /** Service accounts that manifests may name, as globs. */
  serviceAccounts: globs,
  /** Secrets that manifests may refer to, as globs. */
  secrets: globs,
  /** Templates of the cluster that manifests may call: `NAME` of the run's namespace, or `cluster/NAME`. */
  templates: globs,
  /** Templates that manifests of any repository may call, and that this one's default branch fills, as globs. */
  provides: globs,
  /** The least that each gate asks for: a manifest may ask for more, never for less. */
  gates: z
    .strictObject({
      approvals: z.int().min(1).max(99).default(1),
      /** Logins and @org/team; a person must be among these, and among those that the manifest names. */
      approvers: z.array(approver).default([]),
      /** The approval of who started the run, by a push, a command or a button, does not count. */
      fourEyes: z.boolean().default(false),
      /** GitHub's own review decision must say that the code owners have approved the pull request. */
      codeOwners: z.boolean().optional(),
      /** Checks that must have succeeded on the commit, each from the App of this number. */
      checks: z.array(z.strictObject({ name: z.string().min(1), app: z.int().min(1) })).default([]),
    })
    .default({ approvals: 1, approvers: [], fourEyes: false, checks: [] }),
  /** What may be used only behind a gate that was approved in the same run, as globs. */
  protected: z
    .strictObject({ serviceAccounts: globs, secrets: globs, templates: globs })
    .default({ serviceAccounts: [], secrets: [], templates: [] }),
  /** The most that a run's token holds, whatever its manifest asks for; by default all that Sluice ever gives. */
  tokenPermissions: z
    .record(z.string().regex(/^[a-z_]+$/, "a permission such as pull_requests"), level)
    .optional(),
  /**
   * Pull requests from forks: `refuse`; `ask` waits for `/ok-to-test SHA` of that commit; `allow` asks only for people
   * who have not contributed before. Either way: no Secrets, and a token that reads. Never on the local engine.
   */
  forks: z.enum(["refuse", "ask", "allow"]).default("refuse"),
  limits: z
    .strictObject({
      /** Runs of the repository that are at work at one time; one that waits for people is not. More wait in line. */
      parallelRuns: z.int().min(1).optional(),
      /** Runs that wait in line at one time, 100 by default; one more is not started, and its check says so. */
      queuedRuns: z.int().min(1).optional(),
      /** Finished runs that are kept with their logs, the newest; 500 by default. */
      keptRuns: z.int().min(1).optional(),
      /** Finished runs are kept for this many days at most, 30 by default; never for less than four. */
      keptDays: z.int().min(4).optional(),
      /** After this many seconds a run fails; the time at gates counts. */
      deadlineSeconds: z.int().min(1).optional(),
    })
    .default({}),
});
export type RepositoryPolicy = z.infer<typeof RepositoryPolicy> & {
  /** Globs of the templates that the configuration trusts anywhere, an entry's each: see `provides`. */
  reserved?: readonly (readonly string[])[];
};

/** The server's configuration file (`SLUICE_CONFIG`). Unknown keys are errors: a typo must not loosen anything. */
export const Configuration = z.strictObject({
  /** What executes runs. */
  engine: z.enum(["local", "argo"]).default("local"),
  /** The namespace that Workflow objects carry. */
  namespace: dnsLabel.default("sluice"),
  /** How browsers reach this server: the details of a check lead there. Without it there are no run pages. */
  publicUrl: PublicUrl.optional(),
  local: z
    .strictObject({
      /**
       * `overlay`: each step in a file system of its own, which needs root; the server does not start without.
       * `serial`: one step at a time on the host's own files, as the server's own user: steps can then read the
       * App's key and change its state. Only where all who may push are trusted with both.
       */
      isolation: z.enum(["overlay", "serial"]).default("overlay"),
      /** `docker` and `podman` run the images of steps; `isolation` then says nothing. */
      executor: z.enum(["process", "docker", "podman"]).default("process"),
      /** Host folders or files that every step sees and may write: `PATH`, or `HOST:PATH`. */
      mounts: z.array(z.string().startsWith("/", "a mount is an absolute path")).default([]),
      /**
       * Addresses of this machine or its link that the engine itself may ask for artifacts of manifests: `HOST` or
       * `HOST:PORT`, as their URLs have it. Steps ask whatever the host's network gives them.
       */
      reach: z
        .array(z.string().regex(/^[a-z0-9.-]+(:\d+)?$|^\[[0-9a-f:.]+\](:\d+)?$/, "is HOST or HOST:PORT"))
        .default([]),
    })
    .default({ isolation: "overlay", executor: "process", mounts: [], reach: [] }),
  /** Which cluster `engine: argo` hands runs to; all of it has defaults that fit a pod of that cluster. */
  argo: z
    .strictObject({
      /** Further namespaces with runs, besides `namespace` and those of `repositories`, such as one that was given up. */
      namespaces: z.array(z.string()).default([]),
      /** The `instanceID` of the Argo controller, when its configuration has one. */
      instanceId: z.string().min(1).optional(),
      /** A kubeconfig file, and one of its contexts; by default KUBECONFIG, ~/.kube/config or the pod's account. */
      kubeconfig: z.string().min(1).optional(),
      context: z.string().min(1).optional(),
      /** The Lease by which one of several replicas leads; it lies in this namespace, by default the pod's own. */
      leaseNamespace: z.string().min(1).optional(),
    })
    .optional(),
  /** By repository; the first entry that matches `owner/name` counts, alone. */
  repositories: z
    .array(RepositoryPolicy.extend({ match: z.union([glob, z.array(glob).min(1)]) }))
    .default([]),
});
export type Configuration = z.infer<typeof Configuration>;

/** What a repository may use when no entry names it: its token, and no more. */
export const noPolicy: RepositoryPolicy = RepositoryPolicy.parse({});

/** The policy of a repository by its `owner/name`, in any case as on GitHub. */
export function configurationFor(configuration: Configuration, slug: string): RepositoryPolicy {
  const name = slug.toLowerCase();
  const entry = configuration.repositories.find(({ match }) =>
    matchesFilter(
      [match].flat().map((pattern) => pattern.toLowerCase()),
      name,
    ),
  );
  const { match: _match, ...policy } = entry ?? { match: "", ...noPolicy };
  const reserved = configuration.repositories
    .flatMap((each) => [each.templates, each.protected.templates])
    .filter((globs) => globs.length > 0);
  return reserved.length === 0 ? policy : { ...policy, reserved };
}

/** The namespaces in which the configuration lets runs be, besides the server's own. */
export function furtherNamespaces({ argo, repositories }: Configuration): string[] {
  return [...(argo?.namespaces ?? []), ...repositories.flatMap((each) => each.namespace ?? [])];
}

/** The JSON schema of the file, for editors; docs/sluice-config.schema.json is this. */
export function configurationSchema(): object {
  return z.toJSONSchema(Configuration, { io: "input" });
}

/** Thrown when the configuration cannot be used; the message names the key and what it should be. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export function parseConfiguration(text: string, source: string): Configuration {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    throw new ConfigurationError(`failed to read ${source}: ${String(error)}`, { cause: error });
  }
  const result = Configuration.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(
    (issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`,
  );
  throw new ConfigurationError(`failed to use ${source}: ${faults.join("; ")}`);
}

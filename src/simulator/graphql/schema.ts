import { commits, objectType, readBlob, readTree, resolve, type TreeEntry } from "../git.js";
import { nodeId } from "../resources/account.js";
import { requirePermission, requireReach } from "../router.js";
import {
  findRepository,
  HttpRefusal,
  type Protection,
  type PullRequest,
  type Repository,
  type State,
  type Token,
} from "../state.js";
import { reviewDecision } from "../review-decision.js";

/** Who asks, and of what. */
export interface Scope {
  state: State;
  token: Token;
}
export interface FieldType {
  /** As GraphQL writes it: `String!`, `[TreeEntry!]`. */
  type: string;
  arguments?: Record<string, string>;
  resolve(source: never, given: Record<string, unknown>, scope: Scope): unknown;
}
/** Concrete types and interfaces; what an interface resolves to says its type in `__typename`. */
export interface ObjectType {
  /** For an interface: the types that implement it. */
  possible?: string[];
  fields: Record<string, FieldType>;
}

/** A field's refusal that is answered beside the data, in GitHub's shape. */
export class FieldProblem extends Error {
  override readonly name = "FieldProblem";
  readonly type: "NOT_FOUND" | "FORBIDDEN";
  constructor(type: "NOT_FOUND" | "FORBIDDEN", message: string) {
    super(message);
    this.type = type;
  }
}

interface GitObject {
  __typename: "Blob" | "Tree" | "Commit" | "Tag";
  repository: Repository;
  oid: string;
  /** The folder it was reached by, for the paths of a tree's entries. */
  path: string;
}
interface Entry extends TreeEntry {
  repository: Repository;
  folder: string;
}

interface Branch {
  name: string;
  rule: Protection | undefined;
}

/** GitHub cuts longer texts. */
const mostBytes = 512_000;

const gitObject: Record<string, FieldType> = {
  id: { type: "ID!", resolve: ({ __typename, oid }: GitObject) => nodeId(__typename, oid) },
  oid: { type: "GitObjectID!", resolve: ({ oid }: GitObject) => oid },
  abbreviatedOid: { type: "String!", resolve: ({ oid }: GitObject) => oid.slice(0, 7) },
  repository: { type: "Repository!", resolve: ({ repository }: GitObject) => repository },
};

export const schema: Record<string, ObjectType> = {
  Query: {
    fields: {
      repository: {
        type: "Repository",
        arguments: { owner: "String!", name: "String!", followRenames: "Boolean" },
        resolve: (_, given, scope) =>
          reachRepository(`${String(given["owner"])}/${String(given["name"])}`, scope),
      },
      rateLimit: { type: "RateLimit", arguments: { dryRun: "Boolean" }, resolve: () => ({}) },
    },
  },
  RateLimit: {
    fields: {
      limit: { type: "Int!", resolve: () => 5000 },
      cost: { type: "Int!", resolve: () => 1 },
      remaining: { type: "Int!", resolve: () => 4999 },
      used: { type: "Int!", resolve: () => 1 },
      resetAt: {
        type: "DateTime!",
        resolve: (_, __, { state }) => new Date(state.clock() + 3_600_000).toISOString(),
      },
    },
  },
  Repository: {
    fields: {
      id: { type: "ID!", resolve: ({ id }: Repository) => nodeId("R", id) },
      databaseId: { type: "Int", resolve: ({ id }: Repository) => id },
      name: { type: "String!", resolve: ({ name }: Repository) => name },
      nameWithOwner: { type: "String!", resolve: ({ slug }: Repository) => slug },
      isPrivate: { type: "Boolean!", resolve: (repository: Repository) => repository.private },
      object: {
        type: "GitObject",
        arguments: { expression: "String", oid: "GitObjectID" },
        resolve: findObject,
      },
      pullRequest: { type: "PullRequest", arguments: { number: "Int!" }, resolve: findPullRequest },
    },
  },
  PullRequest: {
    fields: {
      number: { type: "Int!", resolve: ({ number }: PullRequest) => number },
      headRefOid: { type: "GitObjectID!", resolve: ({ headSha }: PullRequest) => headSha },
      reviewDecision: {
        type: "PullRequestReviewDecision",
        resolve: (pull: PullRequest, _, { state }) => reviewDecision(state, pull),
      },
      baseRef: {
        type: "Ref",
        resolve: ({ repository, baseRef }: PullRequest): Branch => ({
          name: baseRef,
          rule: repository.protections.get(baseRef),
        }),
      },
    },
  },
  Ref: {
    fields: {
      name: { type: "String!", resolve: ({ name }: Branch) => name },
      refUpdateRule: {
        type: "RefUpdateRule",
        resolve: ({ rule }: Branch) => (rule?.as === "protection" ? rule : null),
      },
      rules: {
        type: "RepositoryRuleConnection",
        arguments: { first: "Int" },
        resolve: ({ rule }: Branch) => ({ nodes: rule?.as === "ruleset" ? [rule] : [] }),
      },
    },
  },
  RefUpdateRule: {
    fields: {
      requiredApprovingReviewCount: { type: "Int", resolve: ({ approvals }: Protection) => approvals },
      requiresCodeOwnerReviews: { type: "Boolean!", resolve: ({ codeOwners }: Protection) => codeOwners },
    },
  },
  RepositoryRuleConnection: {
    fields: { nodes: { type: "[RepositoryRule]", resolve: ({ nodes }: { nodes: Protection[] }) => nodes } },
  },
  RepositoryRule: {
    fields: {
      type: { type: "RepositoryRuleType!", resolve: () => "PULL_REQUEST" },
      parameters: {
        type: "RuleParameters",
        resolve: (rule: Protection) => ({ __typename: "PullRequestParameters", ...rule }),
      },
    },
  },
  RuleParameters: { possible: ["PullRequestParameters"], fields: {} },
  PullRequestParameters: {
    fields: {
      requireCodeOwnerReview: { type: "Boolean!", resolve: ({ codeOwners }: Protection) => codeOwners },
      requiredApprovingReviewCount: { type: "Int!", resolve: ({ approvals }: Protection) => approvals },
    },
  },
  GitObject: { possible: ["Blob", "Tree", "Commit", "Tag"], fields: gitObject },
  Tag: { fields: gitObject },
  Commit: {
    fields: {
      ...gitObject,
      message: {
        type: "String!",
        resolve: async ({ repository, oid }: GitObject) =>
          (await commits(repository.git, undefined, oid))[0]?.message,
      },
      tree: {
        type: "Tree!",
        resolve: async ({ repository, oid }: GitObject) => {
          const sha = await resolve(repository.git, `${oid}^{tree}`);
          return { __typename: "Tree", repository, oid: sha, path: "" };
        },
      },
    },
  },
  Tree: { fields: { ...gitObject, entries: { type: "[TreeEntry!]", resolve: readEntries } } },
  TreeEntry: {
    fields: {
      name: { type: "String!", resolve: ({ path }: Entry) => path },
      path: {
        type: "String",
        resolve: ({ folder, path }: Entry) => (folder === "" ? path : `${folder}/${path}`),
      },
      type: { type: "String!", resolve: ({ type }: Entry) => type },
      mode: { type: "Int!", resolve: ({ mode }: Entry) => Number.parseInt(mode, 8) },
      size: { type: "Int!", resolve: ({ size }: Entry) => size ?? 0 },
      oid: { type: "GitObjectID!", resolve: ({ sha }: Entry) => sha },
      object: { type: "GitObject", resolve: openEntry },
    },
  },
  Blob: {
    fields: {
      ...gitObject,
      byteSize: { type: "Int!", resolve: async (blob: GitObject) => (await bytesOf(blob)).length },
      isBinary: { type: "Boolean", resolve: async (blob: GitObject) => isBinary(await bytesOf(blob)) },
      isTruncated: {
        type: "Boolean!",
        resolve: async (blob: GitObject) => (await bytesOf(blob)).length > mostBytes,
      },
      text: {
        type: "String",
        resolve: async (blob: GitObject) => {
          const bytes = await bytesOf(blob);
          return isBinary(bytes) ? null : bytes.subarray(0, mostBytes).toString();
        },
      },
    },
  },
};

function reachRepository(slug: string, { state, token }: Scope): Repository {
  try {
    const repository = findRepository(state, slug);
    requireReach(token, repository);
    return repository;
  } catch {
    throw new FieldProblem("NOT_FOUND", `Could not resolve to a Repository with the name '${slug}'.`);
  }
}

async function findObject(repository: Repository, given: Record<string, unknown>, { token }: Scope) {
  require(token, "contents:read");
  const { expression, oid } = given;
  const wanted = typeof oid === "string" ? oid : typeof expression === "string" ? expression : "";
  const found = await resolve(repository.git, wanted);
  if (found === undefined) return null;
  const path = wanted.includes(":") ? wanted.slice(wanted.indexOf(":") + 1).replace(/\/+$/, "") : "";
  return openObject(repository, found, path);
}

function findPullRequest(repository: Repository, given: Record<string, unknown>, { token }: Scope) {
  require(token, "pull_requests:read");
  const number = given["number"];
  const found = repository.pulls.find((pull) => pull.number === number);
  if (found !== undefined) return found;
  throw new FieldProblem(
    "NOT_FOUND",
    `Could not resolve to a PullRequest with the number of ${String(number)}.`,
  );
}

function require(token: Token, permission: string): void {
  try {
    requirePermission(token, [permission]);
  } catch (error) {
    if (error instanceof HttpRefusal) throw new FieldProblem("FORBIDDEN", error.message);
    throw error;
  }
}

const typeNames: Record<string, GitObject["__typename"]> = {
  blob: "Blob",
  tree: "Tree",
  commit: "Commit",
  tag: "Tag",
};

async function openObject(repository: Repository, oid: string, path: string): Promise<GitObject | null> {
  const __typename = typeNames[await objectType(repository.git, oid).catch(() => "")];
  return __typename === undefined ? null : { __typename, repository, oid, path };
}

async function readEntries({ repository, oid, path }: GitObject): Promise<Entry[]> {
  const entries = await readTree(repository.git, oid);
  return entries.map((entry) => ({ ...entry, repository, folder: path }));
}

/** A submodule's commit lies elsewhere: null. */
async function openEntry({ repository, sha, folder, path }: Entry): Promise<GitObject | null> {
  return openObject(repository, sha, folder === "" ? path : `${folder}/${path}`);
}

function bytesOf({ repository, oid }: GitObject): Promise<Buffer> {
  return readBlob(repository.git, oid);
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

import { changes } from "../diff.js";
import { commits } from "../git.js";
import { baseOf } from "../pushes.js";
import { renderCommit, renderFile } from "../resources/commit.js";
import { renderPull, renderPullSimple, renderReview } from "../resources/pull-request.js";
import { numberParam, paginate, repositoryRoute } from "../router.js";
import type { Reply, RepositoryContext, Route } from "../router.js";
import { openPullRequest } from "../people.js";
import { botAccount, findPull, HttpRefusal, type PullRequest } from "../state.js";
import { commitOf } from "./repository.js";

const mostFiles = 3000;
const mostCommits = 250;
const access = ["pull_requests:read"];

/** Pull requests and what belongs to them. */
export const routes: Route[] = [
  repositoryRoute("GET /pulls", access, (context) => {
    const found = context.repository.pulls.filter((pull) => isWanted(pull, context.request.query));
    return listPulls(context, found.toReversed());
  }),
  repositoryRoute("POST /pulls", ["pull_requests:write"], open),
  repositoryRoute("GET /commits/:sha/pulls", access, async (context) => {
    const { repository, params } = context;
    const sha = await commitOf(repository, params["sha"] ?? "");
    const found: PullRequest[] = [];
    for (const pull of repository.pulls) if (await contains(pull, sha)) found.push(pull);
    return listPulls(context, found);
  }),
  repositoryRoute("GET /pulls/:number", access, (context) => ({
    status: 200,
    body: renderPull(context.state, pullOf(context)),
  })),
  repositoryRoute("GET /pulls/:number/files", access, async (context) => {
    const pull = pullOf(context);
    const files = await changes(pull.repository.git, await baseOf(pull), pull.headSha);
    const { items, headers } = paginate(context, files.slice(0, mostFiles));
    const body = items.map((file) => renderFile(context.state, pull.repository, pull.headSha, file));
    return { status: 200, headers, body };
  }),
  repositoryRoute("GET /pulls/:number/commits", access, async (context) => {
    const pull = pullOf(context);
    const own = await commits(pull.repository.git, await baseOf(pull), pull.headSha);
    const { items, headers } = paginate(context, own.slice(0, mostCommits));
    const body = items.map((commit) => renderCommit(context.state, pull.repository, commit));
    return { status: 200, headers, body };
  }),
  repositoryRoute("GET /pulls/:number/reviews", access, (context) => {
    const pull = pullOf(context);
    const { items, headers } = paginate(context, pull.reviews);
    return { status: 200, headers, body: items.map((review) => renderReview(context.state, pull, review)) };
  }),
];

async function open({ state, repository, body }: RepositoryContext): Promise<Reply> {
  const text = (field: string): string | undefined => {
    const value = body[field];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [title, head, base] = [text("title"), text("head"), text("base")];
  if (title === undefined || head === undefined || base === undefined) {
    throw new HttpRefusal(422, "Validation Failed", [{ resource: "PullRequest", code: "missing_field" }]);
  }
  const given = { title, head, base, body: text("body") ?? "", draft: body["draft"] === true };
  const { number } = await openPullRequest(state, repository, botAccount(state), {
    repo: repository.slug,
    ...given,
  });
  return { status: 201, body: renderPull(state, findPull(repository, number)) };
}

function pullOf(context: RepositoryContext): PullRequest {
  return findPull(context.repository, numberParam(context, "number"));
}

function listPulls(context: RepositoryContext, pulls: PullRequest[]): Reply {
  const { items, headers } = paginate(context, pulls);
  return { status: 200, headers, body: items.map((pull) => renderPullSimple(context.state, pull)) };
}

function isWanted(pull: PullRequest, query: URLSearchParams): boolean {
  const state = query.get("state") ?? "open";
  const head = query.get("head");
  const base = query.get("base");
  return (
    (state === "all" || pull.state === state) &&
    (head === null ||
      head.toLowerCase() === `${pull.headRepository.owner.login}:${pull.headRef}`.toLowerCase()) &&
    (base === null || base === pull.baseRef)
  );
}

/** GitHub lists open pull requests for any of their commits, and the merged one that brought a commit in. */
async function contains(pull: PullRequest, sha: string): Promise<boolean> {
  if (pull.state === "closed" && !pull.merged) return false;
  if (pull.headSha === sha || pull.mergeCommitSha === sha) return true;
  const own = await commits(pull.repository.git, await baseOf(pull), pull.headSha);
  return own.some((commit) => commit.sha === sha);
}

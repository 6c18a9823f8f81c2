import Bottleneck from "bottleneck";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createNodeMiddleware, createProbot, ProbotOctokit } from "probot";

/**
 * An App that does nothing but ask GitHub, for each push, what Sluice asks for it until its check stands. It keeps
 * nothing. Its throttle is Probot's, but for writes: Probot's own limit of one a second would make it no floor.
 */
const env = process.env;
const check = JSON.parse(readFileSync(env["BENCH_CHECK"] ?? "", "utf8")) as Record<string, unknown>;
const query = "query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { id } }";
const probot = createProbot({
  env: {},
  overrides: {
    appId: env["APP_ID"] ?? "",
    privateKey: env["PRIVATE_KEY"] ?? "",
    secret: env["WEBHOOK_SECRET"] ?? "",
    baseUrl: env["GITHUB_API_URL"] ?? "",
    logLevel: "fatal",
    Octokit: ProbotOctokit.defaults((options: { throttle?: object }) => ({
      ...options,
      throttle: { ...options.throttle, write: new Bottleneck.Group({ maxConcurrent: 4, minTime: 20 }) },
    })),
  },
});
const middleware = await createNodeMiddleware(
  (app) => {
    app.on("push", async ({ octokit, payload }) => {
      const { owner, name } = payload.repository;
      const repository = { owner: owner?.login ?? "", repo: name };
      const commit_sha = payload.after;
      await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ ...repository, commit_sha });
      await octokit.graphql(query, repository);
      const basehead = `${payload.before}...${commit_sha}`;
      await octokit.rest.repos.compareCommitsWithBasehead({ ...repository, basehead });
      await octokit.rest.checks.create({ ...repository, ...check, name: "bench", head_sha: commit_sha });
    });
  },
  { probot, webhooksPath: "/api/github/webhooks" },
);
const server = createServer((request, response) => void middleware(request, response));
server.listen(Number(env["PORT"]), "127.0.0.1", () => process.stdout.write('"msg":"listening"\n'));

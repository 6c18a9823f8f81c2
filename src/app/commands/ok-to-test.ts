import type { CommentEvent, PullRequest } from "../../policy/event.js";
import { trustOfPullRequest } from "../../policy/trust.js";
import type { Dependencies } from "../dependencies.js";
import { occasionOfPullRequest, type Occasion } from "../occasion.js";
import { commitCheck, withdrawRefusal } from "../report-unstarted.js";
import { startRuns, type Started } from "../start-runs.js";
import type { CommandModule } from "./command-module.js";

export const okToTest: CommandModule = {
  usage: "/ok-to-test SHA",
  does: "runs this commit of a fork, where the server's configuration lets forks run: without Secrets.",
  for: "writer",
  onHead: false,
  async obey(context) {
    const { dependencies, event, reference, pullRequest, command, begun } = context;
    const named = (command.target ?? "").toLowerCase();
    const { headSha } = pullRequest;
    if (headSha !== named && begun.length > 0) {
      await okToTest.finish?.(context);
      return undefined;
    }
    if (headSha !== named) {
      if (headSha.startsWith(named))
        return `Name the whole commit, so that it is this one only: \`${headSha}\`.`;
      return `\`${named}\` is not the head of this pull request any more: that is \`${headSha}\`. Look at that one first.`;
    }
    const { forks } = dependencies.policyOf(reference.slug);
    const facts = { pullRequest, engine: dependencies.engine.kind, forks, okToTest: named };
    const trust = trustOfPullRequest(facts);
    if (trust.level === "trusted")
      return "The branch is in this repository, so its commits run without this.";
    if (trust.level === "refused") return trust.reason;
    const asked = occasionOf(dependencies, event, pullRequest);
    const started = await startRuns(dependencies, asked);
    if (!isRefused(started)) await withdrawRefusal(dependencies, asked);
    return undefined;
  },
  async finish({ dependencies, event, pullRequest, begun }) {
    for (const { facts } of begun) {
      if (facts?.pullRequest === undefined) continue;
      const { baseRef, baseSha } = facts.pullRequest;
      const then = { ...pullRequest, headSha: facts.headSha, baseRef, baseSha };
      await withdrawRefusal(dependencies, occasionOf(dependencies, event, then));
    }
  },
};

/** The commit as a whole, for another reason: its check says which. */
function isRefused(started: readonly Started[]): boolean {
  return started.some(({ manifest, result }) => manifest === commitCheck && result === "refused");
}

function occasionOf(dependencies: Dependencies, event: CommentEvent, pullRequest: PullRequest): Occasion {
  const told = { ...event, action: "synchronize" };
  const occasion = occasionOfPullRequest(dependencies, told, pullRequest, undefined);
  return { ...occasion, okToTest: pullRequest.headSha, calledGoodBy: event.commentId };
}

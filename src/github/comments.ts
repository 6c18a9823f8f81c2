import type { Comments } from "../app/ports.js";
import { ask, ownerAndRepo } from "./ask.js";
import type { Octokits } from "./octokits.js";

export function openComments(octokits: Octokits): Comments {
  return {
    async reply(repository, number, markdown) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = {
        ...ownerAndRepo(repository.slug),
        issue_number: number,
        body: markdown,
        request: { retries: 0 },
      };
      await ask(`comment on ${repository.slug}#${number}`, () =>
        octokit.rest.issues.createComment(parameters),
      );
    },
    async list(repository, number) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), issue_number: number, per_page: 100 };
      const comments = await ask(`list the comments of ${repository.slug}#${number}`, () =>
        octokit.paginate(octokit.rest.issues.listComments, parameters),
      );
      return comments.map(({ id, user, body }) => ({ id, userId: user?.id, body: body ?? "" }));
    },
    async react(repository, commentId, reaction) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), comment_id: commentId, content: reaction };
      await ask(`react to comment ${commentId} of ${repository.slug}`, () =>
        octokit.rest.reactions.createForIssueComment(parameters),
      );
    },
    async reactions(repository, commentId) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), comment_id: commentId, per_page: 100 };
      const reactions = await ask(`list reactions to comment ${commentId} of ${repository.slug}`, () =>
        octokit.paginate(octokit.rest.reactions.listForIssueComment, parameters),
      );
      const own = `${await octokits.slug()}[bot]`;
      return reactions.filter(({ user }) => user?.login === own).map(({ content }) => content);
    },
  };
}

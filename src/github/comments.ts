import type { Comments, RepositoryRef } from "../app/ports.js";
import { ask, ownerAndRepo, unlessMissing } from "./ask.js";
import type { Octokits } from "./octokits.js";

export function openComments(octokits: Octokits): Comments {
  return {
    hasReply: (repository, number, reply) => hasReply(octokits, repository, number, reply),
    async reply(repository, number, { markdown, ...reply }) {
      if (await hasReply(octokits, repository, number, reply)) return;
      const octokit = await octokits.of(repository.installationId);
      // Repeated after a lost answer it would be a second reply: the caller tries again, and it is found.
      const parameters = {
        ...ownerAndRepo(repository.slug),
        issue_number: number,
        body: `${markdown}\n\n${markOf(reply)}`,
        request: { retries: 0 },
      };
      await ask(`comment on ${repository.slug}#${number}`, () =>
        octokit.rest.issues.createComment(parameters),
      );
    },
    create: (repository, number, markdown) => create(octokits, repository, number, markdown),
    async edit(repository, id, markdown) {
      const octokit = await octokits.of(repository.installationId);
      await ask(`edit comment ${id} of ${repository.slug}`, () =>
        octokit.rest.issues.updateComment({
          ...ownerAndRepo(repository.slug),
          comment_id: id,
          body: markdown,
        }),
      );
    },
    async own(repository, number) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), issue_number: number, per_page: 100 };
      const comments = await ask(`list the comments of ${repository.slug}#${number}`, () =>
        octokit.paginate(octokit.rest.issues.listComments, parameters),
      );
      // Nobody else can have this name: logins of people hold no brackets.
      const own = `${await octokits.slug()}[bot]`;
      return comments
        .filter(({ user }) => user?.login === own && user.type === "Bot")
        .map(({ id, body }) => ({ id, body: body ?? "" }));
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
      const { status } = await ask(`react to comment ${commentId} of ${repository.slug}`, () =>
        octokit.rest.reactions.createForIssueComment(parameters),
      );
      return status === 201;
    },
    async unreact(repository, commentId, reactionId) {
      const octokit = await octokits.of(repository.installationId);
      const names = { ...ownerAndRepo(repository.slug), comment_id: commentId, reaction_id: reactionId };
      const gone = await ask(`take a reaction from comment ${commentId} of ${repository.slug}`, () =>
        unlessMissing(() => octokit.rest.reactions.deleteForIssueComment(names)),
      );
      return gone !== undefined;
    },
    async reactions(repository, commentId) {
      const octokit = await octokits.of(repository.installationId);
      const parameters = { ...ownerAndRepo(repository.slug), comment_id: commentId, per_page: 100 };
      const reactions = await ask(`list reactions to comment ${commentId} of ${repository.slug}`, () =>
        octokit.paginate(octokit.rest.reactions.listForIssueComment, parameters),
      );
      const own = `${await octokits.slug()}[bot]`;
      return reactions
        .filter(({ user }) => user?.login === own)
        .map(({ id, content, created_at: createdAt }) => ({ id, content, createdAt }));
    },
  };
}

async function create(
  octokits: Octokits,
  repository: RepositoryRef,
  number: number,
  markdown: string,
): Promise<number> {
  const octokit = await octokits.of(repository.installationId);
  const parameters = {
    ...ownerAndRepo(repository.slug),
    issue_number: number,
    body: markdown,
    // A POST repeated after a lost answer would make a second comment.
    request: { retries: 0 },
  };
  const { data } = await ask(`comment on ${repository.slug}#${number}`, () =>
    octokit.rest.issues.createComment(parameters),
  );
  return data.id;
}

const markOf = ({ to }: { to: number }): string => `<!-- sluice: reply to comment ${to} -->`;

async function hasReply(
  octokits: Octokits,
  repository: RepositoryRef,
  number: number,
  reply: { to: number; since: string },
): Promise<boolean> {
  const octokit = await octokits.of(repository.installationId);
  const { since } = reply;
  const later = { ...ownerAndRepo(repository.slug), issue_number: number, since, per_page: 100 };
  const comments = await ask(`list the comments of ${repository.slug}#${number}`, () =>
    octokit.paginate(octokit.rest.issues.listComments, later),
  );
  const [own, mark] = [`${await octokits.slug()}[bot]`, markOf(reply)];
  return comments.some(({ user, body }) => user?.login === own && body?.endsWith(mark) === true);
}

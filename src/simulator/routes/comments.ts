import { addComment } from "../comments.js";
import { nodeId, renderAccount } from "../resources/account.js";
import { renderComment } from "../resources/pull-request.js";
import {
  numberParam,
  paginate,
  repositoryRoute,
  type Reply,
  type RepositoryContext,
  type Route,
} from "../router.js";
import { botAccount, findPull, HttpRefusal, nextId, timestamp, type Comment, type State } from "../state.js";

const contents = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];
const mostCharacters = 65_536;

/** The conversation of a pull request. */
export const routes: Route[] = [
  repositoryRoute("GET /issues/:number/comments", ["issues:read", "pull_requests:read"], (context) => {
    const pull = findPull(context.repository, numberParam(context, "number"));
    const { items, headers } = paginate(context, pull.comments);
    return {
      status: 200,
      headers,
      body: items.map((comment) => renderComment(context.state, pull, comment)),
    };
  }),
  repositoryRoute("POST /issues/:number/comments", ["issues:write", "pull_requests:write"], (context) => {
    const { state, repository, body } = context;
    const pull = findPull(repository, numberParam(context, "number"));
    const text = textOf(body);
    return {
      status: 201,
      body: renderComment(state, pull, addComment(state, pull, botAccount(state), text)),
    };
  }),
  repositoryRoute("PATCH /issues/comments/:id", ["issues:write", "pull_requests:write"], (context) => {
    const { state, repository, body } = context;
    const comment = commentOf(context);
    if (comment.user.id !== botAccount(state).id)
      throw new HttpRefusal(403, "Resource not accessible by integration");
    comment.body = textOf(body);
    comment.updatedAt = timestamp(state);
    const pull = repository.pulls.find(({ comments }) => comments.includes(comment));
    if (pull === undefined) throw new HttpRefusal(404, "Not Found");
    return { status: 200, body: renderComment(state, pull, comment) };
  }),
  repositoryRoute("POST /issues/comments/:id/reactions", ["issues:write", "pull_requests:write"], react),
  repositoryRoute(
    "DELETE /issues/comments/:id/reactions/:reaction",
    ["issues:write", "pull_requests:write"],
    (context) => {
      const comment = commentOf(context);
      const id = numberParam(context, "reaction");
      const own = botAccount(context.state).id;
      const at = comment.reactions.findIndex((each) => each.id === id && each.user.id === own);
      if (at < 0) throw new HttpRefusal(404, "Not Found");
      comment.reactions.splice(at, 1);
      return { status: 204 };
    },
  ),
  repositoryRoute("GET /issues/comments/:id/reactions", ["issues:read", "pull_requests:read"], (context) => {
    const { items, headers } = paginate(context, commentOf(context).reactions);
    return { status: 200, headers, body: items.map((reaction) => renderReaction(context.state, reaction)) };
  }),
];

function textOf(body: Record<string, unknown>): string {
  const text = body["body"];
  if (typeof text !== "string" || text.trim() === "") throw invalid("IssueComment", "missing_field", "body");
  if (text.length > mostCharacters)
    throw new HttpRefusal(422, "Body is too long (maximum is 65536 characters)");
  return text;
}

function commentOf(context: RepositoryContext): Comment {
  const id = numberParam(context, "id");
  const comments = context.repository.pulls.flatMap((pull) => pull.comments);
  const comment = comments.find((each) => each.id === id);
  if (comment === undefined) throw new HttpRefusal(404, "Not Found");
  return comment;
}

function renderReaction(state: State, reaction: Comment["reactions"][number]) {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: renderAccount(state, reaction.user),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

function react(context: RepositoryContext): Reply {
  const { state, body } = context;
  const comment = commentOf(context);
  const content = body["content"];
  if (typeof content !== "string" || !contents.includes(content))
    throw invalid("Reaction", "invalid", "content");
  const user = botAccount(state);
  const old = comment.reactions.find((each) => each.user.id === user.id && each.content === content);
  const reaction = old ?? { id: nextId(state), user, content, createdAt: timestamp(state) };
  if (old === undefined) comment.reactions.push(reaction);
  return { status: old === undefined ? 201 : 200, body: renderReaction(state, reaction) };
}

function invalid(resource: string, code: string, field: string): HttpRefusal {
  return new HttpRefusal(422, "Validation Failed", [{ resource, code, field }]);
}

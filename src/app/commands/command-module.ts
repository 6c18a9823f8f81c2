import type { Command } from "../../policy/command.js";
import type { CommentEvent, PullRequest } from "../../policy/event.js";
import type { Dependencies } from "../dependencies.js";
import type { Run } from "../../run/read-run.js";
import type { RepositoryRef } from "../ports.js";

/** What a command works with; who asks may, and the pull request is as GitHub has it now. */
export interface CommandContext {
  dependencies: Dependencies;
  event: CommentEvent;
  reference: RepositoryRef;
  command: Command;
  pullRequest: PullRequest;
  /** Runs that an earlier delivery of the comment, which did not come to its end, has started or noted that it would tell something. */
  begun: readonly Run[];
}

export interface CommandModule {
  /** What `/help` says of it: how it is written, and what it does. */
  usage: string;
  does: string;
  /** `reader`: it only tells. `writer`: write permission, and the pull request must be open. */
  for: "reader" | "writer";
  /** It acts on the head that its author could see: refused when the branch was pushed to since the comment. */
  onHead: boolean;
  /** What to answer with; undefined when the checks say it all. */
  obey(context: CommandContext): Promise<string | undefined>;
  /** What is left to do for what has begun, where nothing more may begin: the pull request has moved on, say. */
  finish?(context: CommandContext): Promise<void>;
}

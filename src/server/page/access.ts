import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock, UserAuthorization } from "../../app/ports.js";
import type { Session } from "./sign-in.js";

export type Verdict = "allowed" | "hidden" | "signed-out";

/** Whether a person may see the runs of a repository. */
export interface Access {
  /** Throws a GitHubError when GitHub could not be asked. */
  of(session: Session, repositoryId: number): Promise<Verdict>;
  /** What was answered to this session's token is asked again. */
  forget(session: Session): void;
}

const allowedMs = 30_000;
const hiddenMs = 10_000;

/**
 * GitHub's own answer to the person's own token, by the number of the repository: names are given anew, and what the
 * App could see is more than the person may. Answers are kept for half a minute, a refusal for ten seconds; of several
 * questions at one time one is asked.
 */
export function openAccess(users: Pick<UserAuthorization, "mayRead">, clock: Clock): Access {
  const known = new LRUCache<string, Answers>({ max: 10_000 });
  return {
    async of(session, repositoryId) {
      const answers = known.get(nameOf(session)) ?? new LRUCache<number, Answer>({ max: 100 });
      known.set(nameOf(session), answers);
      const entry = answers.get(repositoryId);
      if (entry !== undefined && entry.until > clock()) return entry.verdict;
      // Until GitHub has answered, everybody who asks waits for that answer.
      const verdict = users.mayRead(session.token, repositoryId).then(verdictOf);
      const asked = { verdict, until: Number.POSITIVE_INFINITY };
      answers.set(repositoryId, asked);
      try {
        const answer = await verdict;
        asked.until = clock() + (answer === "allowed" ? allowedMs : hiddenMs);
        return answer;
      } catch (error) {
        answers.delete(repositoryId);
        throw error;
      }
    },
    forget: (session) => void known.delete(nameOf(session)),
  };
}

interface Answer {
  verdict: Promise<Verdict>;
  /** Milliseconds since the epoch. */
  until: number;
}
type Answers = LRUCache<number, Answer>;

/** A cache holds no token. */
function nameOf({ token }: Session): string {
  return createHash("sha256").update(token).digest("base64url");
}

function verdictOf(answer: boolean | "signed-out"): Verdict {
  if (answer === "signed-out") return answer;
  return answer ? "allowed" : "hidden";
}

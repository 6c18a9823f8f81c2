import { z } from "zod";
import type { Actor, Repository } from "../../policy/event.js";

/** What every repository event carries (GitHub docs, "Webhook events and payloads"). Other fields are ignored. */
export const Common = z.object({
  installation: z.object({ id: z.number().int() }),
  repository: z.object({
    id: z.number().int(),
    full_name: z.string(),
    default_branch: z.string(),
    clone_url: z.string(),
    html_url: z.string(),
  }),
  sender: z.object({ id: z.number().int(), login: z.string(), type: z.string().optional() }),
});
/** How one delivery came. */
export interface Delivery {
  /** GitHub's id of the event: the same when it is delivered again. */
  id: string;
  /** Milliseconds since the epoch. */
  receivedAt: number;
}
export type Common = z.infer<typeof Common>;

export function common(payload: Common): { installationId: number; repository: Repository; actor: Actor } {
  const { installation, repository, sender } = payload;
  return {
    installationId: installation.id,
    repository: {
      id: repository.id,
      slug: repository.full_name,
      defaultBranch: repository.default_branch,
      cloneUrl: repository.clone_url,
      htmlUrl: repository.html_url,
    },
    actor: { id: sender.id, login: sender.login, type: actorType(sender.type) },
  };
}

function actorType(type: string | undefined): Actor["type"] {
  return type === "User" || type === "Bot" || type === "Organization" ? type : "Unknown";
}

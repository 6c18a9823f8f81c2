import type { Tokens } from "../app/ports.js";
import { ask } from "./ask.js";
import type { Octokits } from "./octokits.js";

export function openTokens(octokits: Octokits): Tokens {
  return {
    /**
     * Asks GitHub directly: the authentication library caches tokens for 59 minutes and may hand out one that is
     * about to expire, and what it hands out is also Sluice's own.
     */
    async mint(repository, permissions) {
      const octokit = await octokits.of(repository.installationId);
      const { data } = await ask(`mint a token for ${repository.slug}`, () =>
        octokit.rest.apps.createInstallationAccessToken({
          installation_id: repository.installationId,
          repository_ids: [repository.id],
          permissions,
        }),
      );
      return { value: data.token, expiresAt: data.expires_at };
    },
  };
}

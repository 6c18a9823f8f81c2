import type { InstalledRepository, Installations } from "../app/ports.js";
import { ask } from "./ask.js";
import type { Octokits } from "./octokits.js";

export function openInstallations(octokits: Octokits): Installations {
  return {
    async repositories() {
      const app = await octokits.app();
      const installations = await ask("list the App's installations", () =>
        app.paginate(app.rest.apps.listInstallations, { per_page: 100 }),
      );
      const found = await Promise.all(
        installations
          .filter(({ suspended_at }) => !suspended_at)
          .map(({ id, created_at: installedAt }) => repositoriesOf(octokits, id, installedAt)),
      );
      return found.flat();
    },
  };
}

async function repositoriesOf(
  octokits: Octokits,
  installationId: number,
  installedAt: string,
): Promise<InstalledRepository[]> {
  const octokit = await octokits.of(installationId);
  const repositories = await ask(`list the repositories of installation ${installationId}`, () =>
    octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 }),
  );
  return repositories
    .filter(({ archived }) => !archived)
    .map((found) => ({
      reference: { installationId, id: found.id, slug: found.full_name },
      repository: {
        id: found.id,
        slug: found.full_name,
        defaultBranch: found.default_branch,
        cloneUrl: found.clone_url,
        htmlUrl: found.html_url,
      },
      installedAt,
      pushedAt: found.pushed_at ?? undefined,
    }));
}

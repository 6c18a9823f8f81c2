import type { Permissions } from "../app/ports.js";
import type { Permission } from "../policy/event.js";
import { ask, ownerAndRepo } from "./ask.js";
import type { Octokits } from "./octokits.js";

const known: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

export function openPermissions(octokits: Octokits): Permissions {
  return {
    async of(repository, { id, login }) {
      const octokit = await octokits.of(repository.installationId);
      return ask(`read the permission of ${login} on ${repository.slug}`, async () => {
        try {
          const parameters = { ...ownerAndRepo(repository.slug), username: login };
          const { data } = await octokit.rest.repos.getCollaboratorPermissionLevel(parameters);
          return data.user?.id === id ? toPermission(data.permission, data.role_name) : "none";
        } catch (error) {
          if ((error as { status?: number }).status === 404) return "none";
          throw error;
        }
      });
    },
    async teamMembers(repository, team) {
      const [org = "", slug = ""] = team.split("/");
      const octokit = await octokits.of(repository.installationId);
      const parameters = { org, team_slug: slug, per_page: 100 };
      const members = await ask(`list the members of team ${team}`, () =>
        octokit.paginate(octokit.rest.teams.listMembersInOrg, parameters),
      );
      return members.map((member) => member.id);
    },
  };
}

/**
 * `permission` is one of admin, write, read, none; `role_name` tells maintain and triage apart and is free text for
 * an organization's own roles, which then count as their base.
 */
function toPermission(base: string, role: string | undefined): Permission {
  const named = known.find((permission) => permission === role);
  if (named === "maintain" && base === "write") return "maintain";
  if (named === "triage" && base === "read") return "triage";
  return known.find((permission) => permission === base) ?? "none";
}

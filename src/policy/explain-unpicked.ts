import type { Problem } from "../manifest/problem.js";
import type { Identity } from "./compile-fields.js";
import type { RepositoryPolicy } from "./configuration.js";
import { matchesFilter } from "./glob.js";
import type { Scope } from "./inline-templates.js";
import type { MayUse, Unpicked } from "./pick-fields.js";
import { problemAt } from "./problem-at.js";

/** The Secrets that hold runs' tokens, see `runName` and `tokenSecret`: no glob of the configuration gives these. */
const tokenSecrets = /-[0-9a-f]{15}-github$/;

/** What the server's configuration lets a manifest of the repository name. */
export function mayUseOf(policy: RepositoryPolicy): MayUse {
  return (identity, name) =>
    matchesFilter(policy[identity], name) && !(identity === "secrets" && tokenSecrets.test(name));
}

const words: Record<Identity, string> = { serviceAccounts: "service account", secrets: "Secret" };

/** Says of a part of a manifest that is not taken over what it is and how it could be. */
export function explainUnpicked({ manifest }: Scope, unpicked: Unpicked): Problem {
  const { path, kind, field, named } = unpicked;
  if (kind === "wrong-type")
    return problemAt(manifest, path, { rule: "wrong-type", message: `\`${field}\` has the wrong type.` });
  if (kind === "not-fixed") {
    const message = `\`${field}\` must be fixed: a tag in it is replaced after the manifest was looked at.`;
    const hint = "Write the name out; to choose between several, write a step for each, with `when`.";
    return problemAt(manifest, path, { rule: "name-not-fixed", message, hint });
  }
  if (kind === "ignored") {
    const message =
      path.at(-2) === "annotations"
        ? `\`${field}\` is left out: of a template's annotations a run from GitHub takes those of \`sluice.dev\`, since others could end a gate or give a pod a role.`
        : `\`${field}\` is set by the server for runs from GitHub, and is left out here.`;
    const fault = { severity: "warning", rule: "field-ignored", message, text: field } as const;
    return problemAt(manifest, path, fault, "key");
  }
  if (named !== undefined)
    return problemAt(manifest, path, { rule: "identity-not-given", text: named.name, ...notGiven(named) });
  const message = `\`${field}\` is not allowed in a run from GitHub: it could reach what the run was not given.`;
  const hint =
    "Take it out; or an administrator puts the step into a template of the cluster and names that in `templates` of this repository in the server's configuration.";
  return problemAt(manifest, path, { rule: "field-not-allowed", message, hint, text: field }, "key");
}

function notGiven({ identity, name }: NonNullable<Unpicked["named"]>): { message: string; hint: string } {
  const what = `The ${words[identity]} \`${name}\``;
  const hint = `An administrator of the server can add it to \`${identity}\` of this repository in its configuration.`;
  if (!name.includes("{{")) return { message: `${what} is not one that this repository may use.`, hint };
  return {
    message: `${what} must be fixed, not chosen while the run goes on.`,
    hint: `Write a name that \`${identity}\` of this repository holds in the server's configuration.`,
  };
}

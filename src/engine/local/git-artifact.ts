import type { Artifact, Workflow } from "../../manifest/argo.js";
import { inputFault } from "./artifacts.js";
import { secretValue, tokenSecretName } from "./environment.js";
import { runIn, type Sandbox } from "./sandbox.js";

/** How git is kept to what the manifest may use where it does not run in a step's own sandbox. */
export interface GitLimits {
  /** Schemes of URLs, as GIT_ALLOW_PROTOCOL has them. */
  protocols: string;
  /** Further settings of git. */
  settings: readonly (readonly [name: string, value: string])[];
}

/** Clones a git artifact to its path, inside the sandbox. The token is in git's environment only. */
export async function placeGit(
  sandbox: Sandbox,
  artifact: Artifact,
  workflow: Workflow,
  token: string | undefined,
  limits?: GitLimits,
): Promise<void> {
  const { repo = "", revision = "", branch = "", depth = 0, singleBranch = false } = artifact.git ?? {};
  if (repo === "") throw inputFault(artifact, "git: a repo is needed");
  if (artifact.git?.["sshPrivateKeySecret"] !== undefined)
    throw inputFault(artifact, "git: ssh keys are not known to the local engine");
  if ([revision, branch].some((name) => name.startsWith("-")))
    throw inputFault(artifact, `git: "${revision || branch}" is no revision`);
  const flags = [
    ...(depth > 0 ? [`--depth=${depth}`] : []),
    ...(singleBranch ? ["--single-branch"] : depth > 0 ? ["--no-single-branch"] : []),
    ...(branch === "" ? [] : [`--branch=${branch}`]),
  ];
  const depthFlag = depth > 0 ? `--depth=${depth}` : "--tags";
  const argv = ["/bin/sh", "-c", clone, "sh", artifact.path ?? "", repo, revision, depthFlag, ...flags];
  const env = gitEnvironment(artifact, gitPassword(artifact, workflow, token), limits);
  const outcome = await runIn(sandbox, argv, { env });
  if (outcome.code !== 0) throw inputFault(artifact, outcome.stderr);
}

// $1 path, $2 repository, $3 revision or empty, $4 how to fetch it, then flags of clone. A commit that no branch
// holds (a pull request's merge) is fetched by itself.
const clone = `set -e
p=$1 repo=$2 rev=$3 deep=$4; shift 4
mkdir -p -- "$(dirname -- "$p")"
git clone --quiet "$@" -- "$repo" "$p"
cd "$p"
if [ -n "$rev" ]; then
  git checkout --quiet "$rev" -- 2>/dev/null || {
    git fetch --quiet "$deep" origin "$rev" && git checkout --quiet --detach FETCH_HEAD; }
fi`;

const passwordVariable = "SLUICE_GIT_PASSWORD";
// Asked by git when a server of the origin demands it; "store" and "erase" are not answered.
const answerPassword = `!f() { test "$1" = get && printf 'username=x-access-token\\npassword=%s\\n' "$${passwordVariable}"; }; f`;

function gitEnvironment(
  artifact: Artifact,
  password: string,
  limits: GitLimits | undefined,
): Record<string, string> {
  const settings: (readonly [string, string])[] = [
    ["safe.directory", "*"],
    // Ends the list of helpers that the machine's own settings name.
    ["credential.helper", ""],
    ["core.askPass", ""],
    ...(limits?.settings ?? []),
  ];
  // No http.extraHeader: git sends that to wherever the first redirect leads, too.
  if (password !== "") settings.push([`credential.${originOf(artifact)}.helper`, answerPassword]);
  return {
    HOME: "/nonexistent",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: limits?.protocols ?? "file:git:http:https:ssh",
    ...(limits ? { GIT_CONFIG_NOSYSTEM: "1" } : {}),
    ...(password === "" ? {} : { [passwordVariable]: password }),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** The password that the artifact names; empty without one. */
export function gitPassword(artifact: Artifact, workflow: Workflow, token: string | undefined): string {
  const { usernameSecret, passwordSecret } = artifact.git ?? {};
  if (
    usernameSecret !== undefined &&
    usernameSecret.name !== tokenSecretName(workflow) &&
    !usernameSecret.optional
  )
    throw inputFault(artifact, `git: secret "${usernameSecret.name}" does not exist here`);
  return passwordSecret === undefined ? "" : secretValue(passwordSecret, "git", workflow, token);
}

/** The password is given to this origin only, not to where a redirect or a submodule leads. */
function originOf(artifact: Artifact): string {
  try {
    const url = new URL(artifact.git?.repo ?? "");
    if (url.protocol === "https:" || url.protocol === "http:") return url.origin;
  } catch {
    // Told below.
  }
  throw inputFault(artifact, "git: a password needs an http(s) repository");
}

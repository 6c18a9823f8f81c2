import type { Template } from "../manifest/argo.js";

/** A template that manifests may call without defining it. */
export const githubAuthorize = "github-authorize";
/** Its output parameter. */
export const githubToken = "github-token";
/** The variable that holds the token in each container that receives it. */
export const tokenVariable = "SLUICE_GITHUB_TOKEN";
/** The key of the token in the run's Secret. */
export const tokenKey = "token";

/** The Secret that holds the run's token. */
export function tokenSecret(workflowName: string): string {
  return `${workflowName}-github`;
}

/**
 * A template that gives a constant without a pod: a suspend that is over at once, with a supplied output's default.
 * The constant is the text that the kubelet (or the local engine) expands in a container's env, never the token.
 */
export function githubAuthorizeTemplate(): Template {
  return {
    name: githubAuthorize,
    suspend: { duration: "0" },
    outputs: {
      parameters: [{ name: githubToken, valueFrom: { supplied: {}, default: `$(${tokenVariable})` } }],
    },
  };
}

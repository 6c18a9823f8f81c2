import type { Container } from "../../manifest/argo.js";
import type { Mount } from "./namespace.js";

/** What the engine knows of images that it does not run: for those whose name fits the glob. */
export interface ImageRule {
  /** `*` stands for any characters. */
  image: string;
  entrypoint: string[];
  /** The image's default arguments: used when the container has neither command nor args. */
  command: string[];
  /** Files and folders of the host in the root of each step of the image. */
  mounts: Mount[];
}

/** The first rule that fits; a name without a tag or a digest is that of `:latest`. */
export function ruleFor(image: string | undefined, rules: readonly ImageRule[]): ImageRule | undefined {
  if (image === undefined) return undefined;
  const name = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
  return rules.find((rule) => [name, image].some((text) => patternOf(rule.image).test(text)));
}

function patternOf(glob: string): RegExp {
  const parts = glob.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/** What Kubernetes runs: a command replaces the image's entrypoint and arguments, args only the arguments. */
export function commandOf(
  { command = [], args = [] }: Container,
  rule: ImageRule | undefined,
): { command: string[]; args: string[] } {
  if (command.length > 0) return { command, args };
  return { command: rule?.entrypoint ?? [], args: args.length > 0 ? args : (rule?.command ?? []) };
}

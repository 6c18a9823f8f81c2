import { z } from "zod";
import type { MergeGroupEvent } from "../../policy/event.js";
import { common, Common } from "./payload.js";

const Payload = Common.extend({
  action: z.string(),
  merge_group: z.object({
    head_sha: z.string(),
    head_ref: z.string(),
    base_sha: z.string(),
    base_ref: z.string(),
  }),
});

export function mergeGroup(payload: unknown): MergeGroupEvent | undefined {
  const parsed = Payload.parse(payload);
  const { action, merge_group: group } = parsed;
  if (action !== "checks_requested" && action !== "destroyed") return undefined;
  return {
    kind: "merge_group",
    ...common(parsed),
    action,
    headSha: group.head_sha,
    headRef: group.head_ref,
    baseSha: group.base_sha,
    baseRef: group.base_ref,
  };
}

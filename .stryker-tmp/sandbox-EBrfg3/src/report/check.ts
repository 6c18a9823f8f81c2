/** What a check run should say; within GitHub's limits (see `limits`). */
export interface CheckPayload {
  name: string;
  /** `NAMESPACE/NAME#LEG` of a run, or `manifest/HASH` where no Workflow was created. */
  externalId: string;
  detailsUrl?: string;
  status: "queued" | "in_progress" | "completed";
  conclusion?: Conclusion;
  startedAt?: string;
  completedAt?: string;
  title: string;
  summary: string;
  text?: string;
  annotations: CheckAnnotation[];
  /** At most three; GitHub shows them on completed check runs only. */
  actions: { label: string; description: string; identifier: "approve" | "reject" | "cancel" | "retry" }[];
}
export type Conclusion =
  "success" | "failure" | "neutral" | "cancelled" | "skipped" | "timed_out" | "action_required";

export interface CheckAnnotation {
  path: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
  level: "notice" | "warning" | "failure";
  title?: string;
  message: string;
}

/** GitHub's limits on a check run (REST API reference, "Create a check run"). Text limits are taken as UTF-8 bytes. */
export const limits = {
  textBytes: 65_535,
  annotationsPerRequest: 50,
  actions: 3,
  actionLabel: 20,
  actionDescription: 40,
} as const;

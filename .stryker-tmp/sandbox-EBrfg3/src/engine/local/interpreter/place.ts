import type { Template } from "../../../manifest/argo.js";

/** Where template names are looked up: the workflow itself or a WorkflowTemplate. */
export interface Place {
  scope: "local" | "namespaced" | "cluster";
  name: string;
  templates: Template[];
}

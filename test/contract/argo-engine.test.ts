import { openBench } from "../support/kubernetes/engine-bench.js";
import { engineContract } from "./engine.contract.js";

engineContract("argo", () => openBench());
engineContract("argo, with nodes compressed by gzip and an instance id", () =>
  openBench({ nodes: "gzip", instanceId: "ci" }, { instanceId: "ci" }),
);

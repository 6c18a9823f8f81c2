/** Lists whose elements are merged by a key (`patchMergeKey` in Argo's and Kubernetes' types); others are replaced. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  parameters: "name",
  artifacts: "name",
  templates: "name",
  containers: "name",
  initContainers: "name",
  sidecars: "name",
  volumes: "name",
  env: "name",
  imagePullSecrets: "name",
  volumeMounts: "mountPath",
  ports: "containerPort",
};

type Block = Record<string, unknown>;

/** Kubernetes' strategic merge: `patch` over `original`, objects field by field, some lists by the keys of their elements. */
export function mergePatch(original: object, patch: object): object {
  const merged: Block = { ...original };
  for (const [field, value] of Object.entries(patch)) {
    const other = merged[field];
    const key = MERGE_KEYS[field];
    if (value === undefined) continue;
    if (isBlock(value) && isBlock(other)) merged[field] = mergePatch(other, value);
    else if (key !== undefined && isList(value) && isList(other))
      merged[field] = mergeLists(other, value, key);
    else merged[field] = value;
  }
  return merged;
}

function mergeLists(original: Block[], patch: Block[], key: string): Block[] {
  const patched = original.map((item) => {
    const over = patch.find((each) => each[key] === item[key]);
    return over ? (mergePatch(item, over) as Block) : item;
  });
  return [...patched, ...patch.filter((item) => !original.some((each) => each[key] === item[key]))];
}

function isBlock(value: unknown): value is Block {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is Block[] {
  return Array.isArray(value) && value.every(isBlock);
}

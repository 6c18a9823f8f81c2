import { LRUCache } from "lru-cache";
import type { Engine, RunKey } from "../engine/engine.js";
import type { Workflow } from "../manifest/argo.js";
import { label } from "../run/metadata.js";

/** Runs are told apart by a few words each; a run that is forgotten is learned again when it is read. */
const remembered = 50_000;

/**
 * The engine, watched for which repository each run is of, so that repositories can take turns. A run that was never
 * read nor submitted here is in a group with all others of its kind.
 */
export function learnGroups(engine: Engine): { engine: Engine; groupOf(key: RunKey): string } {
  const groups = new LRUCache<string, string>({ max: remembered });
  const learn = (workflow: Workflow | undefined) => {
    const { namespace, name, labels } = workflow?.metadata ?? {};
    const group = labels?.[label.repositoryId];
    if (group !== undefined) groups.set(`${namespace}/${name}`, group);
  };
  const learned: Pick<Engine, "submit" | "get" | "list"> = {
    submit(workflow) {
      // Before, since the watch may tell of it before the submission has returned.
      learn(workflow);
      return engine.submit(workflow);
    },
    async get(key) {
      const workflow = await engine.get(key);
      learn(workflow);
      return workflow;
    },
    async list(selector) {
      const workflows = await engine.list(selector);
      workflows.forEach(learn);
      return workflows;
    },
  };
  const learning = new Proxy(engine, {
    get(target, name) {
      if (Object.hasOwn(learned, name)) return Reflect.get(learned, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return { engine: learning, groupOf: ({ namespace, name }) => groups.get(`${namespace}/${name}`) ?? "" };
}

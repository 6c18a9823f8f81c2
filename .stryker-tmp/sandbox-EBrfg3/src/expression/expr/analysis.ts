import { ExpressionError } from "../expression-error.js";
import { isFunction } from "./functions.js";
import { childrenOf, type Expr } from "./syntax.js";
import { typeName, type ValueMap } from "./values.js";

/** A variable that an expression reads: `steps['a-b'].status` has the path `steps`, `a-b`, `status`. */
export type Reference = {
  /** The path joined by dots. */
  name: string;
  path: string[];
  /** True when the expression copes with its absence: left of `??`, or reached by `?.`. */
  guarded: boolean;
};

type Bound = ReadonlySet<string>;

/** The variables of a tree, each once, longest paths only; what `let` binds is no variable. */
export function referencesIn(tree: Expr): Reference[] {
  const found = new Map<string, Reference>();
  collect(tree, new Set(), false, (path, guarded) => {
    const name = path.join(".");
    found.set(name, { name, path, guarded: guarded && (found.get(name)?.guarded ?? true) });
  });
  return [...found.values()];
}

function collect(
  node: Expr,
  bound: Bound,
  guarded: boolean,
  found: (path: string[], guarded: boolean) => void,
): void {
  const path = pathOf(node);
  if (path !== undefined) {
    if (!bound.has(path.keys[0] ?? "")) found(path.keys, guarded || path.optional);
    return;
  }
  if (node.type === "let") {
    collect(node.value, bound, guarded, found);
    collect(node.body, new Set([...bound, node.name]), guarded, found);
    return;
  }
  if (node.type === "binary" && node.op === "??") {
    collect(node.left, bound, true, found);
    collect(node.right, bound, guarded, found);
    return;
  }
  for (const child of childrenOf(node)) collect(child, bound, guarded, found);
}

function pathOf(node: Expr): { keys: string[]; optional: boolean } | undefined {
  const keys: string[] = [];
  let optional = false;
  let part = node;
  while (part.type === "member") {
    if (part.key.type !== "literal" || typeof part.key.value !== "string") return undefined;
    keys.unshift(part.key.value);
    optional ||= part.optional;
    part = part.object;
  }
  if (part.type !== "name") return undefined;
  return { keys: [part.name, ...keys], optional };
}

/** Throws for what expr-lang refuses before it evaluates: unknown names, and `==` of unlike types. */
export function check(tree: Expr, env: ValueMap): void {
  checkNode(tree, env, new Set());
}

function checkNode(node: Expr, env: ValueMap, bound: Bound): void {
  if (node.type === "name" && !bound.has(node.name) && !Object.hasOwn(env, node.name)) {
    throw new ExpressionError(`unknown name ${node.name}`, { position: node.at });
  }
  if (node.type === "call" && !isFunction(node.name)) {
    throw new ExpressionError(`unknown name ${node.name}`, { position: node.at });
  }
  if (node.type === "let") {
    checkNode(node.value, env, bound);
    checkNode(node.body, env, new Set([...bound, node.name]));
    return;
  }
  if (node.type === "binary" && (node.op === "==" || node.op === "!=")) {
    const [left, right] = [staticType(node.left, env, bound), staticType(node.right, env, bound)];
    if (left !== undefined && right !== undefined && left !== right) {
      const message = `invalid operation: ${node.op} (mismatched types ${left} and ${right})`;
      throw new ExpressionError(message, { position: node.at });
    }
  }
  for (const child of childrenOf(node)) checkNode(child, env, bound);
}

// Members of maps have no type before they are read; numbers compare whatever their type.
function staticType(node: Expr, env: ValueMap, bound: Bound): string | undefined {
  if (node.type !== "literal" && (node.type !== "name" || bound.has(node.name))) return undefined;
  const value = node.type === "literal" ? node.value : env[node.name];
  if (value === null || value === undefined || typeof value === "object") return undefined;
  return typeof value === "number" ? "int" : typeName(value);
}

/** The name of a step or task without the `(INDEX:ITEM)` of a loop. */
export function plainName(name: string): string {
  return name.replace(/\(\d+:.*\)$/s, "");
}

/**
 * What a node below `prefix` belongs to: `a` for `a`, for its attempts `a(1)` and its hooks `a.onExit`. `isOwner` says
 * which names there are.
 */
export function ownerOf(
  nodeName: string,
  prefix: string,
  isOwner: (name: string) => boolean,
): string | undefined {
  if (!nodeName.startsWith(prefix)) return undefined;
  for (let name = nodeName.slice(prefix.length); name !== "";) {
    if (isOwner(name)) return name;
    const shorter = name.replace(/(\(\d+\)|\.onExit|\.hooks\.[^.()]+)$/, "");
    if (shorter === name) return undefined;
    name = shorter;
  }
  return undefined;
}

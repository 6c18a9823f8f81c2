/** Waits for its turn. Two items of one key are never under way together, and go in the order they came. */
export interface Waiting {
  /** Who is to have a fair share, such as a repository. */
  group: string;
  key: string;
}

export interface FairLine<T extends Waiting> {
  push(item: T): void;
  /** The next item that may go, which is under way from then on; undefined when none may. */
  take(): T | undefined;
  /** An item that was taken has ended. */
  end(item: T): void;
  /** Takes an item that waits out of the line; false when it does not wait (any more). */
  drop(item: T): boolean;
  clear(): void;
  /** Items that wait, in all or of a group. */
  size(group?: string): number;
}

interface Group<T> {
  line: T[];
  underWay: number;
}

/**
 * A line in which groups take turns: many items of one do not delay the few of another. At most `perGroup` items of a
 * group are under way. Within a group, first come first served, but for items whose key is under way.
 */
export function createFairLine<T extends Waiting>(perGroup: number): FairLine<T> {
  /** In the order of their turns: a group that was served goes to the end. */
  const groups = new Map<string, Group<T>>();
  const busy = new Set<string>();
  let waiting = 0;

  function forget(name: string, group: Group<T>): void {
    if (group.line.length === 0 && group.underWay === 0) groups.delete(name);
  }

  return {
    push(item) {
      const group = groups.get(item.group) ?? { line: [], underWay: 0 };
      groups.set(item.group, group);
      group.line.push(item);
      waiting += 1;
    },
    take() {
      for (const [name, group] of groups) {
        if (group.underWay >= perGroup) continue;
        const at = group.line.findIndex(({ key }) => !busy.has(key));
        const item = group.line[at];
        if (item === undefined) continue;
        group.line.splice(at, 1);
        group.underWay += 1;
        waiting -= 1;
        busy.add(item.key);
        groups.delete(name);
        groups.set(name, group);
        return item;
      }
      return undefined;
    },
    end(item) {
      busy.delete(item.key);
      const group = groups.get(item.group);
      if (group === undefined) return;
      group.underWay -= 1;
      forget(item.group, group);
    },
    drop(item) {
      const group = groups.get(item.group);
      const at = group?.line.indexOf(item) ?? -1;
      if (group === undefined || at < 0) return false;
      group.line.splice(at, 1);
      waiting -= 1;
      forget(item.group, group);
      return true;
    },
    clear() {
      for (const [name, group] of groups) {
        group.line.length = 0;
        forget(name, group);
      }
      waiting = 0;
    },
    size: (group) => (group === undefined ? waiting : (groups.get(group)?.line.length ?? 0)),
  };
}

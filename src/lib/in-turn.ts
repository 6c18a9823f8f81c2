/** Does work by key, never two of one key at once: what is asked for meanwhile begins when the other has ended. */
export type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function openTurns(): InTurn {
  const underWay = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const before = underWay.get(key) ?? Promise.resolve();
    const now = before.then(work, work);
    underWay.set(key, now);
    try {
      return await now;
    } finally {
      if (underWay.get(key) === now) underWay.delete(key);
    }
  };
}

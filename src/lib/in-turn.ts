/** The work by key, never two of one key at once: what is asked for meanwhile begins when the other has ended. */
export function inTurn<T>(work: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const underWay = new Map<string, Promise<unknown>>();
  return async (key) => {
    const before = underWay.get(key) ?? Promise.resolve();
    const begin = () => work(key);
    const now = before.then(begin, begin);
    underWay.set(key, now);
    try {
      return await now;
    } finally {
      if (underWay.get(key) === now) underWay.delete(key);
    }
  };
}

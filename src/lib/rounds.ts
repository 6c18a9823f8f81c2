/** Work that is done now and then. */
export interface Rounds {
  /** Does no more, and resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does the work at once and then every so many milliseconds; rounds never overlap: one that falls into another is left
 * out. What the work throws goes to `onError`. The timer does not keep the Node process alive.
 */
export function startRounds(
  work: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): Rounds {
  let underWay: Promise<void> | undefined;
  const round = () => {
    underWay ??= work()
      .catch(onError)
      .finally(() => (underWay = undefined));
  };
  round();
  const timer = setInterval(round, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
}

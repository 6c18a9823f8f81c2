/** Loaded before the App (`node --expose-gc --import`): what it holds is known after SIGUSR2, without what is garbage. */
process.on("SIGUSR2", () => globalThis.gc?.());

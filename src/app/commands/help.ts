import type { CommandModule } from "./command-module.js";

export function helpWith(all: () => readonly CommandModule[]): CommandModule {
  return {
    usage: "/help",
    does: "shows this list.",
    for: "reader",
    onHead: false,
    obey: () => {
      const lines = all().map(({ usage, does }) => `- \`${usage}\` ${does}`);
      return Promise.resolve(
        `A command stands alone on the first line of a new comment:\n\n${lines.join("\n")}`,
      );
    },
  };
}

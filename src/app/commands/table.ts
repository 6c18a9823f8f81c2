import type { CommandName } from "../../policy/command.js";
import { apply } from "./apply.js";
import { cancel } from "./cancel.js";
import type { CommandModule } from "./command-module.js";
import { explain } from "./explain.js";
import { helpWith } from "./help.js";
import { okToTest } from "./ok-to-test.js";
import { retry } from "./retry.js";
import { run } from "./run.js";
import { approve, reject } from "./vote.js";

/** Every command; to add one, name it in `policy/command.ts` and put its module here. */
export const commands: Readonly<Record<CommandName, CommandModule>> = {
  apply,
  run,
  approve,
  reject,
  retry,
  cancel,
  "ok-to-test": okToTest,
  explain,
  help: helpWith(() => Object.values(commands)),
};

import type { FunctionTable } from "./arguments.js";
import { SPRIG_COLLECTIONS } from "./sprig-collections.js";
import { SPRIG_NUMBERS } from "./sprig-numbers.js";
import { SPRIG_TEXTS } from "./sprig-texts.js";

/**
 * The functions of Masterminds/sprig that Argo offers as `sprig.NAME`, without those that read the clock,
 * the network, or chance. As there, most of them take a value of the wrong type for the empty one.
 */
export const SPRIG: FunctionTable = new Map(
  Object.entries({ ...SPRIG_TEXTS, ...SPRIG_NUMBERS, ...SPRIG_COLLECTIONS }),
);

import type { FunctionTable } from "./arguments.js"; export const SPRIG: FunctionTable = new Map();

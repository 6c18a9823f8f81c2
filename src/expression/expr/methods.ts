import { ExpressionError } from "../expression-error.js";
import { DURATION_METHODS, GoDuration } from "./go-duration.js";
import { GoTime, TIME_METHODS } from "./go-time.js";
import { GoVersion, methodOfVersion } from "./go-version.js";
import { typeName } from "./values.js";

/** Calls a method of a time, a duration or a version, such as `now().Format("2006-01-02")`; nothing else has any. */
export function callMethod(object: unknown, name: string, args: readonly unknown[]): unknown {
  if (object instanceof GoTime && Object.hasOwn(TIME_METHODS, name))
    return TIME_METHODS[name]?.(object, args);
  if (object instanceof GoDuration && Object.hasOwn(DURATION_METHODS, name))
    return DURATION_METHODS[name]?.(object);
  const method = object instanceof GoVersion ? methodOfVersion(object, name) : undefined;
  if (object instanceof GoVersion && method !== undefined) return method(object, args);
  throw new ExpressionError(`cannot call method ${name} of ${typeName(object)}`);
}

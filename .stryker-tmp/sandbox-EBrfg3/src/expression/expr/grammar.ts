/** Of binary operators; the higher binds the tighter. */
export const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ["|", 0],
  ["||", 10],
  ["or", 10],
  ["&&", 15],
  ["and", 15],
  ["==", 20],
  ["!=", 20],
  ["<", 20],
  [">", 20],
  ["<=", 20],
  [">=", 20],
  ["in", 20],
  ["matches", 20],
  ["contains", 20],
  ["startsWith", 20],
  ["endsWith", 20],
  ["..", 25],
  ["+", 30],
  ["-", 30],
  ["*", 60],
  ["/", 60],
  ["%", 60],
  ["**", 100],
  ["^", 100],
  ["??", 500],
]);
/** Operators that `not` may precede. */
export const NEGATABLE = new Set(["in", "matches", "contains", "startsWith", "endsWith"]);
export const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["nil", null],
]);
/** Functions whose second argument is evaluated for each element. */
export const PREDICATE_FUNCTIONS = new Set(
  "all none any one filter map count sum find findIndex findLast findLastIndex groupBy sortBy reduce".split(
    " ",
  ),
);

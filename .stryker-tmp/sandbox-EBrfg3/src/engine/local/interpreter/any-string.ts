/** Argo's AnyString: a number or boolean in the manifest is the string that it is written as. */
export function anyString(value: string | number | boolean): string {
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value) || Math.abs(value) < 1e21) return plainDecimal(value);
  return BigInt(value).toString();
}

function plainDecimal(value: number): string {
  const text = String(value);
  return text.includes("e-") ? value.toFixed(20).replace(/0+$/, "") : text;
}

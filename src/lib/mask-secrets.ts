/** Replaces every occurrence of the secrets by `***`, the longest first; empty ones are left out. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  const sorted = secrets.filter((secret) => secret !== "").sort((a, b) => b.length - a.length);
  return sorted.reduce((masked, secret) => masked.replaceAll(secret, "***"), text);
}

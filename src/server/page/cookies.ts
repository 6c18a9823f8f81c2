const longest = 4096;

/** The value of one cookie of a Cookie header; undefined when it is absent, or twice there. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const found = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  const [value, ...others] = found;
  return others.length === 0 && value !== undefined && value.length <= longest ? value : undefined;
}

/** A cookie of this host only, which no script reads and no other site sends along but by a link to here. */
export function setCookie(name: string, value: string, seconds: number): string {
  return `${name}=${value}; Path=/; Max-Age=${Math.max(0, Math.floor(seconds))}; Secure; HttpOnly; SameSite=Lax`;
}

export function clearCookie(name: string): string {
  return setCookie(name, "", 0);
}

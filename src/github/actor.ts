import type { Actor } from "../policy/event.js";

/** An account as REST shows it. */
export interface Account {
  id: number;
  login: string;
  type?: string;
}

export function toActor(account: Account | null | undefined): Actor | undefined {
  if (account === null || account === undefined || typeof account.id !== "number") return undefined;
  const known = ["User", "Bot", "Organization"].find((type) => type === account.type);
  return { id: account.id, login: account.login, type: (known ?? "Unknown") as Actor["type"] };
}

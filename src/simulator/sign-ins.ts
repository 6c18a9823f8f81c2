import type { Account } from "./account.js";

/** What the simulated GitHub knows of people who signed in to the App. */
export interface SignIns {
  clientId: string;
  clientSecret: string;
  /** A redirect must be one of these, to the letter. */
  callbackUrls: string[];
  codes: Map<string, Code>;
  /** Whose each user access token is. */
  userTokens: Map<string, { account: Account; expiresAt: number }>;
}

interface Code {
  account: Account;
  redirectUri: string;
  challenge: string;
  expiresAt: number;
}

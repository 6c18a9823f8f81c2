export interface Account {
  id: number;
  login: string;
  type: "User" | "Bot" | "Organization";
  /** 0 where the App is not installed. */
  installationId: number;
  createdAt: string;
}

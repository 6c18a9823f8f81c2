import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** What only this server, and each of its replicas, can write and read. */
export interface Seal {
  /** Text for a cookie: unreadable, unforgeable, and good for one purpose until `expiresAt` (milliseconds). */
  seal(purpose: string, value: object, expiresAt: number): string;
  /** What was sealed; undefined when it was not sealed here for this purpose, or has expired. */
  open(purpose: string, text: string, now: number): unknown;
}

const ivBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under a key derived from the secret, the purpose as additional data. */
export function openSeal(secret: string): Seal {
  if (secret === "") throw new Error("a seal needs a secret");
  const key = Buffer.from(hkdfSync("sha256", secret, "sluice", "run page sessions", 32));
  return {
    seal(purpose, value, expiresAt) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(purpose));
      const text = Buffer.concat([cipher.update(JSON.stringify({ expiresAt, value })), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
    },
    open(purpose, text, now) {
      try {
        const bytes = Buffer.from(text, "base64url");
        const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        const opened = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]);
        const { expiresAt, value } = JSON.parse(opened.toString()) as { expiresAt: number; value: unknown };
        return expiresAt > now ? value : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

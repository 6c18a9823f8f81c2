import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export interface Asset {
  type: string;
  text: string;
  etag: string;
}

const types: Record<string, string> = {
  "page.css": "text/css; charset=utf-8",
  "page.js": "text/javascript; charset=utf-8",
  "sluice.svg": "image/svg+xml",
};

/** The files of the pages by their address. */
export function readAssets(): Map<string, Asset> {
  return new Map(
    Object.entries(types).map(([name, type]) => {
      const text = readFileSync(new URL(`./assets/${name}`, import.meta.url), "utf8");
      const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 20)}"`;
      return [`/assets/${name}`, { type, text, etag }];
    }),
  );
}

import { randomBytes, verify } from "node:crypto";
import { HttpRefusal, type State, type Token } from "./state.js";

/** Permissions of which one must be held, as `checks:write`; empty means that any token will do. */
export type Access = string[];

const tokenLifeMs = 60 * 60 * 1000;
const longestJwtSeconds = 10 * 60;

/** The token behind an `Authorization` header. The App's own JWT gives no token: `authenticate(…, "app")`. */
export function authenticate(state: State, authorization: string | undefined, as: "app"): undefined;
export function authenticate(state: State, authorization: string | undefined, as: "installation"): Token;
export function authenticate(
  state: State,
  authorization: string | undefined,
  as: "app" | "installation",
): Token | undefined {
  const credential = /^(?:bearer|token)\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (as === "app") return verifyJwt(state, credential);
  if (credential === undefined) throw new HttpRefusal(401, "Requires authentication");
  return findToken(state, credential);
}

/** A live token; 401 when it is unknown, revoked or expired. */
export function findToken(state: State, value: string): Token {
  const token = state.tokens.get(value);
  if (token === undefined || token.expiresAt <= state.clock()) throw new HttpRefusal(401, "Bad credentials");
  return token;
}

/** A new installation token: `ghs_` and 200 characters, as long as GitHub's stateless ones may be; lives an hour. */
export function createToken(state: State, grant: Omit<Token, "value" | "expiresAt">): Token {
  const random = randomBytes(300)
    .toString("base64")
    .replace(/[^A-Za-z0-9]/g, "");
  const token = { ...grant, value: `ghs_${random.slice(0, 200)}`, expiresAt: state.clock() + tokenLifeMs };
  state.tokens.set(token.value, token);
  return token;
}

function verifyJwt(state: State, jwt: string | undefined): undefined {
  const [header = "", claims = "", signature = ""] = (jwt ?? "").split(".");
  const undecodable = new HttpRefusal(401, "A JSON web token could not be decoded");
  if (decode(header)?.["alg"] !== "RS256") throw undecodable;
  const signed = Buffer.from(`${header}.${claims}`);
  if (!verify("RSA-SHA256", signed, state.app.key, Buffer.from(signature, "base64url"))) throw undecodable;
  const { iat, exp, iss } = decode(claims) ?? {};
  const now = Math.floor(state.clock() / 1000);
  if (typeof iat !== "number" || iat > now)
    refuseClaim("Issued at", "iat", "must be an Integer representing the time that the assertion was issued");
  if (typeof exp !== "number" || exp <= now)
    refuseClaim(
      "Expiration time",
      "exp",
      "must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + longestJwtSeconds) refuseClaim("Expiration time", "exp", "is too far in the future");
  if (String(iss) !== String(state.app.id)) throw new HttpRefusal(404, "Integration not found");
  return undefined;
}

function refuseClaim(title: string, claim: string, why: string): never {
  throw new HttpRefusal(401, `'${title}' claim ('${claim}') ${why}`);
}

function decode(part: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

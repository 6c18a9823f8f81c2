import { ExpressionError } from "../expression-error.js";
import type { Arguments, NativeFunction } from "./arguments.js";
import { mapOf } from "./values.js";

const base: NativeFunction = (args) => baseOf(args.text(0));
const dir: NativeFunction = (args) => clean(args.text(0).slice(0, args.text(0).lastIndexOf("/") + 1));
const ext: NativeFunction = (args) => /\.[^./]*$/.exec(args.text(0))?.[0] ?? "";
const isAbs: NativeFunction = (args) => args.text(0).startsWith("/");
const cleaned: NativeFunction = (args) => clean(args.text(0));

export const SPRIG_PATHS: Record<string, NativeFunction> = {
  base,
  dir,
  ext,
  isAbs,
  clean: cleaned,
  osBase: base,
  osDir: dir,
  osExt: ext,
  osIsAbs: isAbs,
  osClean: cleaned,
  urlParse: (args) => urlParts(args.text(0)),
  urlJoin: (args) => joinedUrl(args),
};

function baseOf(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** path.Clean. */
function clean(path: string): string {
  const isRooted = path.startsWith("/");
  const kept: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!isRooted) kept.push("..");
  }
  return `${isRooted ? "/" : ""}${kept.join("/")}` || ".";
}

function urlParts(text: string): unknown {
  const match = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
    text,
  );
  if (!match) throw new ExpressionError(`unable to parse url: ${text.slice(0, 100)}`);
  const [, scheme = "", authority = "", path = "", query = "", fragment = ""] = match;
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1);
  return mapOf([
    ["scheme", scheme.toLowerCase()],
    ["host", host],
    ["hostname", host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1")],
    ["path", authority === "" && scheme !== "" && !path.startsWith("/") ? "" : path],
    ["query", query],
    ["opaque", authority === "" && scheme !== "" && !path.startsWith("/") ? path : ""],
    ["fragment", fragment],
    ["userinfo", at < 0 ? "" : authority.slice(0, at)],
  ]);
}

function joinedUrl(args: Arguments): string {
  const parts = args.map(0);
  const part = (name: string): string => {
    const value = parts[name] ?? "";
    if (typeof value === "string") return value;
    throw new ExpressionError(`unable to parse ${name} key`);
  };
  const user = part("userinfo") === "" ? "" : `${part("userinfo")}@`;
  const host = part("host") === "" && user === "" ? "" : `//${user}${part("host")}`;
  const scheme = part("scheme") === "" ? "" : `${part("scheme")}:`;
  const query = part("query") === "" ? "" : `?${part("query")}`;
  const fragment = part("fragment") === "" ? "" : `#${part("fragment")}`;
  return `${scheme}${host}${part("path")}${query}${fragment}`;
}

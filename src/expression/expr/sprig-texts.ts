import { createDecipheriv, createHash } from "node:crypto";
import { ExpressionError } from "../expression-error.js";
import { formatValue, quote } from "../go-format.js";
import type { Arguments, NativeFunction } from "./arguments.js";
import { toInt } from "./sprig-numbers.js";
import { joined, repeated, replaced, split, trimmed, withoutPrefix, withoutSuffix } from "./text.js";
import { mapOf } from "./values.js";

export const SPRIG_TEXTS: Record<string, NativeFunction> = {
  toString: (args: Arguments) => textOf(args, args.any(0)),
  trim: (args) => args.text(0).trim(),
  trimall: (args) => trimmed(args.text(1), new Set(args.text(0))),
  trimAll: (args) => trimmed(args.text(1), new Set(args.text(0))),
  trimPrefix: (args) => withoutPrefix(args.text(1), args.text(0)),
  trimSuffix: (args) => withoutSuffix(args.text(1), args.text(0)),
  upper: (args) => args.text(0).toUpperCase(),
  lower: (args) => args.text(0).toLowerCase(),
  title: (args) => args.text(0).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toUpperCase()),
  untitle: (args) => args.text(0).replace(/(?<![\p{L}\p{N}_'])\p{L}/gu, (letter) => letter.toLowerCase()),
  swapcase: (args) => args.text(0).replace(/\p{L}/gu, swapped),
  nospace: (args) => args.text(0).replace(/\s/g, ""),
  initials: (args) =>
    words(args.text(0))
      .map((word) => word.charAt(0))
      .join(""),
  snakecase: (args) => cased(args.text(0), "_"),
  kebabcase: (args) => cased(args.text(0), "-"),
  camelcase: (args) =>
    args.text(0).replace(/(?:^|[\s_-]+)(.)/gu, (_, letter: string) => letter.toUpperCase()),
  contains: (args) => args.text(1).includes(args.text(0)),
  hasPrefix: (args) => args.text(1).startsWith(args.text(0)),
  hasSuffix: (args) => args.text(1).endsWith(args.text(0)),
  repeat: (args) => repeated(args, args.text(1), Math.max(0, toInt(args.any(0)))),
  replace: (args) => replaced(args, args.text(2), args.text(0), args.text(1)),
  substr: (args) => substring(args.text(2), toInt(args.any(0)), toInt(args.any(1))),
  trunc: (args) => truncated(args.text(1), toInt(args.any(0))),
  abbrevboth: (args) => abbreviatedBoth(args.text(2), toInt(args.any(0)), toInt(args.any(1))),
  wrap: (args) => wrapped(args, toInt(args.any(0)), "\n", args.text(1), false),
  wrapWith: (args) => wrapped(args, toInt(args.any(0)), args.text(1), args.text(2), true),
  abbrev: (args) => abbreviated(args.text(1), toInt(args.any(0))),
  quote: (args) =>
    present(args)
      .map((value) => quote(textOf(args, value)))
      .join(" "),
  squote: (args) =>
    present(args)
      .map((value) => `'${textOf(args, value)}'`)
      .join(" "),
  cat: (args) =>
    present(args)
      .map((value) => textOf(args, value))
      .join(" "),
  indent: (args) => indented(args),
  nindent: (args) => `\n${indented(args)}`,
  plural: (args) => (toInt(args.any(2)) === 1 ? args.text(0) : args.text(1)),
  join: (args) => joined(args, texts(args, args.any(1)), args.text(0)),
  splitList: (args) => split(args, args.text(1), args.text(0), -1),
  split: (args) => numbered(split(args, args.text(1), args.text(0), -1)),
  splitn: (args) => numbered(split(args, args.text(2), args.text(0), toInt(args.any(1)))),
  sortAlpha: (args) => texts(args, args.any(0)).sort(),
  toStrings: (args) => texts(args, args.any(0)),
  b64enc: (args) => Buffer.from(args.text(0)).toString("base64"),
  b64dec: (args) => Buffer.from(args.text(0), "base64").toString(),
  b32enc: (args) => base32(Buffer.from(args.text(0))),
  b32dec: (args) => fromBase32(args.text(0)).toString(),
  adler32sum: (args) => adler32(Buffer.from(args.text(0))),
  sha1sum: (args) => createHash("sha1").update(args.text(0)).digest("hex"),
  sha256sum: (args) => createHash("sha256").update(args.text(0)).digest("hex"),
  sha512sum: (args) => createHash("sha512").update(args.text(0)).digest("hex"),
  decryptAES: (args) => decrypted(args.text(0), args.text(1)),
  hello: () => "Hello!",
};

function textOf(args: Arguments, value: unknown): string {
  args.budget.walk(value);
  return formatValue(value);
}

function texts(args: Arguments, value: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
  return items.filter((item) => item !== null).map((item) => textOf(args, item));
}

function present(args: Arguments): unknown[] {
  return args.values.filter((value) => value !== null && value !== undefined);
}

function swapped(letter: string): string {
  return letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
}

function words(text: string): string[] {
  return text.split(/\s/).filter((word) => word !== "");
}

function cased(text: string, separator: string): string {
  const parted = text
    .replace(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu, separator)
    .replace(/(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu, separator);
  return parted.replace(/[\s_-]/g, separator).toLowerCase();
}

function substring(text: string, from: number, to: number): string {
  if (from < 0) return text.slice(0, Math.max(0, to));
  return to < 0 || to > text.length ? text.slice(from) : text.slice(from, to);
}

function truncated(text: string, length: number): string {
  if (length >= 0) return text.slice(0, length);
  return text.length + length > 0 ? text.slice(length) : text;
}

function abbreviated(text: string, width: number): string {
  return width < 4 || text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

function indented(args: Arguments): string {
  const margin = repeated(args, " ", Math.max(0, toInt(args.any(0))));
  return margin + replaced(args, args.text(1), "\n", `\n${margin}`);
}

function numbered(parts: string[]): unknown {
  return mapOf(parts.map((part, index) => [`_${index}`, part]));
}

function abbreviatedBoth(text: string, offset: number, width: number): string {
  if (width < 4 || (offset > 0 && width < 7) || text.length <= width) return text;
  let from = Math.min(offset, text.length);
  if (text.length - from < width - 3) from = text.length - (width - 3);
  if (from <= 4) return `${text.slice(0, width - 3)}...`;
  if (from + width - 3 < text.length) return `...${abbreviated(text.slice(from), width - 3)}`;
  return `...${text.slice(text.length - (width - 3))}`;
}

/** Breaks lines at spaces; a word that is too long is broken only where `isHard`. */
function wrapped(args: Arguments, width: number, end: string, text: string, isHard: boolean): string {
  const size = Math.max(1, width);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > size) {
    args.budget.spend(1);
    if (rest.startsWith(" ")) {
      rest = rest.slice(1);
      continue;
    }
    const space = rest.lastIndexOf(" ", size);
    const next = rest.indexOf(" ", size);
    const at = space > 0 ? space : isHard ? size : next < 0 ? rest.length : next;
    lines.push(rest.slice(0, at));
    rest = rest.slice(space > 0 || !isHard ? at + 1 : at);
  }
  return [...lines, rest].join(end);
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function base32(bytes: Buffer): string {
  let bits = "";
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  const digits = (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32.charAt(parseInt(five.padEnd(5, "0"), 2)));
  return digits.join("").padEnd(Math.ceil(digits.length / 8) * 8, "=");
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text.replace(/=+$/, ""), (char) =>
    BASE32.indexOf(char).toString(2).padStart(5, "0"),
  );
  const bytes = bits.join("").match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => parseInt(byte, 2)));
}

function adler32(bytes: Buffer): string {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return String(b * 65536 + a);
}

/** AES-256-CBC with the password as key, filled up with zeros; the first block is the vector. */
function decrypted(password: string, encrypted: string): string {
  if (encrypted === "") return "";
  if (encrypted.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encrypted))
    throw new ExpressionError("illegal base64 data");
  const bytes = Buffer.from(encrypted, "base64");
  if (bytes.length < 32 || bytes.length % 16 !== 0) throw new ExpressionError("input not full blocks");
  const key = Buffer.alloc(32);
  Buffer.from(password).copy(key);
  const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, 16)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
  const length = plain.length - (plain.at(-1) ?? 0);
  if (length < 0) throw new ExpressionError("the password is not the one of the text");
  return plain.subarray(0, length).toString();
}

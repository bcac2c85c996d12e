import { createHash } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 48;

/**
 * A new API key: 48 letters and digits, 285 random bits. W&B's SDK demands 40 characters or more
 * after the first `-`, so there is none.
 */
export function makeApiKey(): string {
  let key = "";
  while (key.length < LENGTH) {
    // Values past the largest multiple of 62 would favour the first letters.
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      if (byte < 248 && key.length < LENGTH) key += ALPHABET[byte % 62];
    }
  }
  return key;
}

/** What is kept of a key. Keys are random and long, so that a plain hash cannot be guessed. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** What tells keys apart in a list. */
export function keyHint(key: string): string {
  return key.slice(0, 6);
}

/** The key of an `Authorization` header: `Basic base64("api:" + key)`, or `Bearer`. */
export function keyOfHeader(header: string | null): string | undefined {
  const [, scheme, value] = /^(Basic|Bearer) +([^\s]+)$/i.exec(header ?? "") ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === "bearer") return value;
  try {
    return /^[^:]*:(.*)$/s.exec(atob(value))?.[1];
  } catch {
    return undefined;
  }
}

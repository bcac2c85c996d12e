import type { MimePart } from "./cell_lines.ts";

/** Kinds of content that are worth keeping as they are. */
const KEPT = /^(text\/|image\/|application\/(json|javascript|vnd\.|geo\+json))/;

/** How much of a MIME bundle is kept, in characters. */
export interface MimeLimits {
  /** Of one output. */
  readonly output: number;
  /** What is left of the cell's share. */
  readonly cell: number;
}

/** The parts of a MIME bundle, with what was kept of it in characters. */
export interface KeptParts {
  readonly parts: MimePart[];
  readonly kept: number;
  /** Whether something was too large, or of a kind that is not kept. */
  readonly unkept: boolean;
}

const MAX_PARTS = 32;
const MAX_MIME = 128;

/** Takes a MIME bundle apart; the small parts are kept first. */
export function mimeParts(data: unknown, limits: MimeLimits): KeptParts {
  if (typeof data !== "object" || data === null) return { parts: [], kept: 0, unkept: false };
  const entries = Object.entries(data);
  const parts = entries.slice(0, MAX_PARTS).map(([mime, value]) => {
    // What is not text is JSON.
    const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
    return { mime: mime.slice(0, MAX_MIME), value: value as unknown, length: text.length, text };
  });
  let kept = 0;
  let unkept = entries.length > MAX_PARTS;
  const keep = new Set<string>();
  for (const { mime, length } of parts.toSorted((a, b) => a.length - b.length)) {
    if (KEPT.test(mime) && kept + length <= limits.output && kept + length <= limits.cell) {
      kept += length;
      keep.add(mime);
    } else unkept = true;
  }
  return {
    kept,
    unkept,
    parts: parts.map(({ mime, value, text }) => {
      const part = { mime, size: byteLength(text) };
      return keep.has(mime) ? { ...part, value } : part;
    }),
  };
}

/** Bytes of a text in UTF-8, without encoding it. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // The halves of a pair are 4 bytes together, all else from U+0800 is 3.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000 && isPaired(text, i)) ? 1 : 2;
  }
  return bytes;
}

function isPaired(text: string, at: number): boolean {
  const high = text.charCodeAt(at) < 0xdc00 ? at : at - 1;
  return (text.codePointAt(high) ?? 0) > 0xffff;
}

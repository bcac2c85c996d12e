/**
 * What no document, attribute or terminal should be given: control characters (a terminal obeys
 * them, XML forbids them), overrides of the writing direction (they make a line read as something
 * else), and the two code points that are not characters.
 */
// deno-lint-ignore no-control-regex
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g;
const LINE_BREAKS = /[\t\n\r]/;
const MARKUP = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Makes a text harmless that a stranger may have sent: control characters and lone surrogates
 * become U+FFFD. Tabs and line breaks stay, unless it has to fit on one line.
 *
 * @param text Any string.
 * @param oneLine Whether tabs and line breaks become spaces.
 */
export function harmless(text: string, oneLine = false): string {
  return text.toWellFormed().replace(
    HARMFUL,
    (character) => LINE_BREAKS.test(character) ? (oneLine ? " " : character) : "\ufffd",
  );
}

/**
 * Escapes a text for the content and the quoted attributes of XML.
 *
 * @example
 * ```ts
 * escapeXml('<b title="x">'); // "&lt;b title=&quot;x&quot;&gt;"
 * ```
 */
export function escapeXml(text: string): string {
  return harmless(text).replace(MARKUP, (character) => ENTITIES[character]!);
}

/** Escapes a text for the content and the quoted attributes of HTML. */
export const escapeHtml: (text: string) => string = escapeXml;

/**
 * Shortens a text to at most `length` UTF-16 code units, an ellipsis included. A surrogate pair is
 * never split.
 *
 * @example
 * ```ts
 * truncate("validation loss", 8); // "validat…"
 * ```
 */
export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  if (!(length >= 1)) return "";
  let end = length - 1;
  const before = text.charCodeAt(end - 1);
  if (before >= 0xd800 && before <= 0xdbff) end--;
  return `${text.slice(0, end)}…`;
}

/**
 * A word that stands for a number, as a whole value. Inside of a string its quotes would be escaped,
 * and before a colon it is a key.
 */
const WORDS = /([:,[])"(NaN|-?Infinity)"(?=[,}\]])/g;

/**
 * JSON of the record as the protocol has it: NaN and the infinities are bare words, which the record
 * writes as strings.
 *
 * @example
 * ```ts
 * toExtendedJson('{"loss":"NaN"}'); // '{"loss":NaN}'
 * ```
 */
export function toExtendedJson(json: string): string {
  if (!json.includes('NaN"') && !json.includes('Infinity"')) return json;
  return json.replace(WORDS, "$1$2");
}

/** A bare word that stands for a number, as a whole value; strings before it are skipped. */
const BARE = /("(?:[^"\\]|\\.)*")|(NaN|-?Infinity)\b/g;

/** The protocol's JSON as the record has it: bare words become strings. */
export function fromExtendedJson(json: string): string {
  if (!json.includes("NaN") && !json.includes("Infinity")) return json;
  return json.replace(BARE, (_, string, word) => string ?? `"${word}"`);
}

/** JSON text that `JSON.stringify` takes as it is; TypeScript's library does not have it yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };

/** A value as the record's JSON: bigint keeps its digits, NaN and the infinities are strings. */
export function stringifyRecord(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === "bigint") return rawJson(String(inner));
    return typeof inner === "number" && !Number.isFinite(inner) ? String(inner) : inner;
  });
}

/** A value as the protocol's JSON. */
export function stringifyExtended(value: unknown): string {
  return toExtendedJson(stringifyRecord(value));
}

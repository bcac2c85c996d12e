/** A history or event line, read. */
export interface ParsedLine {
  /** Standard JSON without line breaks, or what could not be read as it came. */
  readonly text: string;
  /** Undefined when it is not a JSON object. */
  readonly row: Readonly<Record<string, unknown>> | undefined;
}

/** Strings, which are kept, and the words that JSON lacks. */
const EXTENDED = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Reads a line. W&B's SDK writes NaN and the infinities as bare words; they become strings, so that
 * every other reader can be a plain one.
 */
export function parseRow(line: string): ParsedLine {
  const text = /[\r\n]/.test(line) ? line.replace(/[\r\n]+/g, " ") : line;
  const row = parseObject(text);
  if (row !== undefined || !/NaN|Infinity/.test(text)) return { text, row };
  const standard = text.replace(EXTENDED, (word) => word.startsWith('"') ? word : `"${word}"`);
  const standardRow = parseObject(standard);
  return standardRow === undefined ? { text, row: undefined } : {
    text: standard,
    row: standardRow,
  };
}

/** JSON with NaN and the infinities as bare words, as standard JSON; undefined when it is neither. */
export function standardJson(text: string): string | undefined {
  try {
    JSON.parse(text);
    return text;
  } catch {
    const standard = text.replace(EXTENDED, (word) => word.startsWith('"') ? word : `"${word}"`);
    try {
      JSON.parse(standard);
      return standard;
    } catch {
      return undefined;
    }
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : undefined;
  } catch {
    return undefined;
  }
}

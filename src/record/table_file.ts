/** A table as a file has it. */
export interface TableFile {
  readonly columns: readonly string[];
  readonly data: readonly (readonly unknown[])[];
}

/** JSON texts, and the words that JSON does not have. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/**
 * Reads a `.table.json`; NaN and the infinities, which stand there as bare words, become texts.
 *
 * @throws {SyntaxError} When it is no table.
 */
export function parseTableFile(text: string): TableFile {
  const { columns, data } = JSON.parse(
    text.replace(TOKENS, (token) => token.startsWith('"') ? token : `"${token}"`),
  ) as { columns: unknown; data: unknown };
  if (!Array.isArray(columns) || !Array.isArray(data) || !data.every(Array.isArray)) {
    throw new SyntaxError("Cannot read a table: it has no columns and rows");
  }
  return { columns: columns.map(String), data };
}

import { stringifyRecord } from "../record/extended_json.ts";
import type { Row } from "../run/recorded_run.ts";
import type { Column } from "./flat_rows.ts";

/**
 * Rows as lines of CSV (RFC 4180), a header first. A value that a row lacks is empty; an empty text
 * has its quotes.
 */
export function* csvLines(columns: readonly Column[], rows: Iterable<Row>): Generator<string> {
  yield columns.map(({ name }) => quote(name)).join(",");
  for (const row of rows) yield columns.map(({ name }) => cell(row[name])).join(",");
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return quote(typeof value === "object" ? stringifyRecord(value) : String(value));
}

function quote(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { writeAllSync } from "../record/write_all.ts";
import { stringifyRecord } from "../record/extended_json.ts";
import { type Column, columnsOf, flatRows } from "../export/flat_rows.ts";
import { csvLines } from "../export/csv.ts";
import { readRows, type Row } from "../run/recorded_run.ts";
import { CliError } from "./cli_error.ts";
import type { Print } from "./program.ts";

/** What rows can be written as. */
export const EXPORT_FORMATS = ["csv", "json", "parquet"] as const;
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** Options of `cellar export`. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** The file; what is printed when left out. */
  readonly output: string | undefined;
  /** Names of columns; one that is no column may be several, joined by commas. */
  readonly keys: readonly string[] | undefined;
}

const BUFFER_CHARACTERS = 262_144;

/**
 * Writes a run's rows as a table.
 *
 * @returns How many rows and columns there are.
 * @throws {CliError} When the run has no such column, or the file cannot be written.
 */
export async function exportRun(
  directory: string,
  { format, output, keys: named }: ExportOptions,
  print: Print,
): Promise<{ rows: number; columns: number }> {
  let count = 0;
  const counted = function* (rows: Iterable<Row>) {
    for (const row of rows) {
      count++;
      yield row;
    }
  };
  const all = columnsOf(flatRows(directory));
  const columns = named === undefined ? all : named.flatMap((names) => columnsNamed(names, all));
  const keys = named && columns.map(({ name }) => name);
  if (format === "parquet") {
    if (output === undefined) throw new CliError("Cannot print Parquet: name a file with --output");
    const { writeParquet } = await import("../export/parquet.ts");
    await writeParquet(output, columns, counted(flatRows(directory)));
  } else {
    const lines = format === "csv"
      ? csvLines(columns, counted(flatRows(directory)))
      : jsonLines(counted(keys === undefined ? readRows(directory) : flatRows(directory)), keys);
    if (output === undefined) printLines(lines, print);
    else writeLines(lines, output);
  }
  return { rows: count, columns: columns.length };
}

/** A column, or several whose names are joined by commas; names may have commas themselves. */
function columnsNamed(names: string, all: readonly Column[]): Column[] {
  const known = all.find(({ name }) => name === names);
  if (known !== undefined) return [known];
  return names.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    const column = all.find(({ name }) => name === part);
    if (column === undefined) {
      throw new CliError(`Cannot export ${JSON.stringify(part)}: the run has no such column`);
    }
    return column;
  });
}

/** One JSON array, a row a line. */
function* jsonLines(rows: Iterable<Row>, keys: readonly string[] | undefined): Generator<string> {
  yield "[";
  let open: string | null = null;
  for (const row of rows) {
    const shown = keys === undefined
      ? row
      : Object.fromEntries(keys.filter((key) => key in row).map((key) => [key, row[key]]));
    if (open !== null) yield `${open},`;
    open = stringifyRecord(shown);
  }
  if (open !== null) yield open;
  yield "]";
}

function printLines(lines: Iterable<string>, print: Print): void {
  for (const text of blocks(lines)) print(text.slice(0, -1));
}

function writeLines(lines: Iterable<string>, path: string): void {
  const encoder = new TextEncoder();
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  for (const text of blocks(lines)) {
    if (writeAllSync(file, encoder.encode(text)).length > 0) {
      throw new CliError(`Cannot write ${JSON.stringify(path)}: the disk is full`);
    }
  }
}

/** Lines together, so that there are fewer writes. */
function* blocks(lines: Iterable<string>): Generator<string> {
  let text = "";
  for (const line of lines) {
    text += line + "\n";
    if (text.length < BUFFER_CHARACTERS) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

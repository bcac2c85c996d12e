import type { Json } from "../../record/lines.ts";
import type { TableColumn, TableJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

/** W&B takes this many rows in a run's file. */
const MAX_FILE_ROWS = 10_000;
const FOLDER = "media/table";
const EXTENSION = ".table.json";

/**
 * Writes a table as W&B has it: `{"columns":[…],"data":[[…],…]}`, NaN and the infinities as bare
 * words. The file that is uploaded has at most 10,000 rows; a longer table is kept whole beside the
 * files, under `artifacts/`.
 */
export function makeTable(job: TableJob, context: MakeContext): Json {
  const { key, step, files } = context;
  const { names, rows, allRows, increment } = job;
  for (const warning of job.warnings) context.warn(warning);
  const parts = job.parts.map((part) => part.kind === "table" ? null : context.makePart(part));
  const columns = job.columns.map((column) => cellTexts(column, parts));
  const head = `{"columns":${JSON.stringify(names)},"data":[`;
  const place = { folder: FOLDER, key, step, extension: EXTENSION };
  if (rows > MAX_FILE_ROWS) files.writeWhole(tableText(head, columns, rows), place);
  const text = tableText(head, columns, Math.min(rows, MAX_FILE_ROWS));
  const { sha256, size, path } = files.write({ text }, place);
  return {
    ...(increment === undefined
      ? { _type: "table-file" }
      : { _type: "incremental-table-file", ...context.increments.add(increment, path) }),
    sha256,
    size,
    path,
    ncols: names.length,
    nrows: allRows,
    log_mode: increment === undefined ? "IMMUTABLE" : "INCREMENTAL",
  };
}

function tableText(head: string, columns: readonly (readonly string[])[], rows: number): string {
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = "[";
    for (let i = 0; i < columns.length; i++) {
      if (i > 0) line += ",";
      line += columns[i]![row]!;
    }
    lines.push(line + "]");
  }
  return `${head}${lines.join(",")}]}`;
}

/** The cells of a column as JSON texts. */
function cellTexts(column: TableColumn, parts: readonly Json[]): string[] {
  if (column.type === "number") {
    const { numbers, nulls } = column;
    return Array.from(
      numbers,
      (value, row) => nulls.length > 0 && nulls[row] === 1 ? "null" : String(value),
    );
  }
  const { text, lengths, type } = column;
  let end = 0;
  return Array.from(lengths, (length) => {
    if (length < 0) return "null";
    const cell = text.slice(end, end += length);
    if (type === "string") return JSON.stringify(cell);
    return parts.length > 0 && cell.includes(PART) ? withParts(cell, parts) : cell;
  });
}

const PART = '{"_type":"pending","id":"cell-';
const PARTS = /\{"_type":"pending","id":"cell-(\d+)"\}/g;

function withParts(cell: string, parts: readonly Json[]): string {
  return cell.replace(PARTS, (_, index) => JSON.stringify(parts[Number(index)] ?? null));
}

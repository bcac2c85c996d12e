import type { Json } from "../../record/lines.ts";
import type { TableColumn, TableJob } from "../../record/media_job.ts";
import type { MakeContext } from "./maker.ts";

/** W&B takes this many rows in a run's file. */
const MAX_FILE_ROWS = 10_000;
/** Rows that are put together at once; it divides the number above. */
const CHUNK_ROWS = 1_000;
const FOLDER = "media/table";
const EXTENSION = ".table.json";

/**
 * Writes a table as W&B has it: `{"columns":[…],"data":[[…],…]}`, NaN and the infinities as bare
 * words. The file that is uploaded has at most 10,000 rows; a longer table is kept whole beside the
 * files, under `artifacts/`.
 */
export function makeTable(job: TableJob, context: MakeContext): Json {
  const { key, step, files } = context;
  const { names, allRows, increment } = job;
  for (const warning of job.warnings) context.warn(warning);
  const parts = job.parts.map((part) => part.kind === "table" ? null : context.makePart(part));
  const place = { folder: FOLDER, key, step, extension: EXTENSION };
  const { short, whole } = tableTexts(job, parts);
  if (whole !== null) files.writeWhole(whole, place);
  const { sha256, size, path } = files.write({ text: short }, place);
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

/** A table as JSON: its first rows, and all of them where there are more. */
function tableTexts(
  { names, columns, rows }: TableJob,
  parts: readonly Json[],
): { short: string; whole: string | null } {
  const readers = columns.map((column) => cellReader(column, parts));
  const head = `{"columns":${JSON.stringify(names)},"data":[`;
  const chunks: string[] = [];
  let short: string | null = null;
  for (let row = 0; row < rows;) {
    const lines: string[] = [];
    for (const end = Math.min(rows, row + CHUNK_ROWS); row < end; row++) {
      let line = "[";
      for (let i = 0; i < readers.length; i++) {
        if (i > 0) line += ",";
        line += readers[i]!(row);
      }
      lines.push(line + "]");
    }
    chunks.push(lines.join(","));
    if (row === MAX_FILE_ROWS) short = `${head}${chunks.join(",")}]}`;
  }
  const whole = `${head}${chunks.join(",")}]}`;
  return rows > MAX_FILE_ROWS ? { short: short!, whole } : { short: whole, whole: null };
}

/** Reads the cells of a column as JSON texts, from the first to the last. */
function cellReader(column: TableColumn, parts: readonly Json[]): (row: number) => string {
  if (column.type === "number") {
    const { numbers, nulls } = column;
    return (row) => nulls.length > 0 && nulls[row] === 1 ? "null" : String(numbers[row]);
  }
  const { text, lengths, type } = column;
  let end = 0;
  return (row) => {
    const length = lengths[row]!;
    if (length < 0) return "null";
    const cell = text.slice(end, end += length);
    if (type === "string") return JSON.stringify(cell);
    return parts.length > 0 && cell.includes(PART) ? withParts(cell, parts) : cell;
  };
}

const PART = '{"_type":"pending","id":"cell-';
const PARTS = /\{"_type":"pending","id":"cell-(\d+)"\}/g;

function withParts(cell: string, parts: readonly Json[]): string {
  return cell.replace(PARTS, (_, index) => JSON.stringify(parts[Number(index)] ?? null));
}

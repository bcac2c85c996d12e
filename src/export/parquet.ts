import { fileWriter, parquetWriteRows } from "hyparquet-writer";
import { stringifyRecord } from "../record/extended_json.ts";
import { toNumber } from "../record/parse_line.ts";
import type { Row } from "../run/recorded_run.ts";
import { VERSION } from "../version.ts";
import { bareRow, type Column, type ColumnKind } from "./flat_rows.ts";

const TYPES = {
  integer: "INT64",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  string: "STRING",
  json: "STRING",
} as const;
/** Rows that are in memory at once. */
const GROUP_ROWS = 50_000;

/** Writes rows to a Parquet file, a group of rows at a time. */
export async function writeParquet(
  path: string,
  columns: readonly Column[],
  rows: Iterable<Row>,
): Promise<void> {
  await parquetWriteRows({
    writer: fileWriter(path),
    rows: typed(columns, rows),
    columns: columns.map(({ name, kind }) => ({ name, type: TYPES[kind], nullable: true })),
    rowGroupSize: GROUP_ROWS,
    createdBy: `Cellar ${VERSION}`,
  });
}

function* typed(columns: readonly Column[], rows: Iterable<Row>): Generator<Row> {
  for (const row of rows) {
    const out = bareRow();
    for (const { name, kind } of columns) out[name] = valueOf(row[name], kind);
    yield out;
  }
}

function valueOf(value: unknown, kind: ColumnKind): unknown {
  if (value === undefined || value === null) return undefined;
  switch (kind) {
    case "integer":
      return BigInt(value as number | bigint);
    case "number":
      return toNumber(value);
    case "boolean":
    case "string":
      return value;
    case "json":
      return stringifyRecord(value);
  }
}

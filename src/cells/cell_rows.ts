import { Series } from "../charts/series.ts";
import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { HistoryLine } from "../record/lines.ts";
import { toNumber } from "../record/parse_line.ts";
import { isPending } from "../record/recordable.ts";
import { executionOf } from "../notebook/cells/execution_of.ts";
import type { RecordedCell } from "../notebook/cells/recorded_cells.ts";

/** What a cell logged. */
export interface CellRows {
  first: number;
  last: number;
  /** Distinct steps. */
  rows: number;
  /** Histograms, each time that one was logged. */
  histograms: number;
  /** Images, tables and other media, each time that one was logged. */
  media: number;
  /** The last medium of each name, in the order in which they came first. */
  readonly lastMedia: Map<string, CellMedium>;
  /** By metric, in the order in which they came. */
  readonly metrics: Map<string, CellSeries>;
}

/** An image, a table or the like, as it was recorded. */
export interface CellMedium {
  readonly step: number;
  readonly value: { readonly [key: string]: unknown };
}

/** A metric's values within a cell. */
export interface CellSeries {
  readonly series: Series;
  first: number;
  last: number;
}

/** Seconds with three decimals, times a thousand, can be a little less than the milliseconds. */
const ROUNDING = 0.01;
/** Beyond this many metrics a cell has no more series, and as many media. */
const MAX_METRICS = 500;

/**
 * Gives the rows of a history to the cells that logged them. A row whose cell is not on the record
 * belongs to none.
 *
 * @param wanted Only the rows of this cell.
 */
export function rowsByCell(
  directory: string,
  cells: readonly RecordedCell[],
  options: { readonly buckets: number; readonly wanted?: RecordedCell },
): Map<RecordedCell, CellRows> {
  const { buckets, wanted } = options;
  const cellOf = executionOf(cells);
  const found = new Map<RecordedCell, CellRows>();
  for (const row of readJsonLines<HistoryLine>(join(directory, RUN_FILES.history))) {
    const cell = cellOf({ execution: row._cell, time: row._timestamp * 1000 + ROUNDING });
    if (cell === undefined || (wanted !== undefined && cell !== wanted)) continue;
    let rows = found.get(cell);
    if (rows === undefined) {
      rows = {
        first: row._step,
        last: NaN,
        rows: 0,
        histograms: 0,
        media: 0,
        lastMedia: new Map(),
        metrics: new Map(),
      };
      found.set(cell, rows);
    }
    if (row._step !== rows.last) rows.rows++;
    rows.last = row._step;
    for (const key in row) {
      if (!key.startsWith("_")) addValue(rows, key, row[key], row._step, buckets);
    }
  }
  return found;
}

function addValue(
  rows: CellRows,
  name: string,
  value: unknown,
  step: number,
  buckets: number,
): void {
  const number = toNumber(value);
  if (number === undefined) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    if ("_type" in value) addMedium(rows, name, { step, value });
    else {
      for (const [key, inner] of Object.entries(value)) {
        addValue(rows, `${name}.${key}`, inner, step, buckets);
      }
    }
    return;
  }
  let metric = rows.metrics.get(name);
  if (metric === undefined) {
    if (rows.metrics.size >= MAX_METRICS) return;
    metric = { series: new Series(buckets), first: NaN, last: NaN };
    rows.metrics.set(name, metric);
  }
  metric.series.push(step, number);
  if (Number.isNaN(metric.first) && Number.isFinite(number)) metric.first = number;
  metric.last = number;
}

function addMedium(rows: CellRows, name: string, medium: CellMedium): void {
  // It comes in a line of its own when it is made.
  if (isPending(medium.value)) return;
  if (medium.value["_type"] === "histogram") {
    rows.histograms++;
    return;
  }
  rows.media++;
  if (rows.lastMedia.has(name) || rows.lastMedia.size < MAX_METRICS) {
    rows.lastMedia.set(name, medium);
  }
}

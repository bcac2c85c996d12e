import type { ChunkStats, Points, SeriesInfo, SeriesRange, SeriesStore } from "../series.ts";
import type { Database, SqlValue } from "./database.ts";
import { unpackPoints } from "./points_codec.ts";
import type { Stats } from "./series_stats.ts";
import { concat, emptyPoints, keep, type SeriesRow } from "./series_writer.ts";

/** How many series or runs one statement asks for. */
const BATCH = 200;

/** Series of a run in SQL. */
export class SqlSeriesStore implements SeriesStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(run: number, stream: "history" | "events"): Promise<SeriesInfo[]> {
    const rows = await this.#database.all<SeriesRow>(
      "SELECT * FROM series WHERE run = ? AND stream = ? ORDER BY name, kind",
      run,
      stream,
    );
    return rows.map(toInfo);
  }

  async find(
    runs: readonly number[],
    stream: "history" | "events",
    keys: readonly string[],
  ): Promise<SeriesInfo[]> {
    const found: SeriesInfo[] = [];
    for (const key of new Set(keys)) {
      for (const some of batches(runs)) {
        const rows = await this.#database.all<SeriesRow>(
          `SELECT * FROM series WHERE run IN (${marks(some)}) AND stream = ? AND name = ?
            AND kind = 'number' ORDER BY run`,
          ...some,
          stream,
          key,
        );
        for (const row of rows) found.push(toInfo(row));
      }
    }
    return found;
  }

  async chunks(series: readonly number[], range: SeriesRange = {}): Promise<ChunkStats[]> {
    const { sql, values } = overlap(range);
    const chunks: ChunkStats[] = [];
    for (const some of batches(series)) {
      const rows = await this.#database.all<Stats & { series: number }>(
        `SELECT series, first_line, last_line, x_min, x_max, sorted, points, non_finite, low, high,
            total, first_value, last_value
          FROM series_chunk WHERE series IN (${marks(some)})${sql} ORDER BY series, first_line`,
        ...some,
        ...values,
      );
      for (const row of rows) chunks.push({ series: row.series, ...toStats(row) });
    }
    return chunks;
  }

  async points(series: number, range: SeriesRange = {}): Promise<Points> {
    const { sql, values } = overlap(range);
    const rows = await this.#database.all<{ packed: Uint8Array }>(
      `SELECT packed FROM series_chunk WHERE series = ?${sql} ORDER BY first_line`,
      series,
      ...values,
    );
    if (rows.length === 0) return emptyPoints();
    const points = concat(rows.map(({ packed }) => unpackPoints(packed)));
    if (values.length === 0) return points;
    const { xFrom = -Infinity, xTo = Infinity, lineFrom = 0, lineTo = Infinity } = range;
    return keep(
      points,
      (line, x) => line >= lineFrom && line <= lineTo && x >= xFrom && x <= xTo,
    );
  }
}

function overlap(range: SeriesRange): { sql: string; values: SqlValue[] } {
  const conditions = [
    ["x_max >= ?", range.xFrom],
    ["x_min <= ?", range.xTo],
    ["last_line >= ?", range.lineFrom],
    ["first_line <= ?", range.lineTo],
  ] as const;
  const used = conditions.filter((condition) => condition[1] !== undefined);
  return {
    sql: used.map(([sql]) => ` AND ${sql}`).join(""),
    values: used.map(([, value]) => value!),
  };
}

function toInfo(row: SeriesRow): SeriesInfo {
  return {
    series: row.key,
    run: row.run,
    stream: row.stream as "history" | "events",
    key: row.name,
    kind: row.kind,
    monotonic: row.monotonic !== 0,
    ...toStats(row),
  };
}

function toStats(row: Omit<Stats, "first_x" | "last_x" | "monotonic">) {
  return {
    firstLine: row.first_line,
    lastLine: row.last_line,
    xMin: row.x_min,
    xMax: row.x_max,
    sorted: row.sorted !== 0,
    count: row.points,
    nonFinite: row.non_finite,
    min: row.low,
    max: row.high,
    sum: row.total,
    first: row.first_value,
    last: row.last_value,
  };
}

function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

function* batches<T>(values: readonly T[]): Generator<T[]> {
  for (let i = 0; i < values.length; i += BATCH) yield values.slice(i, i + BATCH);
}

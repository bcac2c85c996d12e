import { LINES_TOGETHER } from "../lines.ts";
import type { Points } from "../series.ts";
import type { Column } from "./columns.ts";
import type { Queries } from "./database.ts";
import type { CopyRange } from "./line_blocks.ts";
import { isOpen, packPoints, unpackPoints } from "./points_codec.ts";
import { combine, type Stats, statsOf } from "./series_stats.ts";

/** Points of a full chunk. */
const CHUNK = LINES_TOGETHER;

/** Series of a run past which new keys are kept in the lines alone. */
const MAX_SERIES = 100_000;

/** Series whose last chunks one transaction makes small. */
const SEALED_AT_ONCE = 200;

/** A series as the database has it. */
export interface SeriesRow extends Omit<Stats, "first_x"> {
  readonly key: number;
  readonly run: number;
  readonly stream: string;
  readonly name: string;
  readonly kind: string;
}

/** The last chunk of a series; null when it is full. */
interface Tail {
  readonly first_line: number;
  readonly packed: Uint8Array | null;
}

/** The run and stream that series belong to. */
export interface SeriesOwner {
  readonly run: number;
  readonly stream: string;
}

const STATS = [
  "first_line",
  "last_line",
  "x_min",
  "x_max",
  "sorted",
  "points",
  "non_finite",
  "low",
  "high",
  "total",
  "first_value",
  "last_value",
  "monotonic",
  "first_x",
  "last_x",
] as const satisfies (keyof Stats)[];
const SERIES_STATS = STATS.filter((name) => name !== "first_x");

const INSERT_CHUNK = `INSERT INTO series_chunk (series, ${STATS.join(", ")}, packed)
  VALUES (?, ${STATS.map(() => "?").join(", ")}, ?)`;
const UPDATE_CHUNK = `UPDATE series_chunk SET ${STATS.map((name) => `${name} = ?`).join(", ")},
  packed = ? WHERE series = ? AND first_line = ?`;
const INSERT_SERIES = `INSERT INTO series (run, stream, name, kind, ${SERIES_STATS.join(", ")})
  VALUES (?, ?, ?, ?, ${SERIES_STATS.map(() => "?").join(", ")}) RETURNING key`;
const UPDATE_SERIES = `UPDATE series SET ${SERIES_STATS.map((name) => `${name} = ?`).join(", ")}
  WHERE key = ?`;
// A full chunk is not read: nothing is added to it.
const SELECT_TAIL = `SELECT first_line, CASE WHEN points < ${CHUNK} THEN packed END AS packed
  FROM series_chunk WHERE series = ? ORDER BY first_line DESC LIMIT 1`;
const NO_LINES: ReadonlySet<number> = new Set();

/**
 * Writes points inside a transaction.
 *
 * @param replaced Numbers of lines that were there before, and hold something else now.
 */
export async function writeSeries(
  queries: Queries,
  owner: SeriesOwner,
  columns: Iterable<Column>,
  replaced: ReadonlySet<number> = NO_LINES,
): Promise<void> {
  if (replaced.size > 0) await removeLines(queries, owner, replaced);
  let room: number | undefined;
  for (const column of columns) {
    const { points } = column;
    const series = await queries.first<SeriesRow>(
      "SELECT * FROM series WHERE run = ? AND stream = ? AND name = ? AND kind = ?",
      owner.run,
      owner.stream,
      column.name,
      column.kind,
    );
    if (series === undefined) {
      room ??= MAX_SERIES - await countSeries(queries, owner);
      if (room-- > 0) await insertSeries(queries, owner, column);
    } else if (series.last_line < points.lines[0]!) {
      await appendPoints(queries, series, points);
    } else {
      await mergePoints(queries, series, points, NO_LINES);
    }
  }
}

/** Copies series with the chunks that hold points of lines before that number, as they are. */
export async function copySeries(
  queries: Queries,
  { from, to, stream, before }: CopyRange,
): Promise<void> {
  const stats = SERIES_STATS.join(", ");
  await queries.run(
    `INSERT INTO series (run, stream, name, kind, ${stats})
      SELECT CAST(? AS BIGINT), stream, name, kind, ${stats}
      FROM series WHERE run = ? AND stream = ?`,
    to,
    from,
    stream,
  );
  const columns = STATS.map((name) => `c.${name}`).join(", ");
  await queries.run(
    `INSERT INTO series_chunk (series, ${STATS.join(", ")}, packed)
      SELECT copy.key, ${columns}, c.packed
      FROM series original
      JOIN series copy ON copy.run = ? AND copy.stream = original.stream
        AND copy.name = original.name AND copy.kind = original.kind
      JOIN series_chunk c ON c.series = original.key AND c.first_line < ?
      WHERE original.run = ? AND original.stream = ?`,
    to,
    before,
    from,
    stream,
  );
}

/** Removes the points of all lines from that number on. */
export async function truncateSeries(
  queries: Queries,
  owner: SeriesOwner,
  from: number,
): Promise<void> {
  const touched = await queries.all<SeriesRow>(
    "SELECT * FROM series WHERE run = ? AND stream = ? AND last_line >= ?",
    owner.run,
    owner.stream,
    from,
  );
  for (const series of touched) {
    const tail = await takeChunks(queries, series.key, from);
    await insertChunks(queries, series.key, keep(tail, (line) => line < from));
    await updateFromChunks(queries, series.key);
  }
}

/**
 * Makes the last chunks of a run small, which were kept open for what comes.
 *
 * @param after Where the call before has stopped.
 * @returns Where this call has stopped; undefined when all is done.
 */
export async function sealSeries(
  queries: Queries,
  run: number,
  after = 0,
): Promise<number | undefined> {
  const series = await queries.all<{ key: number }>(
    "SELECT key FROM series WHERE run = ? AND key > ? ORDER BY key LIMIT ?",
    run,
    after,
    SEALED_AT_ONCE,
  );
  for (const { key } of series) {
    const tail = await queries.first<Tail>(SELECT_TAIL, key);
    if (!tail?.packed || !isOpen(tail.packed)) continue;
    await queries.run(
      "UPDATE series_chunk SET packed = ? WHERE series = ? AND first_line = ?",
      packPoints(unpackPoints(tail.packed), true),
      key,
      tail.first_line,
    );
  }
  return series.length < SEALED_AT_ONCE ? undefined : series.at(-1)!.key;
}

async function removeLines(queries: Queries, owner: SeriesOwner, lines: ReadonlySet<number>) {
  const numbers = [...lines];
  const touched = await queries.all<SeriesRow>(
    "SELECT * FROM series WHERE run = ? AND stream = ? AND first_line <= ? AND last_line >= ?",
    owner.run,
    owner.stream,
    numbers.reduce((a, b) => Math.max(a, b)),
    numbers.reduce((a, b) => Math.min(a, b)),
  );
  for (const series of touched) {
    await mergePoints(queries, series, emptyPoints(), lines);
  }
}

async function insertSeries(
  queries: Queries,
  { run, stream }: SeriesOwner,
  { name, kind, points }: Column,
) {
  const stats = statsOf(points);
  const row = await queries.first<{ key: number }>(
    INSERT_SERIES,
    run,
    stream,
    name,
    kind,
    ...SERIES_STATS.map((name) => stats[name]),
  );
  await insertChunks(queries, row!.key, points);
}

/** The usual case: all points come after those that are there. */
async function appendPoints(queries: Queries, series: SeriesRow, points: Points) {
  const open = (await queries.first<Tail>(SELECT_TAIL, series.key))?.packed;
  const chunked = open ? concat([unpackPoints(open), points]) : points;
  await insertChunks(queries, series.key, chunked, Boolean(open));
  // combine() reads the first x of its second part alone.
  await updateSeries(queries, series.key, combine({ ...series, first_x: NaN }, statsOf(points)));
}

/** Puts points among those that are there, and takes others away. */
async function mergePoints(
  queries: Queries,
  series: SeriesRow,
  points: Points,
  removed: ReadonlySet<number>,
) {
  const from = removed.size > 0
    ? [...removed].reduce((a, b) => Math.min(a, b), points.lines[0] ?? Infinity)
    : points.lines[0]!;
  const tail = await takeChunks(queries, series.key, from);
  const added = new Set(points.lines);
  const kept = keep(tail, (line) => !removed.has(line) && !added.has(line));
  await insertChunks(queries, series.key, byLine(concat([kept, points])));
  await updateFromChunks(queries, series.key);
}

/** Takes the chunks that reach that line, and all later ones, out of the table. */
async function takeChunks(queries: Queries, series: number, from: number): Promise<Points> {
  const rows = await queries.all<{ packed: Uint8Array }>(
    "SELECT packed FROM series_chunk WHERE series = ? AND last_line >= ? ORDER BY first_line",
    series,
    from,
  );
  await queries.run("DELETE FROM series_chunk WHERE series = ? AND last_line >= ?", series, from);
  return concat(rows.map(({ packed }) => unpackPoints(packed)));
}

/** @param replacing Whether the first chunk is there already, and grows. */
async function insertChunks(queries: Queries, series: number, points: Points, replacing = false) {
  for (let i = 0; i < points.lines.length; i += CHUNK) {
    const chunk = slice(points, i, Math.min(i + CHUNK, points.lines.length));
    const stats = statsOf(chunk);
    const values = STATS.map((name) => stats[name]);
    const packed = packPoints(chunk, chunk.lines.length === CHUNK);
    if (replacing && i === 0) {
      await queries.run(UPDATE_CHUNK, ...values, packed, series, stats.first_line);
    } else await queries.run(INSERT_CHUNK, series, ...values, packed);
  }
}

async function updateFromChunks(queries: Queries, series: number) {
  const chunks = await queries.all<Stats>(
    `SELECT ${STATS.join(", ")} FROM series_chunk WHERE series = ? ORDER BY first_line`,
    series,
  );
  if (chunks.length === 0) await queries.run("DELETE FROM series WHERE key = ?", series);
  else await updateSeries(queries, series, chunks.reduce(combine));
}

async function updateSeries(queries: Queries, series: number, stats: Stats) {
  await queries.run(UPDATE_SERIES, ...SERIES_STATS.map((name) => stats[name]), series);
}

async function countSeries(queries: Queries, { run, stream }: SeriesOwner): Promise<number> {
  const row = await queries.first<{ n: number }>(
    "SELECT COUNT(*) AS n FROM series WHERE run = ? AND stream = ?",
    run,
    stream,
  );
  return row!.n;
}

/** Points of none. */
export function emptyPoints(): Points {
  return { lines: new Float64Array(), x: new Float64Array(), values: new Float64Array() };
}

/** Points one after the other. */
export function concat(parts: readonly Points[]): Points {
  if (parts.length === 1) return parts[0]!;
  return {
    lines: concatArrays(parts.map(({ lines }) => lines)),
    x: concatArrays(parts.map(({ x }) => x)),
    values: concatArrays(parts.map(({ values }) => values)),
  };
}

function concatArrays(arrays: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const joined = new Float64Array(arrays.reduce((n, array) => n + array.length, 0));
  let offset = 0;
  for (const array of arrays) {
    joined.set(array, offset);
    offset += array.length;
  }
  return joined;
}

/** The points whose line passes. */
export function keep(points: Points, test: (line: number, x: number) => boolean): Points {
  const { lines, x } = points;
  let same = 0;
  while (same < lines.length && test(lines[same]!, x[same]!)) same++;
  // Mostly nothing has to go.
  if (same === lines.length) return points;
  const indices = Array.from({ length: same }, (_, i) => i);
  for (let i = same; i < lines.length; i++) if (test(lines[i]!, x[i]!)) indices.push(i);
  return pick(points, indices);
}

function byLine(points: Points): Points {
  const indices = Array.from(points.lines.keys());
  return pick(points, indices.sort((a, b) => points.lines[a]! - points.lines[b]!));
}

function pick({ lines, x, values }: Points, indices: readonly number[]): Points {
  const take = (array: Float64Array) => Float64Array.from(indices, (i) => array[i]!);
  return {
    lines: take(lines),
    x: take(x),
    values: values.length === 0 ? new Float64Array() : take(values),
  };
}

function slice(points: Points, from: number, to: number): Points {
  const { lines, x, values } = points;
  if (from === 0 && to === lines.length) return points;
  return { lines: lines.slice(from, to), x: x.slice(from, to), values: values.slice(from, to) };
}

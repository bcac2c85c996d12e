import type { Line, LineRange } from "../lines.ts";
import type { Queries, SqlValue } from "./database.ts";
import { packLines, unpackLines } from "./line_codec.ts";

/** A line to write; console lines have no x. */
export interface LineToWrite extends Line {
  /** The JSON object that it is, where that is known. */
  readonly row?: Readonly<Record<string, unknown>> | undefined;
  readonly x: number | null;
}

interface BlockRow {
  first_line: number;
  last_line: number;
  x_min: number | null;
  x_max: number | null;
  size: number;
  data: Uint8Array;
}

/** A block ends once it has so many characters or lines; a smaller last one is written again. */
const BLOCK_SIZE = 512 * 1024;
const BLOCK_LINES = 1024;
const MERGE_SIZE = 128 * 1024;

/**
 * Writes lines inside a transaction, in place of what was there.
 *
 * @param lines By number; at least one.
 */
export async function writeBlocks(
  queries: Queries,
  run: number,
  stream: string,
  lines: readonly LineToWrite[],
): Promise<void> {
  const from = lines[0]!.number;
  const to = lines.at(-1)!.number;
  const touched = await queries.all<BlockRow>(
    `SELECT first_line, last_line, x_min, x_max, size, data FROM line_block
      WHERE run = ? AND stream = ? AND first_line <= ?
        AND (last_line >= ? OR (last_line = ? AND size < ${MERGE_SIZE}))
      ORDER BY first_line`,
    run,
    stream,
    to,
    from,
    from - 1,
  );
  let all: readonly LineToWrite[] = lines;
  if (touched.length > 0) {
    const written = new Set(lines.map(({ number }) => number));
    const kept = touched.flatMap((block) => unpackBlock(stream, block))
      .filter(({ number }) => !written.has(number));
    all = [...kept, ...lines].sort((a, b) => a.number - b.number);
    for (const { first_line } of touched) await deleteBlock(queries, run, stream, first_line);
  }
  for (const block of split(all)) await insertBlock(queries, run, stream, block);
}

/** Which lines one run is given of another. */
export interface CopyRange {
  readonly from: number;
  readonly to: number;
  readonly stream: string;
  readonly before: number;
}

/** Copies the blocks that hold lines before that number, as they are. */
export async function copyBlocks(
  queries: Queries,
  { from, to, stream, before }: CopyRange,
): Promise<void> {
  await queries.run(
    `INSERT INTO line_block (run, stream, first_line, last_line, x_min, x_max, size, data)
      SELECT CAST(? AS BIGINT), stream, first_line, last_line, x_min, x_max, size, data
      FROM line_block WHERE run = ? AND stream = ? AND first_line < ?`,
    to,
    from,
    stream,
    before,
  );
}

/** Removes lines from that number on. */
export async function truncateBlocks(
  queries: Queries,
  run: number,
  stream: string,
  from: number,
): Promise<void> {
  const touched = await selectBlocks(queries, run, stream, { from });
  for (const block of touched) {
    await deleteBlock(queries, run, stream, block.first_line);
    const kept = unpackBlock(stream, block).filter(({ number }) => number < from);
    if (kept.length > 0) await insertBlock(queries, run, stream, kept);
  }
}

/** Lines of a range, a block at a time; each is a query of its own. */
export async function* readBlocks(
  queries: Queries,
  run: number,
  stream: string,
  range: LineRange,
): AsyncGenerator<Line[]> {
  const { to = Infinity, xFrom = -Infinity, xTo = Infinity } = range;
  const byX = range.xFrom !== undefined || range.xTo !== undefined;
  let from = range.from ?? 0;
  let room = range.limit ?? Infinity;
  while (room > 0) {
    const [block] = await selectBlocks(queries, run, stream, { ...range, from }, 1);
    if (block === undefined) return;
    let lines: Line[] = unpackBlock(stream, block, byX)
      .filter(({ number, x }) =>
        number >= from && number < to && (!byX || (x !== null && x >= xFrom && x < xTo))
      )
      .map(({ number, text }) => ({ number, text }));
    if (lines.length > room) lines = lines.slice(0, room);
    room -= lines.length;
    from = block.last_line + 1;
    if (lines.length > 0) yield lines;
  }
}

/** The last lines. */
export async function readTail(
  queries: Queries,
  run: number,
  stream: string,
  count: number,
): Promise<Line[]> {
  let lines: Line[] = [];
  let before = Infinity;
  while (lines.length < count) {
    const block = await queries.first<BlockRow>(
      `SELECT first_line, last_line, x_min, x_max, size, data FROM line_block
        WHERE run = ? AND stream = ? ${before === Infinity ? "" : "AND first_line < ?"}
        ORDER BY first_line DESC LIMIT 1`,
      run,
      stream,
      ...(before === Infinity ? [] : [before]),
    );
    if (block === undefined) break;
    const texts = unpackLines(block.data);
    lines = texts.map((text, i) => ({ number: block.first_line + i, text })).concat(lines);
    before = block.first_line;
  }
  return count > 0 ? lines.slice(-count) : [];
}

/** What a history or event row is placed by; the line number where it does not say. */
export function rowX(
  stream: string,
  number: number,
  row: Readonly<Record<string, unknown>> | undefined,
): number {
  const x = row?.[stream === "history" ? "_step" : "_timestamp"];
  return typeof x === "number" && Number.isFinite(x) ? x : number;
}

function selectBlocks(
  queries: Queries,
  run: number,
  stream: string,
  range: LineRange,
  limit?: number,
): Promise<BlockRow[]> {
  const conditions = ([
    ["last_line >= ?", range.from],
    ["first_line < ?", range.to],
    ["x_max >= ?", range.xFrom],
    ["x_min < ?", range.xTo],
  ] as const).filter(([, value]) => value !== undefined);
  const values: SqlValue[] = conditions.map(([, value]) => value!);
  return queries.all<BlockRow>(
    `SELECT first_line, last_line, x_min, x_max, size, data FROM line_block
      WHERE run = ? AND stream = ?${conditions.map(([sql]) => ` AND ${sql}`).join("")}
      ORDER BY first_line${limit === undefined ? "" : " LIMIT ?"}`,
    run,
    stream,
    ...values,
    ...(limit === undefined ? [] : [limit]),
  );
}

function unpackBlock(stream: string, block: BlockRow, withX = true): LineToWrite[] {
  return unpackLines(block.data).map((text, i) => {
    const number = block.first_line + i;
    return { number, text, x: withX && stream !== "console" ? xOf(stream, number, text) : null };
  });
}

function xOf(stream: string, number: number, text: string): number {
  let row;
  try {
    row = JSON.parse(text);
  } catch {
    // A line that is no JSON is placed by its number.
  }
  return rowX(stream, number, row ?? undefined);
}

function* split(lines: readonly LineToWrite[]): Generator<LineToWrite[]> {
  let block: LineToWrite[] = [];
  let size = 0;
  for (const line of lines) {
    const last = block.at(-1);
    const isFull = size >= BLOCK_SIZE || block.length >= BLOCK_LINES;
    if (last !== undefined && (isFull || last.number + 1 !== line.number)) {
      yield block;
      block = [];
      size = 0;
    }
    block.push(line);
    size += line.text.length;
  }
  if (block.length > 0) yield block;
}

async function insertBlock(
  queries: Queries,
  run: number,
  stream: string,
  block: readonly LineToWrite[],
) {
  let [xMin, xMax, size] = [Infinity, -Infinity, 0];
  for (const { x, text } of block) {
    size += text.length;
    if (x === null) continue;
    if (x < xMin) xMin = x;
    if (x > xMax) xMax = x;
  }
  await queries.run(
    `INSERT INTO line_block (run, stream, first_line, last_line, x_min, x_max, size, data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    run,
    stream,
    block[0]!.number,
    block.at(-1)!.number,
    xMin === Infinity ? null : xMin,
    xMax === -Infinity ? null : xMax,
    size,
    packLines(block, stream !== "console"),
  );
}

async function deleteBlock(queries: Queries, run: number, stream: string, first: number) {
  await queries.run(
    "DELETE FROM line_block WHERE run = ? AND stream = ? AND first_line = ?",
    run,
    stream,
    first,
  );
}

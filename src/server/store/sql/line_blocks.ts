import { type Line, type LineRange, LINES_TOGETHER } from "../lines.ts";
import type { Queries, SqlValue } from "./database.ts";
import { packLines, unpackLines } from "./line_codec.ts";

/** A line to write; console lines have no x. */
export interface LineToWrite extends Line {
  /** The JSON object that it is, where that is known. */
  readonly row?: Readonly<Record<string, unknown>> | undefined;
  readonly x: number | null;
}

/** Consecutive lines, packed, as the database has them. */
export interface Block {
  readonly first_line: number;
  readonly last_line: number;
  /** Null when no line has an x. */
  readonly x_min: number | null;
  readonly x_max: number | null;
  /** Characters. */
  readonly size: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A block ends at a round number, or with so many characters; a small last one is written again. */
const BLOCK_SIZE = 512 * 1024;
const MERGE_SIZE = 128 * 1024;

const BLOCK = "first_line, last_line, x_min, x_max, size, data";

/** Packs lines into blocks as they come, by number. */
export class BlockPacker {
  readonly #stream: string;
  readonly #blocks: Block[] = [];
  #open: LineToWrite[] = [];
  #size = 0;

  constructor(stream: string) {
    this.#stream = stream;
  }

  add(line: LineToWrite): void {
    const last = this.#open.at(-1);
    if (last !== undefined && last.number + 1 !== line.number) this.#close();
    this.#open.push(line);
    this.#size += line.text.length;
    const isFull = this.#size >= BLOCK_SIZE || (line.number + 1) % LINES_TOGETHER === 0;
    if (isFull) this.#close();
  }

  /** Packs what is left, and gives all blocks. */
  finish(): readonly Block[] {
    if (this.#open.length > 0) this.#close();
    return this.#blocks;
  }

  #close(): void {
    this.#blocks.push(packBlock(this.#stream, this.#open));
    this.#open = [];
    this.#size = 0;
  }
}

/**
 * Writes blocks inside a transaction, where there are no lines yet from the first one on.
 *
 * @param blocks By number; at least one.
 */
export async function appendBlocks(
  queries: Queries,
  run: number,
  stream: string,
  blocks: readonly Block[],
): Promise<void> {
  const [first, ...rest] = blocks as [Block, ...Block[]];
  const tail = await openTail(queries, run, stream, first.first_line);
  if (tail !== undefined) await deleteBlock(queries, run, stream, tail.first_line);
  await insertBlock(queries, run, stream, tail ? joinBlocks(stream, tail, first) : first);
  for (const block of rest) await insertBlock(queries, run, stream, block);
}

/** The small block that lines from that number on belong to. */
async function openTail(
  queries: Queries,
  run: number,
  stream: string,
  from: number,
): Promise<Block | undefined> {
  if (from % LINES_TOGETHER === 0) return undefined;
  return await queries.first<Block>(
    `SELECT * FROM (
        SELECT ${BLOCK} FROM line_block WHERE run = ? AND stream = ? AND first_line < ?
        ORDER BY first_line DESC LIMIT 1
      ) AS tail WHERE last_line = ? AND size < ${MERGE_SIZE}`,
    run,
    stream,
    from,
    from - 1,
  );
}

/**
 * Writes lines inside a transaction, in place of what was there.
 *
 * @param lines By number; at least one.
 */
export async function replaceLines(
  queries: Queries,
  run: number,
  stream: string,
  lines: readonly LineToWrite[],
): Promise<void> {
  const touched = await queries.all<Block>(
    `SELECT ${BLOCK} FROM line_block
      WHERE run = ? AND stream = ? AND first_line <= ? AND last_line >= ?
      ORDER BY first_line`,
    run,
    stream,
    lines.at(-1)!.number,
    lines[0]!.number,
  );
  const written = new Set(lines.map(({ number }) => number));
  const kept = touched.flatMap((block) => unpackBlock(stream, block))
    .filter(({ number }) => !written.has(number));
  for (const { first_line } of touched) await deleteBlock(queries, run, stream, first_line);
  const packer = new BlockPacker(stream);
  const all = [...kept, ...lines].sort((a, b) => a.number - b.number);
  for (const line of all) packer.add(line);
  for (const block of packer.finish()) await insertBlock(queries, run, stream, block);
}

/** The texts of blocks. */
export function textsOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(({ data }) => unpackLines(data));
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
    if (kept.length > 0) await insertBlock(queries, run, stream, packBlock(stream, kept));
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
    const block = await queries.first<Block>(
      `SELECT ${BLOCK} FROM line_block
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
): Promise<Block[]> {
  const conditions = ([
    ["last_line >= ?", range.from],
    ["first_line < ?", range.to],
    ["x_max >= ?", range.xFrom],
    ["x_min < ?", range.xTo],
  ] as const).filter(([, value]) => value !== undefined);
  const values: SqlValue[] = conditions.map(([, value]) => value!);
  return queries.all<Block>(
    `SELECT ${BLOCK} FROM line_block
      WHERE run = ? AND stream = ?${conditions.map(([sql]) => ` AND ${sql}`).join("")}
      ORDER BY first_line${limit === undefined ? "" : " LIMIT ?"}`,
    run,
    stream,
    ...values,
    ...(limit === undefined ? [] : [limit]),
  );
}

function unpackBlock(stream: string, block: Block, withX = true): LineToWrite[] {
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

function packBlock(stream: string, lines: readonly LineToWrite[]): Block {
  let [min, max, size] = [Infinity, -Infinity, 0];
  for (const { x, text } of lines) {
    size += text.length;
    if (x === null) continue;
    if (x < min) min = x;
    if (x > max) max = x;
  }
  return {
    first_line: lines[0]!.number,
    last_line: lines.at(-1)!.number,
    x_min: min === Infinity ? null : min,
    x_max: max === -Infinity ? null : max,
    size,
    data: packLines(lines, stream !== "console"),
  };
}

/** One block of two, the second of which goes on from the first. */
function joinBlocks(stream: string, a: Block, b: Block): Block {
  const areRows = stream !== "console";
  return {
    first_line: a.first_line,
    last_line: b.last_line,
    x_min: areRows ? Math.min(a.x_min!, b.x_min!) : null,
    x_max: areRows ? Math.max(a.x_max!, b.x_max!) : null,
    size: a.size + b.size,
    data: packLines(textsOf([a, b]).map((text) => ({ text })), areRows),
  };
}

async function insertBlock(queries: Queries, run: number, stream: string, block: Block) {
  await queries.run(
    `INSERT INTO line_block (run, stream, ${BLOCK}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    run,
    stream,
    block.first_line,
    block.last_line,
    block.x_min,
    block.x_max,
    block.size,
    block.data,
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

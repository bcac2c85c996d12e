import type { LineStream } from "../lines.ts";
import { type CollectedLines, readLine } from "./collected_lines.ts";
import { Columns } from "./columns.ts";
import type { Queries } from "./database.ts";
import {
  appendBlocks,
  type LineToWrite,
  readBlocks,
  replaceLines,
  textsOf,
} from "./line_blocks.ts";
import { writeSeries } from "./series_writer.ts";

/** Columns of runs that count the lines of a stream. */
export const COUNTS = {
  history: "history_lines",
  events: "event_lines",
  console: "console_lines",
} as const satisfies Record<LineStream, string>;

/** Writes lines with their series, inside a transaction, of a run that is there. */
export async function writeLines(queries: Queries, run: number, collected: CollectedLines) {
  const { stream, offset, end, columns, lastX } = collected;
  const count = COUNTS[stream];
  const before = await queries.first<{ n: number }>(
    `SELECT ${count} AS n FROM run WHERE key = ?`,
    run,
  );
  if (offset < before!.n) return await writeOver(queries, run, collected);
  await appendBlocks(queries, run, stream, collected.blocks());
  if (stream !== "console") await writeSeries(queries, { run, stream }, columns);
  await raise(queries, run, stream, end, lastX);
}

/** Writes lines of which some may be there. */
async function writeOver(queries: Queries, run: number, collected: CollectedLines) {
  const { stream, offset, end } = collected;
  const known = new Map<number, string>();
  for await (const block of readBlocks(queries, run, stream, { from: offset, to: end })) {
    for (const { number, text } of block) known.set(number, text);
  }
  const changed: LineToWrite[] = [];
  const replaced = new Set<number>();
  const columns = new Columns();
  let lastX = -Infinity;
  for (const [i, text] of textsOf(collected.blocks()).entries()) {
    const number = offset + i;
    const before = known.get(number);
    // A request that is sent again, because its answer was lost, changes nothing.
    if (before === text) continue;
    if (before !== undefined) replaced.add(number);
    const line = readLine(stream, number, text);
    changed.push(line);
    if (line.row !== undefined) columns.add(number, line.x!, line.row);
    if (line.x !== null && line.x > lastX) lastX = line.x;
  }
  if (changed.length === 0) return;
  await replaceLines(queries, run, stream, changed);
  if (stream !== "console") await writeSeries(queries, { run, stream }, columns, replaced);
  await raise(queries, run, stream, end, lastX);
}

/** Makes a run say how many lines there are, and up to which step. */
async function raise(
  queries: Queries,
  run: number,
  stream: LineStream,
  end: number,
  lastX: number,
) {
  const count = COUNTS[stream];
  await queries.run(
    `UPDATE run SET ${count} = CASE WHEN ${count} < ? THEN ? ELSE ${count} END WHERE key = ?`,
    end,
    end,
    run,
  );
  if (stream === "history") {
    await queries.run(
      "UPDATE run SET last_step = ? WHERE key = ? AND (last_step IS NULL OR last_step < ?)",
      lastX,
      run,
      lastX,
    );
  }
}

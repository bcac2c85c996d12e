import type { Line, LinePart, LineRange, LineStore, LineStream } from "../lines.ts";
import type { RunPatch, RunState } from "../runs.ts";
import type { Change } from "../store.ts";
import { Columns } from "./columns.ts";
import type { Database, Queries } from "./database.ts";
import {
  copyBlocks,
  type LineToWrite,
  readBlocks,
  readTail,
  rowX,
  truncateBlocks,
  writeBlocks,
} from "./line_blocks.ts";
import { parseRow } from "../extended_json.ts";
import { applyPatch } from "./runs.ts";
import { copySeries, sealSeries, truncateSeries, writeSeries } from "./series_writer.ts";

/** Columns of runs that count the lines of a stream. */
const COUNTS = {
  history: "history_lines",
  events: "event_lines",
  console: "console_lines",
} as const satisfies Record<LineStream, string>;

/** States of runs that more is to come of. */
const GOES_ON: ReadonlySet<RunState> = new Set(["running", "preempting"]);

/** Lines of runs in SQL. */
export class SqlLineStore implements LineStore {
  readonly #database: Database;
  readonly #changed: (change: Change) => void;

  constructor(database: Database, changed: (change: Change) => void) {
    this.#database = database;
    this.#changed = changed;
  }

  async write(run: number, parts: readonly LinePart[], patch: RunPatch = {}): Promise<boolean> {
    const project = await this.#database.transaction(async (queries) => {
      const row = await queries.first<{ project: number }>(
        "SELECT project FROM run WHERE key = ?",
        run,
      );
      if (row === undefined) return undefined;
      for (const part of parts) await writePart(queries, run, part);
      await applyPatch(queries, run, row.project, patch);
      return row.project;
    });
    if (project === undefined) return false;
    const kind = parts.some(({ lines }) => lines.length > 0) ? "lines" : "run";
    this.#changed({ kind, run, project });
    if (patch.state !== undefined && !GOES_ON.has(patch.state)) this.#seal(run);
    return true;
  }

  /** In steps, with others in between: a run can have very many series. */
  async #seal(run: number): Promise<void> {
    try {
      let after: number | undefined = 0;
      while (after !== undefined) {
        const from: number = after;
        after = await this.#database.transaction((queries) => sealSeries(queries, run, from));
      }
    } catch {
      // The store has been closed, or the disk is full: it saves space, and nothing needs it.
    }
  }

  async read(run: number, stream: LineStream, range: LineRange = {}): Promise<Line[]> {
    const lines: Line[] = [];
    for await (const block of this.blocks(run, stream, range)) {
      for (const line of block) lines.push(line);
    }
    return lines;
  }

  blocks(run: number, stream: LineStream, range: LineRange = {}): AsyncIterable<Line[]> {
    return readBlocks(this.#database, run, stream, range);
  }

  tail(run: number, stream: LineStream, count: number): Promise<Line[]> {
    return readTail(this.#database, run, stream, count);
  }

  async copy(from: number, to: number, stream: LineStream, before: number): Promise<void> {
    const project = await this.#database.transaction(async (queries) => {
      const count = COUNTS[stream];
      const row = await queries.first<{ project: number }>(
        `UPDATE run SET ${count} = (SELECT ${count} FROM run WHERE key = ?)
          WHERE key = ? AND ${count} = 0 RETURNING project`,
        from,
        to,
      );
      if (row === undefined) return undefined;
      await copyBlocks(queries, { from, to, stream, before });
      if (stream !== "console") await copySeries(queries, { from, to, stream, before });
      await truncateLines(queries, to, stream, before);
      return row.project;
    });
    if (project !== undefined) this.#changed({ kind: "lines", run: to, project });
  }

  async truncate(run: number, stream: LineStream, from: number): Promise<void> {
    const project = await this.#database.transaction((queries) =>
      truncateLines(queries, run, stream, from)
    );
    if (project !== undefined) this.#changed({ kind: "lines", run, project });
  }
}

/** @returns The project of the run, when that is there. */
async function truncateLines(queries: Queries, run: number, stream: LineStream, from: number) {
  await truncateBlocks(queries, run, stream, from);
  if (stream !== "console") await truncateSeries(queries, { run, stream }, from);
  const count = COUNTS[stream];
  const lastStep = stream === "history"
    ? `, last_step = (SELECT MAX(b.x_max) FROM line_block b
        WHERE b.run = run.key AND b.stream = 'history')`
    : "";
  const row = await queries.first<{ project: number }>(
    `UPDATE run SET ${count} = CASE WHEN ${count} > ? THEN ? ELSE ${count} END${lastStep}
      WHERE key = ? RETURNING project`,
    from,
    from,
    run,
  );
  return row?.project;
}

async function writePart(queries: Queries, run: number, { stream, offset, lines }: LinePart) {
  if (lines.length === 0) return;
  const count = COUNTS[stream];
  const state = await queries.first<{ n: number }>(
    `SELECT ${count} AS n FROM run WHERE key = ?`,
    run,
  );
  const known = new Map<number, string>();
  if (offset < state!.n) {
    const range = { from: offset, to: offset + lines.length };
    for await (const block of readBlocks(queries, run, stream, range)) {
      for (const { number, text } of block) known.set(number, text);
    }
  }
  const changed: LineToWrite[] = [];
  const replaced = new Set<number>();
  const columns = new Columns();
  let lastStep = -Infinity;
  for (const [i, line] of lines.entries()) {
    const number = offset + i;
    const { text, row } = stream === "console"
      ? { text: line.toWellFormed(), row: undefined }
      : parseRow(line.toWellFormed());
    const before = known.get(number);
    // A request that is sent again, because its answer was lost, changes nothing.
    if (before === text) continue;
    if (before !== undefined) replaced.add(number);
    const x = stream === "console" ? null : rowX(stream, number, row);
    changed.push({ number, text, x, row });
    if (row !== undefined) columns.add(number, x!, row);
    if (x !== null && x > lastStep) lastStep = x;
  }
  if (changed.length === 0) return;
  await writeBlocks(queries, run, stream, changed);
  if (stream !== "console") await writeSeries(queries, { run, stream }, columns, replaced);
  const end = offset + lines.length;
  await queries.run(
    `UPDATE run SET ${count} = CASE WHEN ${count} < ? THEN ? ELSE ${count} END WHERE key = ?`,
    end,
    end,
    run,
  );
  if (stream === "history") {
    await queries.run(
      "UPDATE run SET last_step = ? WHERE key = ? AND (last_step IS NULL OR last_step < ?)",
      lastStep,
      run,
      lastStep,
    );
  }
}

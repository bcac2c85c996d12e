import type { Line, LineBatch, LinePart, LineRange, LineStore, LineStream } from "../lines.ts";
import type { RunPatch, RunState } from "../runs.ts";
import type { Change } from "../store.ts";
import type { CollectedLines } from "./collected_lines.ts";
import type { Database, Queries } from "./database.ts";
import { SqlLineBatch } from "./line_batch.ts";
import { copyBlocks, readBlocks, readTail, truncateBlocks } from "./line_blocks.ts";
import { COUNTS, writeLines } from "./line_writer.ts";
import { applyPatch } from "./runs.ts";
import { copySeries, sealSeries, truncateSeries } from "./series_writer.ts";

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

  async write(run: number, parts: readonly LinePart[], patch?: RunPatch): Promise<boolean> {
    const batch = this.collect(run);
    for (const part of parts) batch.add(part);
    return await batch.write(patch);
  }

  collect(run: number): LineBatch {
    return new SqlLineBatch((collected, patch) => this.#write(run, collected, patch));
  }

  async #write(
    run: number,
    collected: readonly CollectedLines[],
    patch: RunPatch,
  ): Promise<boolean> {
    const project = await this.#database.transaction(async (queries) => {
      const row = await queries.first<{ project: number }>(
        "SELECT project FROM run WHERE key = ?",
        run,
      );
      if (row === undefined) return undefined;
      for (const lines of collected) await writeLines(queries, run, lines);
      await applyPatch(queries, run, row.project, patch);
      return row.project;
    });
    if (project === undefined) return false;
    this.#changed({ kind: collected.length > 0 ? "lines" : "run", run, project });
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

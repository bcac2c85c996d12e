import type { HistoryLine } from "./lines.ts";
import { isPending } from "./recordable.ts";

/** A row as it was logged. */
export type Row = { readonly [key: string]: unknown };

/**
 * Puts the lines of `history.jsonl` together to rows.
 *
 * Lines of one step make one row, and the later value wins. A value that was still being made when
 * its row was written (an image that the background encodes) comes with a line of its own, maybe
 * after lines of later steps: its row, and those behind it, are held back until then, so that rows
 * come out complete and in order.
 *
 * @example
 * ```ts
 * const rows = new RowAssembler();
 * for (const text of tail.read()) for (const row of rows.add(JSON.parse(text))) send(row);
 * if (runHasEnded) for (const row of rows.end()) send(row);
 * ```
 */
export class RowAssembler {
  /** By step, in the order of steps. */
  readonly #rows = new Map<number, Record<string, unknown>>();
  readonly #pending = new Set<number>();
  #last = -1;

  /** Takes a line, which becomes a part of the row; gives the rows that are complete now. */
  *add(line: HistoryLine): Generator<Row> {
    const step = line._step;
    const row = this.#rows.get(step);
    // A row that has gone out already takes no more; a line without a step belongs to none.
    if (!Number.isInteger(step) || (row === undefined && step <= this.#last)) return;
    const merged: Record<string, unknown> = row === undefined ? line : Object.assign(row, line);
    const complete = "_complete" in merged && delete merged._complete;
    this.#rows.set(step, merged);
    if (!complete && hasPending(merged)) this.#pending.add(step);
    else if (this.#pending.size > 0) this.#pending.delete(step);
    this.#last = Math.max(this.#last, step);
    // Another line of the last step may follow.
    if (this.#rows.size > 1) yield* this.#release(this.#last);
  }

  /** How many rows are held back. */
  get held(): number {
    return this.#rows.size;
  }

  /** Gives what is left, when no line will follow: parts that were never made are left out. */
  *end(): Generator<Row> {
    this.#pending.clear();
    yield* this.#release(Infinity);
  }

  *#release(before: number): Generator<Row> {
    for (const [step, row] of this.#rows) {
      if (step >= before || this.#pending.has(step)) return;
      this.#rows.delete(step);
      yield withoutPending(row);
    }
  }
}

/** Most rows hold numbers alone. */
function hasPending(row: Record<string, unknown>): boolean {
  for (const key in row) if (typeof row[key] === "object" && isPending(row[key])) return true;
  return false;
}

/** A row without the parts that were never made. */
export function withoutPending(row: Record<string, unknown>): Row {
  if (!hasPending(row)) return row;
  for (const [key, value] of Object.entries(row)) {
    if (!isPending(value)) continue;
    const rest = stripped(value);
    if (rest === undefined) delete row[key];
    else row[key] = rest;
  }
  return row;
}

function stripped(value: unknown): unknown {
  if (!isPending(value)) return value;
  if (Array.isArray(value)) return value.map((item) => stripped(item) ?? null);
  const entries = Object.entries(value as object);
  if (entries.some(([key]) => key === "_type")) return undefined;
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, stripped(inner)]).filter(([, inner]) =>
      inner !== undefined
    ),
  );
}

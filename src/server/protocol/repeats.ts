import { createHash } from "node:crypto";
import { parseRow } from "../store/extended_json.ts";
import type { LinePart, LineRange, Store, StoredRun } from "../store/store.ts";

/**
 * Whether `wandb sync` sends the run. It names itself as the run's program, and sends all that it has
 * whenever it is told to: what says the same as before is the same.
 */
export function isSynced({ program }: StoredRun): boolean {
  return /[/\\]wandb(\.exe)?$/.test(program ?? "");
}

/**
 * Takes out of a request of the official client the rows that the run has already, at other numbers:
 * told to sync a run once more, that client appends all of it.
 *
 * A row is the same when it says the same. That its step and its times are the same is not enough: an
 * image that is ready later comes in a row of its own, at the step and the time of its first row.
 */
export class RepeatFilter {
  readonly #store: Store;
  readonly #run: StoredRun;
  readonly #isSynced: boolean;
  /** The number after the last line. */
  #end: number;

  /** @param run As it was when the request came. */
  constructor(store: Store, run: StoredRun) {
    this.#store = store;
    this.#run = run;
    this.#isSynced = isSynced(run);
    this.#end = run.historyLines;
  }

  /** A part of the request without those rows. */
  async take(part: LinePart): Promise<readonly LinePart[]> {
    if (part.stream !== "history" || part.offset === 0) return [part];
    const kept = await this.#withoutRepeats(part);
    return this.#isSynced ? kept.map((part) => this.#closeUp(part)) : kept;
  }

  /** The client counts the rows that were taken out; the lines go on without a gap. */
  #closeUp({ stream, offset, lines }: LinePart): LinePart {
    const begin = Math.min(offset, this.#end);
    this.#end = Math.max(this.#end, begin + lines.length);
    return { stream, offset: begin, lines };
  }

  async #withoutRepeats(part: LinePart): Promise<readonly LinePart[]> {
    const { lastStep } = this.#run;
    // Where the client's numbers are the server's, what is sent again lands where it was.
    const before = this.#isSynced ? {} : { to: part.offset };
    const first = identify(part.lines[0] ?? "");
    if (lastStep === null || first === null || first.step > lastStep) return [part];
    const known = await this.#identities({ xFrom: first.step, xTo: first.step + 1, ...before });
    if (!known.has(first.name)) return [part];

    const rows = part.lines.map(identify);
    const steps = rows.flatMap((row) => row === null ? [] : [row.step]);
    const xFrom = steps.reduce((a, b) => Math.min(a, b));
    const xTo = steps.reduce((a, b) => Math.max(a, b)) + 1;
    const all = await this.#identities({ xFrom, xTo, ...before });
    const kept: { offset: number; lines: string[] }[] = [];
    for (const [i, line] of part.lines.entries()) {
      const row = rows[i];
      if (row && all.has(row.name)) continue;
      const number = part.offset + i;
      const last = kept.at(-1);
      if (last !== undefined && last.offset + last.lines.length === number) last.lines.push(line);
      else kept.push({ offset: number, lines: [line] });
    }
    return kept.map(({ offset, lines }) => ({ stream: "history", offset, lines }));
  }

  async #identities(range: LineRange): Promise<Set<string>> {
    const found = new Set<string>();
    for await (const block of this.#store.lines.blocks(this.#run.key, "history", range)) {
      for (const { text } of block) found.add(identify(text)?.name ?? "");
    }
    return found;
  }
}

/**
 * What a row says, whatever the order of its keys; null for what is no row of a known time, which may
 * well be there twice.
 */
function identify(line: string): { step: number; name: string } | null {
  const { row } = parseRow(line);
  if (row === undefined) return null;
  const { _step: step, _timestamp: time } = row;
  if (typeof step !== "number" || typeof time !== "number") return null;
  const hash = createHash("sha256");
  for (const key of Object.keys(row).sort()) hash.update(JSON.stringify([key, row[key]]));
  return { step, name: hash.digest("base64") };
}
